"""The boundary: whatever a button or command raises becomes a sentence for the one who pressed.

discord.py only logs what a callback raises, and the presser sees "interaction failed". Everything
that answers a person therefore runs inside `answering`.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord

from bot.core import errors
from bot.discord_app.layout import build
from bot.rendering.cards import Accent, notice
from bot.rendering.text import plain, relative

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from bot.core.rounds import Round

log = logging.getLogger(__name__)


def sentence(error: Exception) -> str | None:
    """What to tell a person of an error that is theirs or the world's; None for a bug of ours."""
    match error:
        case errors.RoundClosed():
            return (
                f"The round of {error.puzzle_date:%d %B} is over, so this press counts nothing. "
                "Its reveal shows the answer; `/speedrun play` has today's."
            )
        case errors.RoundNotOpen(state="void"):
            return "That round was withdrawn. It counts for nobody, and breaks no streak."
        case errors.RoundNotOpen():
            return "That round is still being posted. Try again in a moment."
        case errors.UnknownRound():
            return "This button belongs to a round that I do not have. `/speedrun play`"
        case errors.NoOpenRound():
            when = (
                f" The next one comes {relative(error.next_post_at)}." if error.next_post_at else ""
            )
            return f"No speedrun is open here right now.{when}"
        case errors.ClockNotStarted():
            return "Press **Start the clock** on the speedrun first: the time runs from there."
        case errors.UnknownOption():
            return "That answer is not one of this puzzle's. Press one of its buttons."
        case errors.UnknownLesson():
            return "I have no lesson on that PEP. Choose one from the list as you type."
        case errors.NothingToPost(pep=None):
            return (
                "No puzzle is left that can run here. The owner's `python -m bot lessons check` "
                "says why."
            )
        case errors.NothingToPost():
            return (
                "None of that PEP's puzzles can be played right now: they are in play in an open "
                "round, or need a Python that this host lacks."
            )
        case errors.GuildNotSetUp():
            return "Speedruns are not set up here yet. A moderator can: `/speedrun-admin setup`"
        case errors.NotAModerator():
            return "Only members who may manage this server can do that."
        case errors.RoundExists():
            return f"The round of {error.round.puzzle_date:%d %B} {_existing(error.round)}"
        case errors.InvalidSetting():
            return f"**{error.name}**: {plain(error.why)}. Please {error.way_out}."
        case errors.AnnounceFailed(is_lasting=True):
            return (
                "I may not post in that channel. `/speedrun-admin check` says which permission "
                "is missing; I try again by myself."
            )
        case errors.AnnounceFailed():
            return "Discord did not take the message. It is kept, and I try again by myself."
        case errors.StorageUnavailable():
            return "I could not store that, so it did not count. Try again in a moment."
        case errors.SandboxUnavailable():
            return "The sandbox can't run this right now. Try again in a moment."
        case _:
            return None


@asynccontextmanager
async def answering(interaction: discord.Interaction[Any], what: str) -> AsyncIterator[None]:
    """Run the answer to one interaction; nothing is raised out of it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  (the boundary)
        await answer_error(interaction, error, what)


async def answer_error(interaction: discord.Interaction[Any], error: Exception, what: str) -> None:
    """Tell the presser what went wrong; a bug gets an id, which the log has too."""
    text = sentence(error)
    interaction.extras["outcome"] = (
        "refused" if isinstance(error, errors.SpeedrunError) else "failed"
    )
    if isinstance(error, errors.StorageUnavailable):
        # Told to the presser in words; the owner has to hear of it too.
        log.error("%s was not stored guild=%s: %s", what, interaction.guild_id, error)
    if text is None:
        if isinstance(error, discord.NotFound) and error.code == 10062:
            # Discord waits three seconds for an answer; what was stored is stored.
            interaction.extras["outcome"] = "late"
            log.warning("too late to answer %s guild=%s", what, interaction.guild_id)
            return
        error_id = secrets.token_hex(4)
        log.error("%s failed id=%s guild=%s", what, error_id, interaction.guild_id, exc_info=error)
        text = (
            f"Something went wrong on my side, and it is logged as `{error_id}`. "
            "Please tell a moderator if it happens again."
        )
    try:
        await say(interaction, text)
    except (discord.HTTPException, OSError) as failure:
        interaction.extras["outcome"] = "failed"
        log.warning("could not answer %s guild=%s: %s", what, interaction.guild_id, failure)


def outcome_of(interaction: discord.Interaction[Any]) -> str:
    """How the answer went: ok, refused (a rule said no), late (Discord's 3 s), failed."""
    return str(interaction.extras.get("outcome", "ok"))


async def say(interaction: discord.Interaction[Any], text: str) -> None:
    """Answer, or follow up, with a private sentence."""
    message = build(notice(text, Accent.QUIET))
    if interaction.response.is_done():
        await interaction.followup.send(**message, ephemeral=True)
    else:
        await interaction.response.send_message(**message, ephemeral=True)


def _existing(round_: Round) -> str:
    if round_.message_id is None:
        return "is being posted, or waits for its next try. `/speedrun-admin check`"
    link = f"https://discord.com/channels/{round_.guild_id}/{round_.channel_id}/{round_.message_id}"
    return f"is posted already: {link}"
