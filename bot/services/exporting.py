"""What a player missed, to be taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import UnknownLesson
from bot.core.reviews import MissedPuzzle
from bot.services.lessons import lesson_of
from bot.storage.plays import list_wrong_guesses
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from bot.core.lessons import Library
    from bot.core.rounds import Guess, Round
    from bot.storage.database import Database, Transaction

MAX_EXPORTED = 300
"""Puzzles in one file: a year of misses, and a file far below Discord's ten megabytes."""


async def missed_puzzles(db: Database, library: Library, player_id: int) -> list[MissedPuzzle]:
    """The puzzles that the player missed, newest first, each once; at most `MAX_EXPORTED`."""

    def work(tx: Transaction) -> list[tuple[Guess, Round]]:
        found = []
        for guess in list_wrong_guesses(tx, player_id, MAX_EXPORTED):
            round_ = load_round(tx, guess.round_id)
            if round_ is not None:
                found.append((guess, round_))
        return found

    missed: dict[str, MissedPuzzle] = {}
    for guess, round_ in await db.read(work):
        try:
            lesson, puzzle = await lesson_of(db, library, round_)
        except UnknownLesson:
            continue
        if round_.truth is not None and puzzle.id not in missed:
            found = MissedPuzzle(round_, lesson, puzzle, round_.truth, guess.option)
            missed[puzzle.id] = found
    return list(missed.values())
