"""Lessons that a server wrote itself: added after the whole check, listed, exported, retired.

A server's own lesson takes the place of ours on the same PEP, in that server only.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import InvalidSetting, LessonRefused, UnknownLesson
from bot.core.lessons import Library
from bot.core.wording import later
from bot.core.workbench import MAX_ADDED_A_DAY, MAX_LESSON_BYTES, MAX_OWN_LESSONS
from bot.services.audit import record
from bot.storage.own_lessons import count_added, insert_own, list_own, load_own, retire_own

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.core.ports import LessonWorkbench, Sandbox
    from bot.core.workbench import OwnLesson
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


def library_in(ctx: Context, tx: Transaction, guild_id: int | None) -> Library:
    """Our lessons and the server's own, which take the place of ours.

    They rest for as long as this host has not shown that its sandbox holds.
    """
    if guild_id is None or not ctx.may_run_own():
        return ctx.library
    own = {one.lesson.pep: one.lesson for one in list_own(tx, guild_id)}
    return Library({**ctx.library.lessons, **own}) if own else ctx.library


async def guild_library(ctx: Context, guild_id: int | None) -> Library:
    """As `library_in`, read by itself."""
    return await ctx.db.read(lambda tx: library_in(ctx, tx, guild_id))


def sandbox_of(ctx: Context, lesson: Lesson) -> Sandbox:
    """What may run that lesson: all that is not in our library as it stands is members' code."""
    known = ctx.library.get(lesson.pep)
    is_ours = known is not None and known.digest == lesson.digest
    return ctx.sandbox if is_ours or ctx.own_sandbox is None else ctx.own_sandbox


def ensure_small(size: int) -> None:
    """Refuse a file that is too large before it is fetched.

    Raises:
        InvalidSetting: It is.
    """
    if size > MAX_LESSON_BYTES:
        raise InvalidSetting(
            "file",
            later("it has {size} bytes"),
            later("send one of at most {most}"),
            size=size,
            most=MAX_LESSON_BYTES,
        )


def ensure_room(tx: Transaction, guild_id: int, now: datetime) -> None:
    """Refuse one version more than a server may add.

    Raises:
        InvalidSetting: It has added enough for today, or has too many.
    """
    if count_added(tx, guild_id, now - timedelta(days=1)) >= MAX_ADDED_A_DAY:
        raise InvalidSetting(
            "lesson",
            later("this server added {most} in a day"),
            later("wait for tomorrow"),
            most=MAX_ADDED_A_DAY,
        )
    if len(list_own(tx, guild_id)) >= MAX_OWN_LESSONS:
        raise InvalidSetting(
            "lesson",
            later("this server has {most} of its own"),
            later("retire one first: `/speedrun-admin lesson retire`"),
            most=MAX_OWN_LESSONS,
        )


async def add_own_lesson(
    db: Database,
    workbench: LessonWorkbench,
    guild_id: int,
    data: bytes,
    now: datetime,
    *,
    by: int | None = None,
) -> OwnLesson:
    """Check a lesson file by all rules and runs, and take it into use in that server.

    Raises:
        InvalidSetting: It is too large, or the server has too many.
        LessonRefused: It has faults, or its puzzles could not be run.
    """
    ensure_small(len(data))

    await db.read(lambda tx: ensure_room(tx, guild_id, now))
    checked = await workbench.check(data)
    lesson = checked.lesson
    if lesson is None:
        raise LessonRefused(checked.faults, checked.unproven)
    source = data.decode("utf-8")

    def work(tx: Transaction) -> OwnLesson:
        ensure_room(tx, guild_id, now)
        version = insert_own(tx, guild_id, lesson, source, by, now)
        after = f"PEP {lesson.pep}, version {version}"
        record(tx, guild_id, Deed.LESSON_ADDED, now, by=by, after=after)
        return _loaded(tx, guild_id, lesson.pep)

    own = await db.write(work)
    log.info("guild=%s added its own lesson pep=%s version=%s", guild_id, lesson.pep, own.version)
    return own


async def own_lessons(db: Database, guild_id: int) -> list[OwnLesson]:
    """The server's own lessons that are in use, by PEP."""
    return await db.read(lambda tx: list_own(tx, guild_id))


async def own_lesson(db: Database, guild_id: int, pep: int) -> OwnLesson:
    """The server's own lesson on that PEP, with its file.

    Raises:
        UnknownLesson: There is none in use.
    """
    return await db.read(lambda tx: _loaded(tx, guild_id, pep))


async def retire_own_lesson(
    db: Database, guild_id: int, pep: int, now: datetime, *, by: int | None = None
) -> Lesson:
    """Take the server's lesson out of use; rounds that were posted with it keep it.

    Raises:
        UnknownLesson: There is none in use.
    """

    def work(tx: Transaction) -> Lesson:
        own = _loaded(tx, guild_id, pep)
        retire_own(tx, guild_id, pep, now)
        before = f"PEP {pep}, version {own.version}"
        record(tx, guild_id, Deed.LESSON_RETIRED, now, by=by, before=before)
        return own.lesson

    return await db.write(work)


def _loaded(tx: Transaction, guild_id: int, pep: int) -> OwnLesson:
    own = load_own(tx, guild_id, pep)
    if own is None:
        raise UnknownLesson(pep)
    return own
