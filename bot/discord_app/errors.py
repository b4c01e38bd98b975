"""The boundary: whatever a button or command raises becomes a sentence for the one who pressed.

discord.py only logs what a callback raises, and the presser sees "interaction failed". Everything
that answers a person therefore runs inside `answering`.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core import errors
from bot.discord_app.layout import build
from bot.rendering.cards import Accent, notice
from bot.rendering.sentences import bug, sentence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

log = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
"""Discord's code where an answer comes after its three seconds, or after the token's life."""


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
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
            # Discord waits three seconds for an answer; what was stored is stored.
            interaction.extras["outcome"] = "late"
            log.warning("too late to answer %s guild=%s", what, interaction.guild_id)
            return
        error_id = secrets.token_hex(4)
        log.error("%s failed id=%s guild=%s", what, error_id, interaction.guild_id, exc_info=error)
        text = bug(error_id)
    try:
        await say(interaction, text)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
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
