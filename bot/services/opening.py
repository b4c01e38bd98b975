"""Opening a round: reserve the date, run the puzzle, post, record. A crash anywhere resumes.

Each step commits before the next begins, and the row's state says how far it got. Between the
post and its record lies the one gap that no transaction closes: a resumed round therefore first
looks in the channel for its own message.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.core.errors import (
    AnnounceFailed,
    GuildNotSetUp,
    NothingToPost,
    RoundExists,
    SandboxUnavailable,
)
from bot.core.rounds import RoundState
from bot.core.selection import ANYTHING, Pick, newest_python
from bot.services.lessons import lesson_of
from bot.services.planning import plan_next
from bot.services.truth import choose, load_shelf, run_puzzle, set_aside
from bot.storage.guilds import load_settings
from bot.storage.lessons import insert_lesson_version
from bot.storage.queue import delete_queued, load_queued
from bot.storage.rounds import (
    insert_reserved,
    load_round,
    load_round_of_date,
    mark_channel,
    mark_moved,
    mark_open,
    mark_pick,
    mark_truth,
    mark_void,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.lessons import Lesson
    from bot.core.results import Posted
    from bot.core.rounds import Round, Truth
    from bot.core.selection import Wish
    from bot.core.settings import GuildSettings
    from bot.services.context import Context
    from bot.services.truth import Shelf
    from bot.storage.database import Transaction

log = logging.getLogger(__name__)

MAX_FAILED_PUZZLES = 3
"""When so many puzzles in a row could not be run, it is the sandbox that fails, not they."""


async def open_round(
    ctx: Context,
    settings: GuildSettings,
    puzzle_date: date,
    now: datetime,
    *,
    pep: int | None = None,
) -> Round:
    """Open the schedule's round of that date: post it and return it as stored.

    ``pep`` asks for one lesson instead of the next in turn. The schedule's next post is planned as
    the date is reserved. The caller holds the guild's lock.

    Raises:
        RoundExists: The date has its round already; nothing was posted.
        GuildNotSetUp: The schedule was removed meanwhile; nothing was posted.
        NothingToPost: No puzzle is left that this host can run.
        SandboxUnavailable, AnnounceFailed: The round stays reserved, and resumes at a later tick.
    """
    guild_id = settings.guild_id
    pick = await next_for(ctx, settings, puzzle_date, pep=pep)
    if pick is None:
        raise NothingToPost(pep)

    def reserve(tx: Transaction) -> Round:
        stored = load_settings(tx, guild_id, settings.slot)
        if stored is None:
            raise GuildNotSetUp
        insert_lesson_version(tx, pick.lesson)
        reserved = insert_reserved(
            tx,
            guild_id=guild_id,
            slot=settings.slot,
            channel_id=settings.channel_id,
            puzzle_date=puzzle_date,
            lesson=pick.lesson,
            puzzle=pick.puzzle,
            now=now,
        )
        if reserved is None:
            existing = load_round_of_date(tx, guild_id, puzzle_date, settings.slot)
            if existing is None:  # pragma: no cover  (the row that refused the insert)
                raise RuntimeError(f"round of {puzzle_date} vanished within its transaction")
            raise RoundExists(existing)
        if pep is None:
            delete_queued(tx, guild_id, settings.slot, puzzle_date)
        plan_next(tx, stored, now)
        return reserved

    round_ = await ctx.db.write(reserve)
    log.debug("reserved round=%s guild=%s date=%s", round_.id, guild_id, puzzle_date)
    round_, lesson = await _with_truth(
        ctx, round_, now, pep=pep, wish=settings.wish_on(puzzle_date)
    )
    return await _post(ctx, round_, lesson, settings, now)


async def next_for(
    ctx: Context, settings: GuildSettings, puzzle_date: date, *, pep: int | None = None
) -> Pick | None:
    """What the schedule's round of that date will be: what is asked for, queued, or next in turn.

    A queued lesson that can't be run here gives way to the next in turn.
    """
    guild_id, slot = settings.guild_id, settings.slot

    def work(tx: Transaction) -> tuple[int | None, Shelf]:
        queued = load_queued(tx, guild_id, slot, puzzle_date) if pep is None else None
        return queued, load_shelf(ctx, tx, guild_id)

    queued, shelf = await ctx.db.read(work)
    pick = None if queued is None else shelf.pick(pep=queued)
    return pick or shelf.pick(pep=pep, wish=settings.wish_on(puzzle_date))


async def resume_round(
    ctx: Context, round_: Round, now: datetime, *, is_too_late: bool
) -> Round | None:
    """Bring a reserved round to where it should be; None where it had to be given up.

    The caller holds the guild's lock.

    Raises:
        NothingToPost: No puzzle is left that this host can run.
        SandboxUnavailable, AnnounceFailed: The round stays reserved, and resumes at a later tick.
    """
    settings = await ctx.db.read(lambda tx: load_settings(tx, round_.guild_id, round_.slot))
    channel_id = round_.channel_id if settings is None else settings.channel_id
    is_leaving = is_too_late or channel_id != round_.channel_id
    # Before its puzzle ran it can't have been posted.
    found = None if round_.truth is None else await _find(ctx, round_, is_leaving=is_leaving)
    if found is not None:
        log.info("found the post of round=%s guild=%s", round_.id, round_.guild_id)
        if settings is not None and settings.has_thread and not found.has_thread:
            # The process ended between the two.
            lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
            has_thread = await ctx.announcer.begin_thread(round_, lesson, found.message_id)
            found = replace(found, has_thread=has_thread)
        return await _record(ctx, round_, found)
    if is_too_late:
        reason = f"not posted on {round_.puzzle_date}: {round_.last_error or 'the bot was away'}"
        await ctx.db.write(lambda tx: mark_void(tx, round_.id, reason))
        log.warning(
            "gave up round=%s guild=%s, and it breaks nobody's streak: %s",
            round_.id,
            round_.guild_id,
            reason,
        )
        return None
    if channel_id != round_.channel_id:
        round_ = await ctx.db.write(partial(_store_channel, round_=round_, channel_id=channel_id))
    wish = ANYTHING if settings is None else settings.wish_on(round_.puzzle_date)
    round_, lesson = await _with_truth(ctx, round_, now, wish=wish)
    return await _post(ctx, round_, lesson, settings, now)


async def repost_round(ctx: Context, round_: Round) -> Round:
    """Post an open round again whose post is gone; its guesses and its end stay as they are.

    The caller knows that the post is gone.

    Raises:
        AnnounceFailed: It was not posted.
    """
    if round_.state is not RoundState.OPEN:
        return round_
    lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
    posted = await ctx.announcer.post(round_, lesson)

    def record(tx: Transaction) -> Round:
        mark_moved(tx, round_.id, posted.message_id, has_thread=posted.has_thread)
        return _stored(tx, round_.id)

    return await ctx.db.write(record)


async def _find(ctx: Context, round_: Round, *, is_leaving: bool) -> Posted | None:
    try:
        return await ctx.announcer.find_post(round_)
    except AnnounceFailed as failure:
        # A channel that is gone for good must not hold a round that has no future in it.
        if is_leaving and failure.is_lasting:
            return None
        raise


def _store_channel(tx: Transaction, round_: Round, channel_id: int) -> Round:
    mark_channel(tx, round_.id, channel_id)
    return _stored(tx, round_.id)


async def _with_truth(
    ctx: Context,
    round_: Round,
    now: datetime,
    *,
    pep: int | None = None,
    wish: Wish = ANYTHING,
) -> tuple[Round, Lesson]:
    """Run the round's puzzle; one that agrees with none of its options makes way for the next."""
    lesson, puzzle = await lesson_of(ctx.db, ctx.library, round_)
    if round_.truth is not None:
        return round_, lesson
    failed: set[str] = set()
    last_failure: SandboxUnavailable | None = None
    python = newest_python(puzzle, ctx.sandbox.interpreters())
    pick = None if python is None else Pick(lesson, puzzle, python)
    following = partial(choose, ctx, round_.guild_id, pep=pep, wish=wish, but_round=round_.id)
    if pick is None:
        pick = await following()
    while pick is not None:
        try:
            run, truth = await run_puzzle(ctx, pick.lesson, pick.puzzle, pick.python)
        except SandboxUnavailable as failure:
            log.warning("round=%s guild=%s: %s", round_.id, round_.guild_id, failure)
            failed.add(pick.puzzle.id)
            last_failure = failure
            if len(failed) == MAX_FAILED_PUZZLES:
                raise
        else:
            if truth is not None:
                store = partial(_store_truth, round_=round_, pick=pick, truth=truth)
                return await ctx.db.write(store), pick.lesson
            await set_aside(ctx.db, pick.lesson, pick.puzzle, run, now)
        pick = await following(but_not=failed)
    # A library of two puzzles, both of which the sandbox could not run, has something to post.
    raise last_failure or NothingToPost(pep)


