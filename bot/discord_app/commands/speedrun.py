"""``/speedrun``: what every member can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.errors import AlreadyGuessed
from bot.discord_app.commands.choices import pep_choices
from bot.discord_app.presses.answering import (
    Interaction,
    finish,
    guild_of,
    think,
    whisper,
)
from bot.discord_app.presses.playing import card_of_result
from bot.rendering.boards import profile_card
from bot.rendering.manual import help_card
from bot.rendering.pictures.from_core import profile_facts
from bot.rendering.play import practice_card, puzzle_card
from bot.services.moderating import open_round_of
from bot.services.own_lessons import guild_library
from bot.services.playing import recall_guess, start_clock
from bot.services.practising import practice_puzzle
from bot.services.standings import profile

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.rendering.cards import Card


class SpeedrunCommands(app_commands.Group):
    """The members' commands; every answer is for the one who asked."""

    def __init__(self, desk: Desk) -> None:
        # Contexts are a whole group's. What belongs to a server says so where there is none.
        super().__init__(
            name="speedrun",
            description="PEP Speedrun",
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._desk = desk

    @app_commands.command(description="Today's puzzle; or any PEP, as unscored practice")
    @app_commands.describe(pep="A PEP to practise; leave it out for today's speedrun")
    async def play(self, interaction: Interaction, pep: int | None = None) -> None:
        """Start today's clock, or practise."""
        if pep is None:
            await whisper(interaction, await self._start(interaction))
            return
        await think(interaction)
        practice = await practice_puzzle(
            self._desk.ctx, interaction.guild_id, interaction.user.id, pep=pep
        )
        await finish(interaction, practice_card(practice, interaction.user.id))

    @play.autocomplete("pep")
    async def _complete_pep(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        library = await guild_library(self._desk.ctx, interaction.guild_id)
        return pep_choices(library, current)

    @app_commands.command(description="Your points, streak and ranks in this server")
    async def me(self, interaction: Interaction) -> None:
        """Show the member's own record."""
        # Many may ask at once, and pictures are drawn one at a time.
        await think(interaction)
        guild_id, player_id = guild_of(interaction), interaction.user.id
        record = await profile(self._desk.ctx.db, guild_id, player_id, self._desk.clock.now())
        facts = profile_facts(record, self._desk.ctx.library, interaction.user.display_name)
        picture = await self._desk.album.profile(facts) if facts.played else None
        await finish(interaction, profile_card(record, facts, picture))

    @app_commands.command(description="How PEP Speedrun works")
    async def help(self, interaction: Interaction) -> None:
        """Explain."""
        own = [(command.qualified_name, command.description) for command in self.walk_commands()]
        await whisper(interaction, help_card(own))

    async def _start(self, interaction: Interaction) -> Card:
        db, library = self._desk.ctx.db, self._desk.ctx.library
        guild_id, player_id = guild_of(interaction), interaction.user.id
        round_ = await open_round_of(db, guild_id, self._desk.clock.now(), player_id=player_id)
        try:
            receipt = await start_clock(
                db,
                library,
                guild_id=guild_id,
                round_id=round_.id,
                player_id=player_id,
                at=interaction.created_at,
            )
        except AlreadyGuessed:
            told = await recall_guess(
                db, library, guild_id=guild_id, round_id=round_.id, player_id=player_id
            )
            if told is None:  # pragma: no cover  (the guess that refused the start)
                raise
            return card_of_result(self._desk, told, is_recalled=True)
        return puzzle_card(receipt)
