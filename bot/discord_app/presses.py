"""Buttons and menus: each press is read from its custom_id, handed to a use case, and answered.

No state is kept between presses, so every button works in whatever process it is pressed.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.core.errors import AlreadyGuessed, UnknownRound
from bot.core.rounds import option_at, practice_seed
from bot.core.windows import Window
from bot.discord_app.errors import answering, say
from bot.discord_app.layout import build, build_edit
from bot.rendering.actions import Action, Verb, parse
from bot.rendering.boards import leaderboard_card
from bot.rendering.play import practice_card, practice_result_card, puzzle_card, result_card
from bot.rendering.post import code_card
from bot.services.lessons import round_lesson
from bot.services.playing import recall_guess, start_clock, submit_guess, take_hint
from bot.services.practising import practice_of_round, practice_puzzle
from bot.services.standings import leaderboard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.core.ports import Clock
    from bot.rendering.cards import Card
    from bot.services.context import Context

    Interaction = discord.Interaction[Any]
    Handler = Callable[["Presses", Interaction, Action], Awaitable[None]]

log = logging.getLogger(__name__)


class Presses:
    """Answers component interactions."""

    def __init__(self, ctx: Context, clock: Clock) -> None:
        self._ctx = ctx
        self._clock = clock

    async def handle(self, interaction: Interaction, custom_id: str) -> None:
        """Answer one press; whatever it names, the presser gets a sentence; nothing is raised."""
        async with answering(interaction, "press"):
            action = parse(custom_id)
            if action is None or interaction.guild_id is None:
                await say(interaction, "This button is from another time. `/speedrun play`")
                return
            await _HANDLERS[action.verb](self, interaction, action)

    async def start(self, interaction: Interaction, action: Action) -> None:
        """Start the clock."""
        round_id = action.number(0)
        try:
            receipt = await start_clock(
                self._ctx.db,
                self._ctx.library,
                guild_id=_guild(interaction),
                round_id=round_id,
                player_id=interaction.user.id,
                at=interaction.created_at,
            )
        except AlreadyGuessed:
            await self._recall(interaction, round_id)
            return
        await _whisper(interaction, puzzle_card(receipt))

    async def hint(self, interaction: Interaction, action: Action) -> None:
        """Show the hint, in place."""
        try:
            receipt = await take_hint(
                self._ctx.db,
                self._ctx.library,
                guild_id=_guild(interaction),
                round_id=action.number(0),
                player_id=interaction.user.id,
                at=interaction.created_at,
            )
        except AlreadyGuessed:
            await self._recall(interaction, action.number(0))
            return
        await _replace(interaction, puzzle_card(receipt))

    async def guess(self, interaction: Interaction, action: Action) -> None:
        """Submit the guess; the puzzle turns into its result."""
        try:
            receipt = await submit_guess(
                self._ctx.db,
                self._ctx.library,
                guild_id=_guild(interaction),
                round_id=action.number(0),
                player_id=interaction.user.id,
                position=action.number(1),
                at=interaction.created_at,
            )
        except AlreadyGuessed:
            await self._recall(interaction, action.number(0))
            return
        await _replace(interaction, result_card(receipt))

    async def code(self, interaction: Interaction, action: Action) -> None:
        """Both code blocks as text."""
        lesson = await round_lesson(self._ctx, _guild(interaction), action.number(0))
        await _whisper(interaction, code_card(lesson))

    async def related(self, interaction: Interaction, _: Action) -> None:
        """Practise the PEP chosen in the menu."""
        values = _data(interaction).get("values") or ["0"]
        pep = Action(Verb.RELATED, (str(values[0]),)).number(0)
        await interaction.response.defer(ephemeral=True, thinking=True)
        practice = await practice_puzzle(
            self._ctx, interaction.guild_id, interaction.user.id, pep=pep
        )
        await interaction.edit_original_response(
            **build_edit(practice_card(practice, interaction.user.id))
        )

    async def practise(self, interaction: Interaction, action: Action) -> None:
        """Practise the puzzle of a closed round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        practice = await practice_of_round(
            self._ctx, _guild(interaction), interaction.user.id, action.number(0)
        )
        await interaction.edit_original_response(
            **build_edit(practice_card(practice, interaction.user.id))
        )

    async def try_option(self, interaction: Interaction, action: Action) -> None:
        """A guess in practice; its result comes beside the puzzle, which can be tried again."""
        player_id, puzzle_id = interaction.user.id, action.arguments[1]
        practice = await practice_puzzle(
            self._ctx, interaction.guild_id, player_id, pep=action.number(0), puzzle_id=puzzle_id
        )
        count = len(practice.puzzle.options)
        option = option_at(practice_seed(puzzle_id), player_id, count, action.number(2))
        card = practice_result_card(practice, self._ctx.library, player_id, option)
        await _whisper(interaction, card)

    async def board(self, interaction: Interaction, action: Action) -> None:
        """A leaderboard, as a message of its own."""
        await _whisper(interaction, await self._board_card(interaction, action))

    async def window(self, interaction: Interaction, action: Action) -> None:
        """Another window of a leaderboard, in place."""
        await _replace(interaction, await self._board_card(interaction, action))

    async def _board_card(self, interaction: Interaction, action: Action) -> Card:
        name = action.arguments[0]
        board = await leaderboard(
            self._ctx.db,
            _guild(interaction),
            Window(name) if name in set(Window) else Window.TODAY,
            viewer_id=interaction.user.id,
            now=self._clock.now(),
        )
        return leaderboard_card(board)

    async def _recall(self, interaction: Interaction, round_id: int) -> None:
        receipt = await recall_guess(
            self._ctx.db,
            self._ctx.library,
            guild_id=_guild(interaction),
            round_id=round_id,
            player_id=interaction.user.id,
        )
        if receipt is None:
            raise UnknownRound(round_id)
        await _whisper(interaction, result_card(receipt, is_recalled=True))


_HANDLERS: dict[Verb, Handler] = {
    Verb.START: Presses.start,
    Verb.HINT: Presses.hint,
    Verb.GUESS: Presses.guess,
    Verb.CODE: Presses.code,
    Verb.RELATED: Presses.related,
    Verb.PRACTISE: Presses.practise,
    Verb.REMATCH: Presses.practise,
    Verb.TRY: Presses.try_option,
    Verb.BOARD: Presses.board,
    Verb.WINDOW: Presses.window,
}


def _data(interaction: Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})


def _guild(interaction: Interaction) -> int:
    return interaction.guild_id or 0


async def _whisper(interaction: Interaction, card: Card) -> None:
    await interaction.response.send_message(**build(card), ephemeral=True)


async def _replace(interaction: Interaction, card: Card) -> None:
    await interaction.response.edit_message(**build_edit(card))
