"""``/speedrun privacy``: a member's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import Interaction, whisper
from bot.discord_app.presses.privacy import state_card

if TYPE_CHECKING:
    from discord import app_commands

    from bot.discord_app.desk import Desk


def add_privacy_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the members' group."""

    @group.command(name="privacy", description="What is stored about you: see, export, delete it")
    async def privacy(interaction: Interaction) -> None:
        await whisper(interaction, await state_card(desk, interaction.user.id))
