"""Reviews: PEPs that a player missed come back, spaced. Values and rules; services do the spacing.

A card belongs to a player and a PEP, whichever server it was missed in. A player's review day is a
date in UTC: cards span servers and direct messages, which have no calendar of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson, Puzzle
    from bot.core.results import PracticePuzzle
    from bot.core.rounds import Round, Truth

REVIEWS_A_DAY = 3


class Grade(IntEnum):
    """How well a player knew it; the numbers are FSRS's ratings."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """What the spacing keeps of a card, as text of its own, and when the card is due."""

    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A puzzle handed out for review and not yet answered."""

    puzzle_id: str
    offered_at: datetime
    has_hint: bool


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """One PEP that a player missed.

    ``seen_at`` is the last miss or review, and ``puzzle_id`` the puzzle it was on.
    """

    player_id: int
    pep: int
    memory: Memory
    seen_at: datetime
    puzzle_id: str
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A wrong guess in a round."""

    pep: int
    puzzle_id: str
    guessed_at: datetime


@dataclass(frozen=True, slots=True)
class MissedPuzzle:
    """A wrong guess with all that there is to learn from it."""

    round: Round
    lesson: Lesson
    puzzle: Puzzle
    truth: Truth
    option: int


@dataclass(frozen=True, slots=True)
class ReviewPuzzle:
    """A puzzle to review: the ``number``-th of the day. ``waiting`` others are due."""

    practice: PracticePuzzle
    offer: Offer
    number: int
    waiting: int


@dataclass(frozen=True, slots=True)
class NothingToReview:
    """Why there is none: the day's are ``done``, or the next is due at ``next_due_at``, if any.

    ``waiting`` are due and have to wait for another day, or for a round to end.
    """

    done: int
    waiting: int
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """An answered review; ``grade`` is None where the answer came again, and rated nothing."""

    practice: PracticePuzzle
    option: int
    grade: Grade | None
    due_at: datetime | None


def grade_of(*, is_right: bool, has_hint: bool, elapsed_ms: int, reading_ms: int) -> Grade:
    """What an answer says of how well it was known; within one reading, it was there at once."""
    if not is_right:
        return Grade.AGAIN
    if has_hint:
        return Grade.HARD
    return Grade.EASY if elapsed_ms <= reading_ms else Grade.GOOD
