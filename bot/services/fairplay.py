"""What stands out among a guild's latest guesses, for its moderators alone. Nothing is stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.core.errors import UnknownLesson
from bot.core.fairplay import Choice, FairPlay, fair_play
from bot.core.reading import reading_floor_ms
from bot.services.lessons import lesson_of
from bot.storage.plays import list_guesses_of_rounds
from bot.storage.round_lists import list_last_closed

if TYPE_CHECKING:
    from bot.core.lessons import Library
    from bot.core.rounds import Guess, Round
    from bot.storage.database import Database, Transaction

ROUNDS = 60
"""Two months of daily rounds: longer, and people who have changed are still looked at."""
MAX_GUESSES = 30_000
"""Read at most; a server with more players is looked at over fewer rounds."""


async def look_over(db: Database, library: Library, guild_id: int) -> FairPlay:
    """Look over the guesses of the guild's last closed rounds; open ones are nobody's business."""

    def work(tx: Transaction) -> tuple[list[Round], list[Guess]]:
        rounds = list_last_closed(tx, guild_id, ROUNDS)
        return rounds, list_guesses_of_rounds(tx, [one.id for one in rounds], MAX_GUESSES)

    rounds, guesses = await db.read(work)
    known: dict[int, tuple[int, int, int]] = {}
    # Rounds are numbered anew: their ids grow for ever, and these numbers are bits.
    for number, round_ in enumerate(rounds):
        try:
            _, puzzle = await lesson_of(db, library, round_)
        except UnknownLesson:
            continue
        known[round_.id] = number, len(puzzle.options), reading_floor_ms(puzzle)
    choices = [
        _choice(guess, *known[guess.round_id]) for guess in guesses if guess.round_id in known
    ]
    # Comparing hundreds of players with each other takes a while: presses are answered meanwhile.
    return await asyncio.to_thread(fair_play, choices)


def _choice(guess: Guess, number: int, option_count: int, floor_ms: int) -> Choice:
    return Choice(
        round_id=number,
        player_id=guess.player_id,
        option=guess.option,
        option_count=option_count,
        is_right=guess.is_right,
        elapsed_ms=guess.elapsed_ms,
        floor_ms=floor_ms,
        guessed_at=guess.guessed_at,
    )
