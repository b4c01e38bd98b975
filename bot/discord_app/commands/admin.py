"""``/speedrun-admin``: what moderators can do. Discord hides it from everyone else."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.errors import GuildNotSetUp
from bot.core.settings import (
    CodeView,
)
from bot.core.wording import later
from bot.discord_app.commands.choices import pep_choices
from bot.discord_app.errors import say
from bot.discord_app.layout import build
from bot.discord_app.permissions import channel_problems
from bot.discord_app.presses.answering import Interaction, guild_of, think, whisper
from bot.rendering.admin import check_card, preview_cards, set_up_card
from bot.rendering.sentences import posted, revealed, trouble
from bot.services.health import round_problems
from bot.services.moderating import post_now, preview_next, reveal_now
from bot.services.schedules import code_view, load_set_up, set_paused

if TYPE_CHECKING:
    from bot.core.results import SetUp
    from bot.discord_app.desk import Desk

_DEFAULT_TIME = time(9, 0)


class AdminCommands(app_commands.Group):
    """The moderators' commands; every answer is for the one who asked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            name="speedrun-admin",
            description="Set up and steer PEP Speedrun in this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._desk = desk

    @app_commands.command(description="Post today's speedrun now, the next in turn or one PEP")
    @app_commands.describe(pep="The PEP to post; the next in turn if left out")
    async def post(self, interaction: Interaction, pep: int | None = None) -> None:
        """Open today's round at once."""
        await think(interaction)
        now = self._desk.clock.now()
        round_ = await post_now(
            self._desk.ctx, guild_of(interaction), now, pep=pep, by=interaction.user.id
        )
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
    async def _complete_pep(self, _: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return pep_choices(self._desk.ctx.library, current)

    @app_commands.command(description="End the open round now and show its reveal")
    async def reveal(self, interaction: Interaction) -> None:
        """Reveal at once."""
        await think(interaction)
        now = self._desk.clock.now()
        guild_id, by = guild_of(interaction), interaction.user.id
        round_ = await reveal_now(self._desk.ctx, guild_id, now, by=by)
        await say(interaction, revealed(round_))

    @app_commands.command(description="Post nothing until you resume; an open round runs on")
    async def pause(self, interaction: Interaction) -> None:
        """Pause the schedule."""
        await self._pause(interaction, later("Paused"), is_paused=True)

    @app_commands.command(description="Go on posting by the schedule")
    async def resume(self, interaction: Interaction) -> None:
        """Resume the schedule."""
        await self._pause(interaction, later("Resumed"), is_paused=False)

    @app_commands.command(description="What permission or setting is missing, in words")
    async def check(self, interaction: Interaction) -> None:
        """Name what would keep the next speedrun from coming."""
        set_up = await self._set_up_or_none(interaction)
        if set_up is None:
            raise GuildNotSetUp
        problems = await channel_problems(interaction, set_up.settings.channel_id)
        now = self._desk.clock.now()
        found = await round_problems(self._desk.ctx, guild_of(interaction), now)
        problems += [trouble(each) for each in found]
        card = check_card(set_up, problems)
        await whisper(interaction, card)

    async def _pause(self, interaction: Interaction, title: str, *, is_paused: bool) -> None:
        now = self._desk.clock.now()
        guild_id, by = guild_of(interaction), interaction.user.id
        found = await set_paused(self._desk.ctx.db, guild_id, now, is_paused=is_paused, by=by)
        card = set_up_card(found[0], title)
        await whisper(interaction, card)

    async def _set_up_or_none(self, interaction: Interaction) -> SetUp | None:
        try:
            return await load_set_up(
                self._desk.ctx.db, guild_of(interaction), self._desk.clock.now()
            )
        except GuildNotSetUp:
            return None
