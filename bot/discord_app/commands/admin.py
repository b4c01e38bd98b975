"""``/speedrun-admin``: what moderators can do. Discord hides it from everyone else."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.errors import GuildNotSetUp
from bot.core.settings import (
    CodeView,
    parse_date,
)
from bot.core.wording import later
from bot.discord_app.commands.choices import Slot, pep_choices
from bot.discord_app.errors import say
from bot.discord_app.layout import build
from bot.discord_app.permissions import channel_problems
from bot.discord_app.presses.answering import Interaction, finish, guild_of, think, whisper
from bot.rendering.admin import check_card, preview_cards, set_up_card
from bot.rendering.sentences import posted, revealed, trouble
from bot.services.health import round_problems
from bot.services.moderating import post_now, preview_next, reveal_now
from bot.services.own_lessons import guild_library
from bot.services.schedules import code_view, list_set_ups, set_paused

if TYPE_CHECKING:
    from datetime import date

    from bot.discord_app.desk import Desk

_DEFAULT_TIME = time(9, 0)


class AdminCommands(app_commands.Group):
    """The moderators' commands; every answer is for the one who asked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            name="speedrun-admin",
            description="Set up and steer PEP Speedrun in this server",
            guild_only=True,
            # Where only a member brought the bot along, nobody steers it.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._desk = desk

    @app_commands.command(description="Post today's speedrun now, the next in turn or one PEP")
    @app_commands.describe(
        pep="The PEP to post; the next in turn if left out",
        schedule="Which of the server's schedules; the first if left out",
    )
    async def post(
        self, interaction: Interaction, pep: int | None = None, schedule: Slot | None = None
    ) -> None:
        """Open today's round at once."""
        await think(interaction)
        guild_id, now, by = guild_of(interaction), self._desk.clock.now(), interaction.user.id
        round_ = await post_now(self._desk.ctx, guild_id, now, pep=pep, slot=schedule, by=by)
        await say(interaction, posted(round_))

    @app_commands.command(description="See the next speedrun and its puzzle, privately")
    @app_commands.describe(pep="The PEP to look at; the next in turn if left out")
    async def preview(self, interaction: Interaction, pep: int | None = None) -> None:
        """Show what would be posted."""
        await think(interaction)
        practice = await preview_next(
            self._desk.ctx, guild_of(interaction), self._desk.clock.now(), pep=pep
        )
        picture = None
        if await code_view(self._desk.ctx.db, guild_of(interaction)) is CodeView.PICTURE:
            picture = await self._desk.album.lesson(practice.lesson)
        for card in preview_cards(practice, interaction.user.id, picture):
            await interaction.followup.send(**build(card), ephemeral=True)

    @post.autocomplete("pep")
    @preview.autocomplete("pep")
    async def _complete_pep(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        library = await guild_library(self._desk.ctx, interaction.guild_id)
        return pep_choices(library, current)

    @app_commands.command(description="End the open round now and show its reveal")
    @app_commands.describe(
        schedule="Which of the server's schedules; the newest round's if left out"
    )
    async def reveal(self, interaction: Interaction, schedule: Slot | None = None) -> None:
        """Reveal at once."""
        await think(interaction)
        now = self._desk.clock.now()
        guild_id, by = guild_of(interaction), interaction.user.id
        round_ = await reveal_now(self._desk.ctx, guild_id, now, slot=schedule, by=by)
        await say(interaction, revealed(round_))

    @app_commands.command(description="Post nothing until you resume; an open round runs on")
    @app_commands.describe(until="The day on which posts go on by themselves, as 2026-12-24")
    async def pause(self, interaction: Interaction, until: str | None = None) -> None:
        """Pause all schedules, for good or until a day."""
        day = None if until is None else parse_date(until)
        await self._pause(interaction, later("Paused"), is_paused=True, until=day)

    @app_commands.command(description="Go on posting by the schedule")
    async def resume(self, interaction: Interaction) -> None:
        """Resume the schedule."""
        await self._pause(interaction, later("Resumed"), is_paused=False)

    @app_commands.command(description="What permission or setting is missing, in words")
    async def check(self, interaction: Interaction) -> None:
        """Name what would keep the next speedrun from coming."""
        # Discord is asked three things a schedule, and waits three seconds itself.
        await think(interaction)
        now = self._desk.clock.now()
        set_ups = await list_set_ups(self._desk.ctx.db, guild_of(interaction), now)
        if not set_ups:
            raise GuildNotSetUp
        problems = []
        for settings in (one.settings for one in set_ups):
            problems += await channel_problems(
                interaction, settings.channel_id, has_thread=settings.has_thread
            )
        found = await round_problems(self._desk.ctx, guild_of(interaction), now)
        problems += [trouble(each) for each in found]
        # Several schedules may share a channel, and what is missing there.
        card = check_card(set_ups, tuple(dict.fromkeys(problems)))
        await finish(interaction, card)

    async def _pause(
        self, interaction: Interaction, title: str, *, is_paused: bool, until: date | None = None
    ) -> None:
        now = self._desk.clock.now()
        guild_id, by = guild_of(interaction), interaction.user.id
        found = await set_paused(
            self._desk.ctx.db, guild_id, now, is_paused=is_paused, until=until, by=by
        )
        card = set_up_card(found[0], title)
        await whisper(interaction, card)
