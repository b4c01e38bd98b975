"""A member's report of a puzzle, and what moderators made of it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson, Puzzle
    from bot.core.rounds import Round

MAX_NOTE = 500
"""Characters of a reporter's own words."""


class Complaint(StrEnum):
    """What is wrong with a puzzle, as its reporter sees it."""

    WRONG = "wrong"
    """The answer that counted is not what Python does."""
    UNCLEAR = "unclear"
    """More than one answer can be defended, or the prompt misleads."""
    EXPLAINED = "explained"
    """The answer is right, and its explanation is not."""
    OTHER = "other"


class Decision(StrEnum):
    """What became of a report."""

    OPEN = "open"
    ASIDE = "aside"
    """The puzzle is set aside for the server."""
    KEPT = "kept"
    """The puzzle stays in play."""


@dataclass(frozen=True, slots=True)
class Report:
    """One member's report of one round's puzzle; ``reporter_id`` is whom the answer goes to."""

    id: int
    guild_id: int
    round_id: int
    reporter_id: int
    complaint: Complaint
    note: str
    decision: Decision
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class ReportCase:
    """A report with its evidence: the round, which holds what ran and on which Python.

    ``alike`` counts the open reports of the same puzzle in that guild, this one included;
    ``waiting`` all open reports of the guild.
    """

    report: Report
    round: Round
    lesson: Lesson
    puzzle: Puzzle
    alike: int
    waiting: int
