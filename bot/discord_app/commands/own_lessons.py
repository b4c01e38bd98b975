"""``/speedrun-admin lesson``: the server's own lessons."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.errors import LessonRefused
from bot.discord_app.errors import say
from bot.discord_app.layout import build
from bot.discord_app.presses.answering import Interaction, finish, guild_of, think, whisper
from bot.rendering.language import _
from bot.rendering.own_lessons import lesson_added_card, lesson_refused_card, own_lessons_card
from bot.rendering.post import code_card
from bot.rendering.text import fit
from bot.services.own_lessons import (
    add_own_lesson,
    ensure_small,
    own_lesson,
    own_lessons,
    retire_own_lesson,
)

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk


class LessonCommands(app_commands.Group):
    """The server's own lessons."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="lesson", description="Lessons of this server's own")
        self._desk = desk

    @app_commands.command(description="Add a lesson: checked, run in the sandbox, kept here")
    @app_commands.describe(file="A lesson as a YAML file, at most 64 KB")
    async def add(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Check an uploaded lesson and take it into use, or say what is wrong, line by line."""
        ensure_small(file.size)
        await think(interaction)
        data = await file.read()
        try:
            own = await add_own_lesson(
                self._desk.ctx.db,
                self._desk.workbench,
                guild_of(interaction),
                data,
                self._desk.clock.now(),
                by=interaction.user.id,
            )
        except LessonRefused as refusal:
            await finish(interaction, lesson_refused_card(refusal.faults, refusal.unproven))
            return
        await finish(interaction, lesson_added_card(own))
        await interaction.followup.send(**build(code_card(own.lesson)), ephemeral=True)

    @app_commands.command(name="list", description="The lessons of this server's own")
    async def list_(self, interaction: Interaction) -> None:
        """List them."""
        found = await own_lessons(self._desk.ctx.db, guild_of(interaction))
        await whisper(interaction, own_lessons_card(found))

    @app_commands.command(description="Have a lesson's file back")
    @app_commands.describe(pep="The PEP of the lesson")
    async def export(self, interaction: Interaction, pep: int) -> None:
        """Send the file as it was uploaded."""
        own = await own_lesson(self._desk.ctx.db, guild_of(interaction), pep)
        name = f"pep-{pep:04d}.yaml"
        file = discord.File(io.BytesIO(own.source.encode()), name)
        await interaction.response.send_message(file=file, ephemeral=True)

    @app_commands.command(description="Take a lesson out of use; what was posted with it stays")
    @app_commands.describe(pep="The PEP of the lesson")
    async def retire(self, interaction: Interaction, pep: int) -> None:
        """Take it out of use."""
        now, by = self._desk.clock.now(), interaction.user.id
        await retire_own_lesson(self._desk.ctx.db, guild_of(interaction), pep, now, by=by)
        await say(interaction, _("The lesson on PEP {pep} is retired.", pep=pep))

    @export.autocomplete("pep")
    @retire.autocomplete("pep")
    async def _complete(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        found = await own_lessons(self._desk.ctx.db, guild_of(interaction))
        return [
            app_commands.Choice(
                name=fit(f"PEP {one.lesson.pep} · {one.lesson.title}", 100), value=one.lesson.pep
            )
            for one in found
            if str(one.lesson.pep).startswith(current.strip())
        ][:25]


def add_lesson_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the subgroup to the moderators' group."""
    group.add_command(LessonCommands(desk))
