"""What moderators do: set up, pause, post now, preview, reveal now."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import (
    AnnounceFailed,
    GuildNotSetUp,
    NoOpenRound,
    NothingToPost,
    RoundExists,
    UnknownLesson,
)
from bot.core.results import PracticePuzzle, SetUp
from bot.core.rounds import RoundState
from bot.core.schedule import Schedule
from bot.core.settings import CodeView, GuildSettings
from bot.services.audit import record
from bot.services.opening import open_round
from bot.services.revealing import reveal_round, score_round
from bot.services.ticking import close_earlier, plan_next
from bot.services.truth import choose, run_puzzle, set_aside
from bot.storage.guilds import load_settings, save_settings
from bot.storage.rounds import (
    list_live_rounds,
    list_posted,
    load_latest_open,
    load_round_of_date,
    mark_closing,
    mark_failure,
    mark_retry_now,
)

if TYPE_CHECKING:
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from bot.core.rounds import Round
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def set_up_guild(
    db: Database,
    *,
    guild_id: int,
    channel_id: int,
    post_time: time,
    zone: ZoneInfo,
    weekdays: frozenset[int],
    open_for: timedelta | None,
    now: datetime,
    code: CodeView = CodeView.PICTURE,
    by: int | None = None,
) -> SetUp:
    """Save a guild's settings and switch its rounds on; posts due before ``now`` are not owed.

    ``by`` is who asked for it, here and below: the moderator, or None for the bot's owner.
    """
    schedule = Schedule(post_time, zone, weekdays, open_for, is_paused=False, effective_from=now)
    settings = GuildSettings(guild_id, channel_id, schedule, code)

    def work(tx: Transaction) -> SetUp:
        before = load_settings(tx, guild_id)
        record(
            tx,
            guild_id,
            Deed.SET_UP,
            now,
            by=by,
            before=None if before is None else summary(before),
            after=summary(settings),
        )
        return _save(tx, settings, now)

    return await db.write(work)


async def set_paused(
    db: Database, guild_id: int, now: datetime, *, is_paused: bool, by: int | None = None
) -> SetUp:
    """Pause or resume a guild's rounds; what fell due during the pause is not owed.

    Raises:
        GuildNotSetUp: There is nothing to pause.
    """

    def work(tx: Transaction) -> SetUp:
        settings = _settings_of(tx, guild_id)
        schedule = replace(settings.schedule, is_paused=is_paused, effective_from=now)
        record(tx, guild_id, Deed.PAUSE if is_paused else Deed.RESUME, now, by=by)
        return _save(tx, replace(settings, schedule=schedule), now)

    return await db.write(work)


async def load_set_up(db: Database, guild_id: int, now: datetime) -> SetUp:
    """A guild's settings and its next post.

    Raises:
        GuildNotSetUp: It has none.
    """

    def work(tx: Transaction) -> SetUp:
        settings = _settings_of(tx, guild_id)
        return SetUp(settings, settings.schedule.next_post_after(now))

    return await db.read(work)


async def code_view(db: Database, guild_id: int) -> CodeView:
    """How the guild's posts show code; as pictures where it has nothing set up."""
    settings = await db.read(lambda tx: load_settings(tx, guild_id))
    return CodeView.PICTURE if settings is None else settings.code


async def post_now(
    ctx: Context, guild_id: int, now: datetime, *, pep: int | None = None, by: int | None = None
) -> Round:
    """Open today's round at once, whatever the schedule says of the hour.

    Raises:
        GuildNotSetUp, RoundExists, UnknownLesson, NothingToPost: Nothing was posted.
        AnnounceFailed, SandboxUnavailable: Nothing was posted; the date stays reserved and is
            tried again by the ticker.
    """
    async with ctx.locks.of(guild_id):
        settings = (await load_set_up(ctx.db, guild_id, now)).settings
        if pep is not None and ctx.library.get(pep) is None:
            raise UnknownLesson(pep)
        today = settings.schedule.puzzle_date(now)
        existing = await ctx.db.read(lambda tx: load_round_of_date(tx, guild_id, today))
        if existing is not None:
            raise RoundExists(existing)
        history = await ctx.db.read(lambda tx: list_posted(tx, guild_id))
        if await choose(ctx, history, seed=guild_id, pep=pep) is None:
            # Before the round that is open is closed for the sake of nothing.
            raise NothingToPost(pep)
        await close_earlier(ctx, settings, today, now)

        def note(tx: Transaction) -> None:
            after = None if pep is None else f"PEP {pep}"
            record(tx, guild_id, Deed.POST, now, by=by, subject=today.isoformat(), after=after)

        await ctx.db.write(note)
        try:
            return await open_round(ctx, settings, today, now, pep=pep)
        finally:
            await ctx.db.write(lambda tx: plan_next(tx, settings, now))


