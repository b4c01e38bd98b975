"""``/speedrun``: what every member can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.core.errors import AlreadyGuessed
from bot.core.windows import Window
from bot.discord_app.commands.choices import pep_choices
from bot.discord_app.layout import build, build_edit
from bot.rendering.boards import WINDOW_NAMES, help_card, leaderboard_card, profile_card
from bot.rendering.pictures.from_core import profile_facts
from bot.rendering.play import practice_card, puzzle_card, result_card
from bot.services.moderating import open_round_of
from bot.services.playing import recall_guess, start_clock
from bot.services.practising import practice_puzzle
from bot.services.standings import leaderboard, profile

if TYPE_CHECKING:
    from bot.core.ports import Clock
    from bot.rendering.cards import Card
    from bot.rendering.pictures.album import Album
    from bot.services.context import Context

Interaction = discord.Interaction[Any]

_WINDOWS = [
    app_commands.Choice(name=name, value=str(window)) for window, name in WINDOW_NAMES.items()
]


class SpeedrunCommands(app_commands.Group):
    """The members' commands; every answer is for the one who asked."""

    def __init__(self, ctx: Context, clock: Clock, album: Album) -> None:
        super().__init__(name="speedrun", description="PEP Speedrun", guild_only=True)
        self._ctx = ctx
        self._clock = clock
        self._album = album

    @app_commands.command(description="Today's puzzle; or any PEP, as unscored practice")
    @app_commands.describe(pep="A PEP to practise; leave it out for today's speedrun")
    async def play(self, interaction: Interaction, pep: int | None = None) -> None:
        """Start today's clock, or practise."""
        if pep is None:
            await _reply(interaction, await self._start(interaction))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        practice = await practice_puzzle(
            self._ctx, interaction.guild_id, interaction.user.id, pep=pep
        )
        card = practice_card(practice, interaction.user.id)
        await interaction.edit_original_response(**build_edit(card))

    @play.autocomplete("pep")
    async def _complete_pep(self, _: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return pep_choices(self._ctx.library, current)

    @app_commands.command(name="leaderboard", description="Who leads in this server")
    @app_commands.describe(window="How far back to look; today if left out")
    @app_commands.choices(window=_WINDOWS)
    async def board(self, interaction: Interaction, window: str = str(Window.TODAY)) -> None:
        """Show a leaderboard."""
        board = await leaderboard(
            self._ctx.db,
            interaction.guild_id or 0,
            Window(window),
            viewer_id=interaction.user.id,
            now=self._clock.now(),
        )
        await _reply(interaction, leaderboard_card(board))

    @app_commands.command(description="Your points, streak and ranks in this server")
    async def me(self, interaction: Interaction) -> None:
        """Show the member's own record."""
        # Many may ask at once, and pictures are drawn one at a time.
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id, player_id = interaction.guild_id or 0, interaction.user.id
        record = await profile(self._ctx.db, guild_id, player_id, self._clock.now())
        facts = profile_facts(record, self._ctx.library, interaction.user.display_name)
        picture = await self._album.profile(facts) if facts.played else None
        card = profile_card(record, facts, picture)
        await interaction.edit_original_response(**build_edit(card))

    @app_commands.command(description="How PEP Speedrun works")
    async def help(self, interaction: Interaction) -> None:
        """Explain."""
        await _reply(interaction, help_card())

    async def _start(self, interaction: Interaction) -> Card:
        db, library = self._ctx.db, self._ctx.library
        guild_id, player_id = interaction.guild_id or 0, interaction.user.id
        round_ = await open_round_of(db, guild_id, self._clock.now())
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
            return result_card(told, is_recalled=True)
        return puzzle_card(receipt)


async def _reply(interaction: Interaction, card: Card) -> None:
    await interaction.response.send_message(**build(card), ephemeral=True)
