"""Which lesson a round was posted with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import UnknownLesson
from bot.storage.lessons import load_lesson_version

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Library, Puzzle
    from bot.core.rounds import Round
    from bot.storage.database import Database


async def lesson_of(db: Database, library: Library, round_: Round) -> tuple[Lesson, Puzzle]:
    """The exact lesson and puzzle of a round, even where the file has changed or gone since.

    Raises:
        UnknownLesson: Neither the library nor the database has it: the database was tampered with.
    """
    lesson = library.get(round_.pep)
    if lesson is None or lesson.digest != round_.lesson_digest:
        lesson = await db.read(lambda tx: load_lesson_version(tx, round_.lesson_digest))
    puzzle = None if lesson is None else lesson.puzzle(round_.puzzle_id)
    if lesson is None or puzzle is None:
        raise UnknownLesson(round_.pep)
    return lesson, puzzle
