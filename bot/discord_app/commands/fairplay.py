"""``/speedrun-admin fairplay``: what stands out among the guesses, for moderators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import Interaction, finish, guild_of, think
from bot.rendering.fairplay import fairplay_card
from bot.services.fairplay import look_over

if TYPE_CHECKING:
    from discord import app_commands

    from bot.discord_app.desk import Desk


def add_fairplay_command(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the moderators' group."""

    @group.command(name="fairplay", description="What stands out among the last rounds' guesses")
    async def fairplay(interaction: Interaction) -> None:
        await think(interaction)
        found = await look_over(desk.ctx.db, desk.ctx.library, guild_of(interaction))
        await finish(interaction, fairplay_card(found))
