"""The windows over which points are summed: today, week, month, year, all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


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
    today is the whole window.
    """

    rank: int
    player_id: int
    points: int
    guesses: int
    right: int
    elapsed_ms: int
    rank_before: int | None = None


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The top of one window, and the viewer's own row where they have one."""

    window: Window
    key: str
    standings: tuple[Standing, ...]
    viewer: Standing | None
    players: int
