"""What comes next in a guild: seen, moved, skipped, asked for; and run, to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import GuildNotSetUp, InvalidSetting, NothingToPost, PlanChanged, UnknownLesson
from bot.core.queue import plan, upcoming
from bot.core.results import PracticePuzzle
from bot.core.wording import later
from bot.services.audit import record
from bot.services.own_lessons import library_in
from bot.services.schedules import settings_of
from bot.services.truth import load_shelf, run_puzzle, set_aside
from bot.storage.guilds import list_settings
from bot.storage.queue import delete_queue_until, list_queued, save_queued, save_skipped
from bot.storage.rounds import load_round_of_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.queue import Planned
    from bot.services.context import Context
    from bot.storage.database import Transaction


async def coming(ctx: Context, guild_id: int, now: datetime) -> list[Planned]:
    """The guild's next posts, of all its schedules, in their order.

    Raises:
        GuildNotSetUp: There is no schedule.
    """
    return await ctx.db.read(lambda tx: _coming(ctx, tx, guild_id, now))


async def insert_lesson(
    ctx: Context,
    guild_id: int,
    now: datetime,
    *,
    pep: int,
    puzzle_date: date | None = None,
    slot: int | None = None,
    by: int | None = None,
) -> Planned:
    """Plan a lesson for a date of a schedule, its next one where none is given.

    Raises:
        GuildNotSetUp, UnknownLesson: There is no schedule, or no such lesson.
        InvalidSetting: The schedule has no post on that date, or it is too far ahead.
        NothingToPost: None of the lesson's puzzles can run here.
    """

    def work(tx: Transaction) -> Planned:
        if library_in(ctx, tx, guild_id).get(pep) is None:
            raise UnknownLesson(pep)
        wanted = settings_of(tx, guild_id, slot).slot
        days = [p for p in _coming(ctx, tx, guild_id, now) if p.day.slot == wanted]
        day = next((p.day for p in days if puzzle_date in (None, p.day.puzzle_date)), None)
        if day is None:
            raise InvalidSetting(
                "date",
                later("nothing is posted then"),
                later("choose one of the dates of `/speedrun-admin queue show`"),
            )
        _keep_queue(tx, guild_id, days)
        save_queued(tx, guild_id, wanted, day.puzzle_date, pep)
        planned = _find(_coming(ctx, tx, guild_id, now), wanted, day.puzzle_date)
        if planned.pick is None or planned.pick.lesson.pep != pep:
            raise NothingToPost(pep)
        _note(tx, guild_id, now, by, planned, Deed.QUEUE)
        return planned

    return await ctx.db.write(work)


async def move_lesson(
    ctx: Context,
    guild_id: int,
    now: datetime,
    *,
    slot: int,
    puzzle_date: date,
    pep: int,
    is_later: bool,
    by: int | None = None,
) -> Planned:
    """Let two neighbouring days of a schedule change their lessons; the one that was moved.

    Raises:
        PlanChanged: That day no longer brings that PEP, or there is no day to change with.
    """

    def work(tx: Transaction) -> Planned:
        days = [p for p in _coming(ctx, tx, guild_id, now) if p.day.slot == slot]
        here = days.index(_expect(days, slot, puzzle_date, pep))
        there = here + (1 if is_later else -1)
        if not 0 <= there < len(days) or days[there].pick is None:
            raise PlanChanged(puzzle_date)
        other = days[there]
        _keep_queue(tx, guild_id, days)
        if other.pick is not None:
            save_queued(tx, guild_id, slot, puzzle_date, other.pick.lesson.pep)
        save_queued(tx, guild_id, slot, other.day.puzzle_date, pep)
        moved = _find(_coming(ctx, tx, guild_id, now), slot, other.day.puzzle_date)
        _note(tx, guild_id, now, by, moved, Deed.QUEUE)
        return moved

    return await ctx.db.write(work)


async def skip_lesson(
    ctx: Context,
    guild_id: int,
    now: datetime,
    *,
    slot: int,
    puzzle_date: date,
    pep: int,
    by: int | None = None,
) -> Planned:
    """Pass a lesson over until every other one was posted; what the day brings instead.

    Raises:
        PlanChanged: That day no longer brings that PEP.
    """

    def work(tx: Transaction) -> Planned:
        days = [p for p in _coming(ctx, tx, guild_id, now) if p.day.slot == slot]
        found = _expect(days, slot, puzzle_date, pep)
        _keep_queue(tx, guild_id, [one for one in days if one is not found], until=days[-1])
        today = found.day.settings.schedule.puzzle_date(now)
        save_skipped(tx, guild_id, pep, today)
        _note(tx, guild_id, now, by, found, Deed.SKIP)
        return _find(_coming(ctx, tx, guild_id, now), slot, puzzle_date)

    return await ctx.db.write(work)


async def look_at(
    ctx: Context, guild_id: int, now: datetime, *, slot: int, puzzle_date: date, pep: int
) -> PracticePuzzle:
    """The puzzle of a day to come, run as it will be.

    Raises:
        PlanChanged: That day no longer brings that PEP.
        NothingToPost: Its run agrees with none of its options; it was set aside.
        SandboxUnavailable: It could not be run.
    """
    found = _expect(await coming(ctx, guild_id, now), slot, puzzle_date, pep)
    pick = found.pick
    if pick is None:  # pragma: no cover  (`_expect` found it)
        raise PlanChanged(puzzle_date)
    run, truth = await run_puzzle(ctx, pick.lesson, pick.puzzle, pick.python)
    if truth is None:
        await set_aside(ctx.db, pick.lesson, pick.puzzle, run, now)
        raise NothingToPost(pep)
    return PracticePuzzle(pick.lesson, pick.puzzle, truth)


def _coming(ctx: Context, tx: Transaction, guild_id: int, now: datetime) -> list[Planned]:
    schedules = list_settings(tx, guild_id)
    if not schedules:
        raise GuildNotSetUp
    taken = set()
    for settings in schedules:
        today = settings.schedule.puzzle_date(now)
        if load_round_of_date(tx, guild_id, today, settings.slot) is not None:
            taken.add((settings.slot, today))
    shelf = load_shelf(ctx, tx, guild_id)
    return plan(
        shelf.library,
        shelf.turns,
        upcoming(now, schedules, taken),
        list_queued(tx, guild_id),
        pythons=shelf.pythons,
        set_aside=shelf.set_aside,
        seed=guild_id,
    )


def _keep_queue(
    tx: Transaction, guild_id: int, days: list[Planned], *, until: Planned | None = None
) -> None:
    """Write down anew what is queued on those days of one schedule, each on its own date.

    What was left over from a day without a post stands on the day that brings it; so do changes
    of one day not touch another's.
    """
    last = (until or days[-1]).day
    delete_queue_until(tx, guild_id, last.slot, last.puzzle_date)
    for one in days:
        if one.is_queued and one.pick is not None:
            save_queued(tx, guild_id, one.day.slot, one.day.puzzle_date, one.pick.lesson.pep)


def _find(planned: list[Planned], slot: int, puzzle_date: date) -> Planned:
    for one in planned:
        if (one.day.slot, one.day.puzzle_date) == (slot, puzzle_date):
            return one
    raise PlanChanged(puzzle_date)


def _expect(planned: list[Planned], slot: int, puzzle_date: date, pep: int) -> Planned:
    found = _find(planned, slot, puzzle_date)
    if found.pick is None or found.pick.lesson.pep != pep:
        raise PlanChanged(puzzle_date)
    return found


def _note(
    tx: Transaction, guild_id: int, now: datetime, by: int | None, planned: Planned, deed: Deed
) -> None:
    after = None if planned.pick is None else f"PEP {planned.pick.lesson.pep}"
    subject = planned.day.puzzle_date.isoformat()
    record(tx, guild_id, deed, now, by=by, subject=subject, after=after)
