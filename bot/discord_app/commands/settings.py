"""``/speedrun-admin settings``: take them along as a file, and bring them back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.errors import LessonFormatError
from bot.discord_app.errors import say
from bot.discord_app.permissions import channels_of
from bot.discord_app.presses.answering import Interaction, finish, guild_of, think
from bot.rendering.language import ngettext
from bot.rendering.own_lessons import lesson_refused_card
from bot.rendering.settings_file import FILE_NAME, settings_yaml
from bot.services.exchanging import export_settings, import_settings
from bot.services.own_lessons import ensure_small

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk


class SettingsCommands(app_commands.Group):
    """All that is set up, as a file."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="settings", description="This server's settings as a file")
        self._desk = desk

    @app_commands.command(description="All schedules and options as a YAML file")
    async def export(self, interaction: Interaction) -> None:
        """Send the file."""
        plain = await export_settings(self._desk.ctx.db, guild_of(interaction))
        file = discord.File(io.BytesIO(settings_yaml(plain).encode()), FILE_NAME)
        await interaction.response.send_message(file=file, ephemeral=True)

    @app_commands.command(name="import", description="Set this server up as such a file says")
    @app_commands.describe(file="A file from settings export; schedules it lacks are removed")
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Read the file; all of it is taken, or nothing."""
        ensure_small(file.size)
        await think(interaction)
        db, now = self._desk.ctx.db, self._desk.clock.now()
        try:
            plain = self._desk.workbench.read_plain(await file.read())
        except LessonFormatError as error:
            await finish(interaction, lesson_refused_card(error.faults, ()))
            return
        guild_id, by = guild_of(interaction), interaction.user.id
        channels = await channels_of(interaction)
        saved = await import_settings(db, guild_id, plain, now, by=by, channels=channels)
        told = ngettext(
            "{count} schedule is set up as the file says. `/speedrun-admin check`",
            "{count} schedules are set up as the file says. `/speedrun-admin check`",
            len(saved),
        )
        await say(interaction, told)


def add_settings_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the subgroup to the moderators' group."""
    group.add_command(SettingsCommands(desk))
