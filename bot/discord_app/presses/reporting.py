"""The presses around a reported puzzle: the member's form, and the moderators' answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core.reports import Decision
from bot.discord_app.direct import send_direct
from bot.discord_app.layout import build
from bot.discord_app.presses.answering import (
    ask,
    ensure_moderator,
    filled_in,
    guild_of,
    replace,
    whisper,
)
from bot.rendering.actions import Verb
from bot.rendering.language import speaking
from bot.rendering.reports import (
    COMPLAINT,
    NOTE,
    answered_card,
    decided_card,
    report_card,
    report_form,
    reported_card,
)
from bot.services.options import guild_options
from bot.services.reporting import (
    decide_report,
    ensure_may_report,
    note_told,
    report_case,
    report_puzzle,
)

if TYPE_CHECKING:
    from bot.core.reports import Report, ReportCase
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action

log = logging.getLogger(__name__)


async def report(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Open the form, for who has guessed."""
    round_id, player_id = action.number(0), interaction.user.id
    await ensure_may_report(desk.ctx.db, guild_of(interaction), round_id, player_id)
    await ask(interaction, report_form(round_id))


async def reported(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Store the report, thank the member, tell the moderators."""
    fields = filled_in(interaction)
    case = await report_puzzle(
        desk.ctx.db,
        desk.ctx.library,
        guild_id=guild_of(interaction),
        round_id=action.number(0),
        player_id=interaction.user.id,
        complaint=fields.get(COMPLAINT, ""),
        note=fields.get(NOTE, ""),
        now=desk.clock.now(),
    )
    await whisper(interaction, reported_card())
    await _tell_moderators(desk, interaction.client, case)


async def decide(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Answer a report and all that are like it; each reporter hears of it."""
    ensure_moderator(interaction)
    aside = action.arguments[1] == Decision.ASIDE
    decision = Decision.ASIDE if aside else Decision.KEPT
    guild_id, by = guild_of(interaction), interaction.user.id
    answered = await decide_report(
        desk.ctx.db, guild_id, action.number(0), decision, desk.clock.now(), by=by
    )
    case = await report_case(desk.ctx.db, desk.ctx.library, answered[0])
    await replace(interaction, answered_card(case, decision, by))
    await _tell_reporters(desk, interaction.client, answered)


async def _tell_moderators(desk: Desk, client: discord.Client, case: ReportCase) -> None:
    """Into the channel that the server chose; without one it waits in `/speedrun-admin reports`."""
    guild_id = case.report.guild_id
    options = await guild_options(desk.ctx.db, guild_id)
    channel_id = options.report_channel
    if not channel_id:
        return
    try:
        channel = await client.fetch_channel(channel_id)
        # The option holds an id that a moderator typed: another server's channel gets nothing.
        if isinstance(channel, discord.TextChannel) and channel.guild.id == guild_id:
            # The reporter's own language is for what they alone read.
            with speaking(options.language):
                message = build(report_card(case))
            await channel.send(**message)
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("report=%s guild=%s was not posted: %s", case.report.id, guild_id, error)


async def _tell_reporters(desk: Desk, client: discord.Client, answered: list[Report]) -> None:
    # Theirs is not known here; the server's is nearer to it than that of who decided.
    language = (await guild_options(desk.ctx.db, answered[0].guild_id)).language
    for report in answered:
        case = await report_case(desk.ctx.db, desk.ctx.library, report)
        # A closed inbox is no loss: `notices` tells them after their next command.
        with speaking(language):
            card = decided_card(case)
        if await send_direct(client, report.reporter_id, card):
            await note_told(desk.ctx.db, report.id)


HANDLERS: dict[Verb, Handler] = {
    Verb.REPORT: report,
    Verb.REPORTED: reported,
    Verb.DECIDE: decide,
}
