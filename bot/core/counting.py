"""What is summed from the guesses, computed from nothing but them. Pure.

The same sums are kept guess by guess (`bot.storage.totals`, `bot.storage.streaks`), so that a
leaderboard reads a few rows; here they are made anew, to rebuild what is kept and to check it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.core.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime


_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class CountedGuess:
    """One guess in a round that was not voided, with what its round says of it.

    ``is_over`` says that the round takes no more guesses.
    """

    guild_id: int
    player_id: int
    round_id: int
    puzzle_date: date
    pep: int
    puzzle_id: str
    is_right: bool
    points: int
    elapsed_ms: int
    guessed_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What one player has in one window. ``elapsed_ms`` is over the right guesses."""

    points: int = 0
    guesses: int = 0
    right: int = 0
    elapsed_ms: int = 0

    def plus(self, guess: CountedGuess) -> Sums:
        """The sums with one more guess."""
        return Sums(
            self.points + guess.points,
            self.guesses + 1,
            self.right + guess.is_right,
            self.elapsed_ms + (guess.elapsed_ms if guess.is_right else 0),
        )


TotalKey = tuple[int, Window, str]
"""A player's id, a window, and the window's key."""


def totals_of(guesses: Iterable[CountedGuess]) -> dict[TotalKey, Sums]:
    """Each player's sums in each window that holds a guess of theirs."""
    totals: dict[TotalKey, Sums] = defaultdict(Sums)
    for guess in guesses:
        for window in Window:
            key = (guess.player_id, window, window.key(guess.puzzle_date))
            totals[key] = totals[key].plus(guess)
    return dict(totals)


def firsts_of_dates(guesses: Iterable[CountedGuess]) -> list[CountedGuess]:
    """Each player's first guess on each date, of guesses from several guilds."""
    firsts: dict[tuple[int, date], CountedGuess] = {}
    for guess in sorted(guesses, key=_when):
        firsts.setdefault((guess.player_id, guess.puzzle_date), guess)
    return list(firsts.values())


def firsts_of_puzzles(guesses: Iterable[CountedGuess]) -> list[CountedGuess]:
    """Each player's first answer to each puzzle, in rounds that take no more guesses."""
    firsts: dict[tuple[int, str], CountedGuess] = {}
    for guess in sorted(guesses, key=_when):
        if guess.is_over:
            firsts.setdefault((guess.player_id, guess.puzzle_id), guess)
    return list(firsts.values())


def _when(guess: CountedGuess) -> tuple[datetime, int]:
    return guess.guessed_at, guess.round_id


def unlike(one: Mapping[_Key, object], other: Mapping[_Key, object]) -> set[_Key]:
    """The keys under which the two have not the same."""
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


def dates_of(guesses: Iterable[CountedGuess]) -> dict[int, set[date]]:
    """Each player's puzzle dates."""
    dates: dict[int, set[date]] = defaultdict(set)
    for guess in guesses:
        dates[guess.player_id].add(guess.puzzle_date)
    return dict(dates)
