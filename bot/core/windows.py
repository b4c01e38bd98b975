"""The windows over which points are summed: today, week, month, year, all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


PAGE_SIZE = 10
"""Rows a page: what a phone shows without much scrolling."""


class Window(StrEnum):
    """How far back a leaderboard looks, in the guild's own calendar. A month is a season."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"

    def key(self, puzzle_date: date) -> str:
        """The name of the window of this kind that holds the date; weeks are ISO 8601's."""
        if self is Window.TODAY:
            return puzzle_date.isoformat()
        if self is Window.WEEK:
            year, week, _ = puzzle_date.isocalendar()
            return f"{year:04}-W{week:02}"
        if self is Window.MONTH:
            return f"{puzzle_date:%Y-%m}"
        if self is Window.YEAR:
            return f"{puzzle_date:%Y}"
        return "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """One ranked row: equal points share a rank. ``elapsed_ms`` sums the right guesses' times.

    ``rank_before`` is the rank without today's guesses; None where there was none, or where
    today is the whole window. ``name`` is set on the global board, whose members share no server.
    """

    rank: int
    player_id: int
    points: int
    guesses: int
    right: int
    elapsed_ms: int
    rank_before: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which part of a board is shown: page ``number``, from 0, of a board with so many players.

    ``is_hidden`` says that the viewer hides, and so is on no board but their own; ``is_global``
    that it is of all servers that take part; ``has_global`` that the viewer's server does.
    """

    players: int = 0
    number: int = 0
    is_hidden: bool = False
    is_global: bool = False
    has_global: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.players // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """One page of a window's ranks, and the viewer's own row where they have one.

    ``players`` is how many the board ranks. ``is_newcomers`` says that it ranks only who is new.
    """

    window: Window
    key: str
    standings: tuple[Standing, ...]
    viewer: Standing | None
    players: int
    sheet: Sheet = Sheet()
    is_newcomers: bool = False
