"""What time brings: every guild's due rounds, each guild's trouble its own."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.core.backoff import LASTING_DELAY, retry_delay
from bot.core.errors import (
    AnnounceFailed,
    GuildNotSetUp,
    NothingToPost,
    RoundExists,
    SandboxUnavailable,
    StorageUnavailable,
)
from bot.core.rounds import RoundState
from bot.core.schedule import OpenDue, ResumeDue, RevealDue, ScoreDue, due_actions
from bot.core.shards import ALL
from bot.services.opening import open_round, resume_round
from bot.services.planning import plan_next, replan
from bot.services.revealing import reveal_round, score_round
from bot.services.seasons import end_seasons
from bot.storage.guilds import list_guild_ids, list_guilds_due, list_settings
from bot.storage.round_lists import list_live_rounds
from bot.storage.rounds import load_round_of_date, mark_closing, mark_failure
from bot.storage.seasons import list_due_seasons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from bot.core.rounds import Round
    from bot.core.schedule import Action
    from bot.core.settings import GuildSettings
    from bot.core.shards import Shards
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

PLANNED_AT_ONCE = 200
"""How many guilds' plans are one transaction: some 20 ms of the writer's time."""


async def due_guilds(db: Database, now: datetime, shards: Shards = ALL) -> list[int]:
    """The guilds of those shards that `advance_guild` may have work in."""
    return await db.read(lambda tx: list_guilds_due(tx, now, shards))


async def plan_all(db: Database, now: datetime, shards: Shards = ALL) -> None:
    """Recompute when every next post is due: time zone rules change between releases.

    Members who press meanwhile wait for some guilds' plans, never for all.
    """
    guild_ids = await db.read(lambda tx: list_guild_ids(tx, shards))
    for first in range(0, len(guild_ids), PLANNED_AT_ONCE):
        some = guild_ids[first : first + PLANNED_AT_ONCE]
        await db.write(partial(_plan, guild_ids=some, now=now))


def _plan(tx: Transaction, *, guild_ids: list[int], now: datetime) -> None:
    for guild_id in guild_ids:
        try:
            schedules = list_settings(tx, guild_id)
        except (ValueError, KeyError):
            # Written by hand, or a time zone that this host lacks: that guild's own trouble.
            log.exception("the settings of guild=%s can't be read", guild_id)
            continue
        for settings in schedules:
            plan_next(tx, settings, now)


async def advance_guild(ctx: Context, guild_id: int, now: datetime) -> None:
    """Do what is due in one guild, whatever state an earlier tick or process left it in.

    Failures at Discord or in the sandbox are stored with the time of the next try; the rest of
    the guild's work goes on. So it does after a bug, which is raised at the end where no round
    could take it down.
    """
    bugs: list[Exception] = []
    async with ctx.locks.of(guild_id):
        live, is_season_over = await ctx.db.read(partial(_look, guild_id=guild_id, now=now))
        for settings, rounds in live:
            try:
                is_season_over = await _advance_schedule(
                    ctx, settings, rounds, now, is_season_over=is_season_over
                )
            except StorageUnavailable:
                raise
            except Exception as bug:  # noqa: BLE001  (raised below)
                bugs.append(bug)
                is_season_over = True
        if is_season_over:
            await end_seasons(ctx, guild_id, now)
    if bugs:
        raise bugs[0]


async def _advance_schedule(
    ctx: Context,
    settings: GuildSettings,
    rounds: list[Round],
    now: datetime,
    *,
    is_season_over: bool,
) -> bool:
    """Do what is due in one schedule; whether a season of the guild may be over, and not posted.

    The last round of a month that is over ends its season, whatever becomes of the round.
    """
    actions = due_actions(now, settings.schedule, rounds)
    others = [round_ for round_ in rounds if ScoreDue(round_) not in actions]
    is_planned = False
    for action in actions:
        if isinstance(action, OpenDue):
            has_closed = await close_earlier(ctx, settings, others, action.puzzle_date, now)
            if has_closed or is_season_over:
                # A month's podium is read before the next month's first speedrun.
                await end_seasons(ctx, settings.guild_id, now)
                is_season_over = False
        else:
            is_season_over = True
        is_done = await _attempt(ctx, settings, action, now)
        # A round that was opened has planned the next one.
        is_planned = is_done and isinstance(action, OpenDue)
    if not is_planned:
        plan = partial(replan, guild_id=settings.guild_id, slot=settings.slot, now=now)
        await ctx.db.write(partial(plan, owed_after=LASTING_DELAY))
    return is_season_over


def _look(
    tx: Transaction, *, guild_id: int, now: datetime
) -> tuple[list[tuple[GuildSettings, list[Round]]], bool]:
    """The guild's schedules as `_live`, and whether a season of its is over."""
    return _live(tx, guild_id, now), bool(list_due_seasons(tx, guild_id, now))


