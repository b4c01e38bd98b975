"""Which lesson a round was posted with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import UnknownLesson, UnknownRound
from bot.storage.lessons import load_lesson_version
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Library, Puzzle
    from bot.core.rounds import Round
    from bot.services.context import Context
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


async def round_lesson(ctx: Context, guild_id: int, round_id: int) -> Lesson:
    """The lesson that one of the guild's rounds was posted with.

    Raises:
        UnknownRound: This guild has no such round.
    """
    round_ = await ctx.db.read(lambda tx: load_round(tx, round_id))
    if round_ is None or round_.guild_id != guild_id:
        raise UnknownRound(round_id)
    lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
    return lesson
