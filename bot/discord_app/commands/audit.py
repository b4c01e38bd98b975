"""``/speedrun-admin log``: what moderators did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.audit import LOG_PAGE, log_card
from bot.services.audit import audit_log

if TYPE_CHECKING:
    from discord import app_commands

    from bot.discord_app.desk import Desk


def add_audit_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the moderators' group."""

    @group.command(name="log", description="What moderators did here: who, what, when")
    async def log(interaction: Interaction) -> None:
        entries = await audit_log(desk.ctx.db, guild_of(interaction), limit=LOG_PAGE + 1)
        await whisper(interaction, log_card(entries))
