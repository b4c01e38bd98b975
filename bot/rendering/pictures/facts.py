"""What the pictures are drawn from, as plain values. No drawing, no words, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.wording import later

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture: PNG bytes, its text for those who don't see it, its size in pixels.

    ``alt`` is never empty and within Discord's 1024 characters.
    """

    png: bytes
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ChartOption:
    """One option of a puzzle and how many chose it.

    ``text`` is what it prints, lines and all, or the type's name where ``raises`` is set. An empty
    ``letter`` leaves its place to a tick or a cross.
    """

    letter: str
    text: str
    guesses: int
    is_right: bool = False
    raises: bool = False


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """One of the first ranks. Ties share a ``rank``; ``name`` may be any text."""

    rank: int
    name: str
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """A closed round. ``median_ms`` is over the right guesses, None where there is none.

    ``podium`` None is told elsewhere, and not drawn.
    """

    pep: int
    title: str
    options: tuple[ChartOption, ...]
    podium: tuple[ChartPlace, ...] | None
    players: int
    median_ms: int | None


class DayMark(StrEnum):
    """What a puzzle date was for a player."""

    NONE = "none"
    WRONG = "wrong"
    RIGHT = "right"
    FREEZE = "freeze"
    """No guess, but a freeze kept the streak."""


@dataclass(frozen=True, slots=True)
class TopicScore:
    """How a player does on one topic."""

    name: str
    right: int
    played: int


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """A player's year and totals, in one guild or over all.

    ``days`` maps puzzle dates to marks, as pairs in any order; only the 53 weeks up to ``today``
    are drawn. ``rank`` is None for who has no place yet. ``scope`` says of what the rank is,
    marked by `later`.
    """

    name: str
    points: int
    right: int
    played: int
    median_ms: int | None
    streak: int
    best_streak: int
    rank: int | None
    players: int
    today: date
    days: tuple[tuple[date, DayMark], ...] = ()
    strongest: tuple[TopicScore, ...] = ()
    weakest: tuple[TopicScore, ...] = ()
    scope: str = later("in this server")


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """One player's round, without a word on the answer. ``day`` is the round's number."""

    day: int
    pep: int
    is_right: bool
    elapsed_ms: int
    streak: int
    title: str = ""
    """The lesson's, which the post shows before anyone plays."""
