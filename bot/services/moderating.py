"""What moderators do with rounds: post now, preview, reveal now."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.difficulty import difficulty_of
from bot.core.errors import (
    AnnounceFailed,
    GuildNotSetUp,
    NoOpenRound,
    NothingToPost,
    RoundExists,
    UnknownLesson,
)
from bot.core.results import PracticePuzzle
from bot.core.rounds import RoundState
from bot.services.audit import record
from bot.services.opening import next_for, open_round
from bot.services.own_lessons import guild_library
from bot.services.planning import replan
from bot.services.queueing import coming
from bot.services.revealing import reveal_round, score_round
from bot.services.schedules import load_set_up
from bot.services.ticking import close_earlier
from bot.services.truth import choose, run_puzzle, set_aside
from bot.storage.firsts import load_answers
from bot.storage.round_lists import list_live_rounds, load_latest_open
from bot.storage.rounds import load_round_of_date, mark_closing, mark_failure

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Round
    from bot.core.selection import Pick
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def post_now(
    ctx: Context,
    guild_id: int,
    now: datetime,
    *,
    pep: int | None = None,
    slot: int | None = None,
    by: int | None = None,
) -> Round:
    """Open today's round of a schedule, the first if none is named, whatever its hour.

    ``by`` is who asked for it, here and below: the moderator, or None for the bot's owner.

    Raises:
        GuildNotSetUp, InvalidSetting, RoundExists, UnknownLesson, NothingToPost: Nothing was
            posted.
        AnnounceFailed, SandboxUnavailable: Nothing was posted; the date stays reserved and is
            tried again by the ticker.
    """
    async with ctx.locks.of(guild_id):
        settings = (await load_set_up(ctx.db, guild_id, now, slot)).settings
        if pep is not None and (await guild_library(ctx, guild_id)).get(pep) is None:
            raise UnknownLesson(pep)
        today = settings.schedule.puzzle_date(now)
        existing = await ctx.db.read(
            lambda tx: load_round_of_date(tx, guild_id, today, settings.slot)
        )
        if existing is not None:
            raise RoundExists(existing)
        if await next_for(ctx, settings, today, pep=pep) is None:
            # Before the round that is open is closed for the sake of nothing.
            raise NothingToPost(pep)
        live = await ctx.db.read(lambda tx: list_live_rounds(tx, guild_id, today))
        await close_earlier(ctx, settings, live, today, now)

        def note(tx: Transaction) -> None:
            after = None if pep is None else f"PEP {pep}"
            record(tx, guild_id, Deed.POST, now, by=by, subject=today.isoformat(), after=after)

        await ctx.db.write(note)
        try:
            return await open_round(ctx, settings, today, now, pep=pep)
        finally:
            await ctx.db.write(lambda tx: replan(tx, guild_id, settings.slot, now))


async def reveal_now(
    ctx: Context,
    guild_id: int,
    now: datetime,
    *,
    slot: int | None = None,
    by: int | None = None,
) -> Round:
    """End the open round of a schedule, the newest of all if none is named, and show its reveal.

    Raises:
        GuildNotSetUp, InvalidSetting, NoOpenRound: There is nothing to reveal.
        AnnounceFailed: The round is closed; its reveal is tried again by the ticker.
    """
    async with ctx.locks.of(guild_id):
        settings = (await load_set_up(ctx.db, guild_id, now, slot)).settings
        today = settings.schedule.puzzle_date(now)
        live = await ctx.db.read(lambda tx: list_live_rounds(tx, guild_id, today))
        waiting = [
            round_
            for round_ in live
            if round_.state in (RoundState.OPEN, RoundState.SCORED) and slot in (None, round_.slot)
        ]
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
    if pep is not None and (await guild_library(ctx, guild_id)).get(pep) is None:
        raise UnknownLesson(pep)
    while (pick := await _pick_to_come(ctx, guild_id, now, pep)) is not None:
        run, truth = await run_puzzle(ctx, pick.lesson, pick.puzzle, pick.python)
        if truth is not None:
            answers = await ctx.db.read(partial(load_answers, puzzle_id=pick.puzzle.id))
            options = len(pick.puzzle.options)
            difficulty = difficulty_of(pick.puzzle.difficulty, *answers, options)
            return PracticePuzzle(pick.lesson, pick.puzzle, truth, difficulty)
        await set_aside(ctx.db, pick.lesson, pick.puzzle, run, now)
    raise NothingToPost(pep)


async def _pick_to_come(ctx: Context, guild_id: int, now: datetime, pep: int | None) -> Pick | None:
    if pep is None:
        # A server that is not set up yet may look all the same.
        with suppress(GuildNotSetUp):
            planned = await coming(ctx, guild_id, now)
            if planned and planned[0].pick is not None:
                return planned[0].pick
    return await choose(ctx, guild_id, pep=pep)


async def open_round_of(
    db: Database, guild_id: int, now: datetime, *, player_id: int | None = None
) -> Round:
    """The guild's open round; of several, the newest that the player has not answered.

    Raises:
        GuildNotSetUp: There can be none.
        NoOpenRound: There is none; the error says when the next is due.
    """
    round_ = await db.read(lambda tx: load_latest_open(tx, guild_id, player_id))
    if round_ is None:
        raise NoOpenRound((await load_set_up(db, guild_id, now)).next_post_at)
    return round_