def _store_truth(tx: Transaction, round_: Round, pick: Pick, truth: Truth) -> Round:
    if (pick.lesson.digest, pick.puzzle.id) != (round_.lesson_digest, round_.puzzle_id):
        insert_lesson_version(tx, pick.lesson)
        mark_pick(tx, round_.id, pick.lesson, pick.puzzle)
    mark_truth(tx, round_.id, truth)
    return _stored(tx, round_.id)


async def _post(
    ctx: Context, round_: Round, lesson: Lesson, settings: GuildSettings | None, now: datetime
) -> Round:
    # What the post says of its end is as good as certain: `_record` counts from the post itself.
    closes_at = None if settings is None else settings.schedule.closes_at(now)
    posted = await ctx.announcer.post(replace(round_, closes_at=closes_at), lesson)
    return await _record(ctx, round_, posted)


async def _record(ctx: Context, round_: Round, posted: Posted) -> Round:
    def record(tx: Transaction) -> Round:
        mark_open(
            tx,
            round_.id,
            message_id=posted.message_id,
            has_thread=posted.has_thread,
            opened_at=posted.posted_at,
            closes_at=_closes_at(tx, round_, posted.posted_at),
        )
        return _stored(tx, round_.id)

    opened = await ctx.db.write(record)
    if opened.state is RoundState.VOID:
        await _take_back(ctx, replace(round_, message_id=posted.message_id))
        return opened
    log.info(
        "opened round=%s guild=%s pep=%s message=%s",
        opened.id,
        opened.guild_id,
        opened.pep,
        opened.message_id,
    )
    return opened


async def _take_back(ctx: Context, round_: Round) -> None:
    """Say on a post that its round was given up while Discord took it: its schedule was removed."""
    log.warning("round=%s guild=%s was given up as it was posted", round_.id, round_.guild_id)
    lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
    try:
        await ctx.announcer.withdraw(round_, lesson)
    except AnnounceFailed as failure:
        # Its button says so all the same.
        log.warning("round=%s kept its post: %s", round_.id, failure)


def _closes_at(tx: Transaction, round_: Round, opened_at: datetime) -> datetime | None:
    settings = load_settings(tx, round_.guild_id, round_.slot)
    return None if settings is None else settings.schedule.closes_at(opened_at)


def _stored(tx: Transaction, round_id: int) -> Round:
    round_ = load_round(tx, round_id)
    if round_ is None:  # pragma: no cover  (rounds are never deleted)
        raise RuntimeError(f"round {round_id} is gone")
    return round_
