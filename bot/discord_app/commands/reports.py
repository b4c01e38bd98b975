"""``/speedrun-admin reports`` and ``put-back``: puzzles that members complained of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.reports import put_back_card, reports_card
from bot.services.reporting import guild_set_aside, next_report, put_back

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

_MAX_CHOICES = 25


def add_report_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the commands to the moderators' group."""

    @group.command(name="reports", description="Puzzles that members reported, with the run")
    async def reports(interaction: Interaction) -> None:
        guild_id = guild_of(interaction)
        case = await next_report(desk.ctx.db, desk.ctx.library, guild_id)
        aside = await guild_set_aside(desk.ctx.db, guild_id)
        await whisper(interaction, reports_card(case, aside))

    @group.command(name="put-back", description="Put a puzzle that was set aside back into play")
    @app_commands.describe(puzzle="The puzzle to put back")
    async def put_puzzle_back(interaction: Interaction, puzzle: str) -> None:
        guild_id, by = guild_of(interaction), interaction.user.id
        is_back = await put_back(desk.ctx.db, guild_id, puzzle, desk.clock.now(), by=by)
        await whisper(interaction, put_back_card(puzzle, is_back=is_back))

    @put_puzzle_back.autocomplete("puzzle")
    async def complete_puzzle(
        interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await guild_set_aside(desk.ctx.db, guild_of(interaction))
        wanted = [name for name in found if typed.strip().lower() in name]
        return [app_commands.Choice(name=name, value=name) for name in wanted[:_MAX_CHOICES]]