async def reveal_now(ctx: Context, guild_id: int, now: datetime, *, by: int | None = None) -> Round:
    """End the open round at once and show its reveal.

    Raises:
        GuildNotSetUp, NoOpenRound: There is nothing to reveal.
        AnnounceFailed: The round is closed; its reveal is tried again by the ticker.
    """
    async with ctx.locks.of(guild_id):
        settings = (await load_set_up(ctx.db, guild_id, now)).settings
        today = settings.schedule.puzzle_date(now)
        live = await ctx.db.read(lambda tx: list_live_rounds(tx, guild_id, today))
        waiting = [r for r in live if r.state in (RoundState.OPEN, RoundState.SCORED)]
        if not waiting:
            raise NoOpenRound(settings.schedule.next_post_after(now))
        round_ = waiting[-1]
        is_resumed = round_.state is RoundState.SCORED

        def note(tx: Transaction) -> None:
            subject = round_.puzzle_date.isoformat()
            record(tx, guild_id, Deed.REVEAL, now, by=by, subject=subject)

        await ctx.db.write(note)
        if not is_resumed:
            await ctx.db.write(lambda tx: mark_closing(tx, round_.id, now))
            await score_round(ctx.db, round_)
        try:
            await reveal_round(ctx, round_.id, now, is_resumed=is_resumed)
        except AnnounceFailed as failure:
            reason = str(failure)
            await ctx.db.write(lambda tx: mark_failure(tx, round_.id, retry_at=now, error=reason))
            raise
        return round_


async def preview_next(
    ctx: Context, guild_id: int, now: datetime, *, pep: int | None = None
) -> PracticePuzzle:
    """The puzzle that would be posted next, run as it will be.

    Raises:
        UnknownLesson, NothingToPost: There is none.
        SandboxUnavailable: It could not be run.
    """
    if pep is not None and ctx.library.get(pep) is None:
        raise UnknownLesson(pep)
    history = await ctx.db.read(lambda tx: list_posted(tx, guild_id))
    while (pick := await choose(ctx, history, seed=guild_id, pep=pep)) is not None:
        run, truth = await run_puzzle(ctx.sandbox, pick.puzzle, pick.python, ctx.limits)
        if truth is not None:
            return PracticePuzzle(pick.lesson, pick.puzzle, truth)
        await set_aside(ctx.db, pick.lesson, pick.puzzle, run, now)
    raise NothingToPost(pep)


async def open_round_of(db: Database, guild_id: int, now: datetime) -> Round:
    """The guild's open round.

    Raises:
        GuildNotSetUp: There can be none.
        NoOpenRound: There is none; the error says when the next is due.
    """
    round_ = await db.read(lambda tx: load_latest_open(tx, guild_id))
    if round_ is None:
        raise NoOpenRound((await load_set_up(db, guild_id, now)).next_post_at)
    return round_


def summary(settings: GuildSettings) -> str:
    """The settings on one line, for the audit log."""
    schedule = settings.schedule
    hours = (
        "next" if schedule.open_for is None else f"{schedule.open_for.total_seconds() / 3600:g} h"
    )
    days = "".join(str(day) for day in sorted(schedule.weekdays))
    return (
        f"channel {settings.channel_id}, {schedule.post_time:%H:%M} {schedule.zone.key}, "
        f"weekdays {days}, open {hours}, code {settings.code}"
    )


def _settings_of(tx: Transaction, guild_id: int) -> GuildSettings:
    settings = load_settings(tx, guild_id)
    if settings is None:
        raise GuildNotSetUp
    return settings


def _save(tx: Transaction, settings: GuildSettings, now: datetime) -> SetUp:
    next_post_at = settings.schedule.next_post_after(now)
    save_settings(tx, settings, next_post_at=next_post_at, now=now)
    # What failed for a missing permission is worth a try with the new settings.
    mark_retry_now(tx, settings.guild_id)
    return SetUp(settings, next_post_at)
