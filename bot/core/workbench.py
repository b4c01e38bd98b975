"""What a check of a lesson from outside found, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.errors import LessonFault
    from bot.core.lessons import Lesson

MAX_LESSON_BYTES = 64 * 1024
"""The most that is read of an uploaded file."""
MAX_OWN_LESSONS = 50
"""Of one server, at a time."""
MAX_ADDED_A_DAY = 20
"""Versions that one server may add in a day."""


@dataclass(frozen=True, slots=True)
class CheckedLesson:
    """``lesson`` is None where there are faults, or where something could not be proven.

    ``unproven`` says in words what was not run here; of a puzzle that is as bad as a fault.
    """

    lesson: Lesson | None
    faults: tuple[LessonFault, ...] = ()
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """One version of a server's own lesson; ``source`` is the file as it was uploaded."""

    lesson: Lesson
    version: int
    source: str
    author_id: int | None
    added_at: datetime
