"""``/speedrun-admin void``: withdraw a round that went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.errors import NoOpenRound
from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.text import fit
from bot.rendering.voiding import void_question_card
from bot.services.voiding import consider_voiding, voidable_rounds

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

_MAX_NAME = 100


def add_void_command(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the moderators' group."""

    @group.command(
        name="void", description="Withdraw a round that went wrong: it counts for nobody"
    )
    @app_commands.describe(round="Which one; the newest if left out")
    async def void(
        interaction: Interaction,
        round: app_commands.Range[int, 1] | None = None,  # noqa: A002  (what people type)
    ) -> None:
        rounds = await voidable_rounds(desk.ctx.db, guild_of(interaction))
        if round is None and not rounds:
            raise NoOpenRound
        round_id = rounds[0].id if round is None else round
        voiding = await consider_voiding(desk.ctx, guild_of(interaction), round_id)
        await whisper(interaction, void_question_card(voiding))

    @void.autocomplete("round")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        rounds = await voidable_rounds(desk.ctx.db, guild_of(interaction))
        names = {r.id: f"{r.puzzle_date} · PEP {r.pep} · {r.state}" for r in rounds}
        return [
            app_commands.Choice(name=fit(name, _MAX_NAME), value=round_id)
            for round_id, name in names.items()
            if current.strip().lower() in name.lower()
        ]
