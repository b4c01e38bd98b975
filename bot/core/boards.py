"""Which boards there are, and what their rows hold beside points. Ranks are shared by ties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.windows import Window

if TYPE_CHECKING:
    from datetime import date

    from bot.core.windows import Sheet

_RECORDS = re.compile(r"pep-([0-9]{1,5})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


class Scope(StrEnum):
    """Whose guesses a board sums: one server's, or those of all that take part."""

    SERVER = "server"
    GLOBAL = "global"


class Special(StrEnum):
    """The boards that are no window of points."""

    STREAKS = "streaks"
    NEWCOMERS = "newcomers"
    """The month's points of who guessed here for the first time in it."""
    SEASONS = "seasons"
    """The months that are over, with their podiums."""


@dataclass(frozen=True, slots=True)
class Records:
    """The fastest right first answers to one PEP's puzzles."""

    pep: int

    def __str__(self) -> str:
        return f"pep-{self.pep}"


BoardName = Window | Special | Records


@dataclass(frozen=True, slots=True)
class Wanted:
    """A board, whose, and which page of it (from 0). What has no global board is the server's."""

    name: BoardName = Window.TODAY
    scope: Scope = Scope.SERVER
    page: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.name, Window):
            object.__setattr__(self, "scope", Scope.SERVER)


def parse_wanted(name: str, scope: str = "", page: str = "") -> Wanted:
    """Read what a press or command asks for; whatever it does not name is as `Wanted` has it."""
    match = _RECORDS.fullmatch(name)
    board: BoardName = Window.TODAY
    if match is not None:
        board = Records(int(match[1]))
    elif name in set(Special):
        board = Special(name)
    elif name in set(Window):
        board = Window(name)
    return Wanted(
        board,
        Scope.GLOBAL if scope == Scope.GLOBAL else Scope.SERVER,
        int(page) if _NUMBER.fullmatch(page) else 0,
    )


@dataclass(frozen=True, slots=True)
class StreakPlace:
    """One row of the streak board: a streak that lives, and the freezes that keep it."""

    rank: int
    player_id: int
    length: int
    freezes: int


@dataclass(frozen=True, slots=True)
class StreakBoard:
    """Who has played the most dates in a row."""

    places: tuple[StreakPlace, ...]
    viewer: StreakPlace | None
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """A player's fastest right first answer to one PEP's puzzles, and its date."""

    rank: int
    player_id: int
    elapsed_ms: int
    puzzle_date: date


@dataclass(frozen=True, slots=True)
class RecordBoard:
    """Who was fastest on one PEP."""

    pep: int
    places: tuple[RecordPlace, ...]
    viewer: RecordPlace | None
    sheet: Sheet