def _live(tx: Transaction, guild_id: int, now: datetime) -> list[tuple[GuildSettings, list[Round]]]:
    """Each of the guild's schedules with its unfinished rounds and today's.

    A schedule that was removed leaves a paused one behind for as long as it has such rounds.
    """
    found = {settings.slot: settings for settings in list_settings(tx, guild_id)}
    if not found:
        return []
    main = next(iter(found.values()))
    live: dict[int, list[Round]] = {slot: [] for slot in found}
    for round_ in list_live_rounds(tx, guild_id, main.schedule.puzzle_date(now)):
        live.setdefault(round_.slot, []).append(round_)
    for slot, settings in found.items():
        today = settings.schedule.puzzle_date(now)
        round_of_today = load_round_of_date(tx, guild_id, today, slot)
        if round_of_today is not None and round_of_today not in live[slot]:
            live[slot].append(round_of_today)
    removed = replace(main, schedule=replace(main.schedule, is_paused=True))
    return [
        (found.get(slot) or replace(removed, slot=slot), rounds) for slot, rounds in live.items()
    ]


async def _attempt(ctx: Context, settings: GuildSettings, action: Action, now: datetime) -> bool:
    """Do it; False where it failed, and is tried again."""
    try:
        await _perform(ctx, settings, action, now)
    except RoundExists as conflict:
        log.info("round=%s guild=%s exists", conflict.round.id, settings.guild_id)
    except (AnnounceFailed, SandboxUnavailable, NothingToPost) as failure:
        # A sandbox that fails is most often a busy machine's: a post is not to be half an hour
        # late for that.
        is_lasting = isinstance(failure, NothingToPost) or (
            isinstance(failure, AnnounceFailed) and failure.is_lasting
        )
        log.warning("guild=%s %s failed: %s", settings.guild_id, type(action).__name__, failure)
        await _postpone(ctx, settings, action, now, str(failure), is_lasting=is_lasting)
    except GuildNotSetUp:
        log.info("guild=%s removed schedule %s meanwhile", settings.guild_id, settings.slot)
    except StorageUnavailable:
        raise
    except Exception as bug:
        # Most likely of one lesson or card: the guild's other rounds are not to wait for it.
        error = f"{type(bug).__name__}: {bug}"
        if not await _postpone(ctx, settings, action, now, error, is_lasting=False):
            raise
        log.exception("guild=%s %s failed", settings.guild_id, type(action).__name__)
    else:
        return True
    return False


async def _perform(ctx: Context, settings: GuildSettings, action: Action, now: datetime) -> None:
    match action:
        case OpenDue(puzzle_date):
            await open_round(ctx, settings, puzzle_date, now)
        case ResumeDue(round_, is_too_late):
            await resume_round(ctx, round_, now, is_too_late=is_too_late)
        case ScoreDue(round_):
            await score_round(ctx.db, round_)
        case RevealDue(round_):
            is_resumed = round_.state is RoundState.SCORED
            await reveal_round(ctx, round_.id, now, is_resumed=is_resumed)


async def close_earlier(
    ctx: Context,
    settings: GuildSettings,
    live: Iterable[Round],
    puzzle_date: date,
    now: datetime,
) -> bool:
    """End the slot's earlier rounds that stay open until the next one, and show their reveal.

    ``live`` are unfinished rounds of the guild. Ordinarily they have ended by their own time
    already; a moderator's early post, or a schedule moved forward, comes before it. One that was
    opened during a pause has no time. True where one was ended.
    """
    stays_open = settings.schedule.open_for is None
    has_closed = False
    for round_ in live:
        is_open = round_.state is RoundState.OPEN and round_.slot == settings.slot
        is_endless = stays_open or round_.closes_at is None
        is_earlier = is_open and is_endless and round_.puzzle_date < puzzle_date
        if not is_earlier:
            continue
        # Its end is now: what it missed, and its reveal, are looked for from there.
        await ctx.db.write(partial(mark_closing, round_id=round_.id, closes_at=now))
        if await score_round(ctx.db, round_):
            has_closed = True
            await _attempt(ctx, settings, RevealDue(round_), now)
    return has_closed


async def _postpone(
    ctx: Context,
    settings: GuildSettings,
    action: Action,
    now: datetime,
    error: str,
    *,
    is_lasting: bool,
) -> bool:
    """Note the failure on the round; False where there is none yet."""

    def work(tx: Transaction) -> bool:
        round_: Round | None
        if isinstance(action, OpenDue):
            date_ = action.puzzle_date
            round_ = load_round_of_date(tx, settings.guild_id, date_, settings.slot)
        else:
            round_ = action.round
        if round_ is not None:
            delay = retry_delay(round_.attempts + 1, is_lasting=is_lasting)
            mark_failure(tx, round_.id, retry_at=now + delay, error=error)
        return round_ is not None

    return await ctx.db.write(work)
