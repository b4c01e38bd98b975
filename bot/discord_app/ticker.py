"""The ticker: asks what is due and lets each guild's work run by itself. Its body can't raise.

A guild whose work is slow keeps only itself waiting: the next tick passes it over while it runs.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.core.backoff import retry_delay
from bot.core.errors import StorageUnavailable
from bot.services.chores import CHORES_EVERY, do_chores
from bot.services.outages import NOTE_EVERY, OUTAGE_AFTER, note_answering
from bot.services.ticking import advance_guild, due_guilds, plan_all

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from bot.core.ports import Clock
    from bot.services.context import Context

log = logging.getLogger(__name__)

REMIND_EVERY = timedelta(minutes=1)
"""A reminder is at most this late, and what is due is looked up this seldom."""
CHORES_AFTER = timedelta(minutes=10)
"""How long after the start the chores are first done."""
GUILDS_AT_ONCE = 40
"""How many guilds are served at the same time; below Discord's 50 requests a second."""
BEGUN_AT_ONCE = 100
"""How many guilds' work is begun before the loop has another turn: some 2 ms of its time."""


class Ticker:
    """Ticks every ``every`` until it is cancelled.

    ``answering`` tells the shards whose connections stand, as (id, count).
    """

    def __init__(
        self,
        ctx: Context,
        clock: Clock,
        every: timedelta,
        sleep: Callable[[float], Awaitable[None]],
        answering: Callable[[], Collection[tuple[int, int]]],
        remind: Callable[[datetime, Callable[[], bool]], Awaitable[None]],
    ) -> None:
        self._ctx = ctx
        self._clock = clock
        self._every = every
        self._sleep = sleep
        self._answering = answering
        self._remind = remind
        self._reminded_at: datetime | None = None
        self._reminding: asyncio.Task[bool] | None = None
        self.ticked_at: datetime | None = None
        """When it last asked what is due, answer or not."""
        self._noted_at: datetime | None = None
        self._chores_at: datetime | None = None
        self._chores: asyncio.Task[bool] | None = None
        self._places = asyncio.Semaphore(GUILDS_AT_ONCE)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._is_stopped = False
        self._failures: dict[int, tuple[int, datetime]] = {}

    async def run(self, ready: Callable[[], Awaitable[None]]) -> None:
        """Wait for ``ready``, then tick for ever; cancelling it also ends the guilds' work."""
        await ready()
        try:
            await self._guarded(
                plan_all(self._ctx.db, self._clock.now(), self._ctx.shards), "planning"
            )
            while True:
                await self._guarded(self.tick(), "tick")
                await self._sleep(self._every.total_seconds())
        finally:
            tasks: list[asyncio.Task[Any]] = [*self._running.values()]
            tasks += [task for task in (self._reminding, self._chores) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> set[asyncio.Task[Any]]:
        """Begin no guild's work from here on; the tasks of those that are at it."""
        self._is_stopped = True
        under_way: set[asyncio.Task[Any]] = set(self._running.values())
        if self._reminding is not None and not self._reminding.done():
            under_way.add(self._reminding)
        return under_way

    async def tick(self) -> None:
        """Start the work of every guild that has some and is not at it already."""
        if self._is_stopped:
            return
        now = self._clock.now()
        self.ticked_at = now
        await self._note(now)
        for guild_id in await due_guilds(self._ctx.db, now, self._ctx.shards):
            if not self._may_begin(guild_id, now):
                continue
            task = asyncio.create_task(self._advance(guild_id), name=f"guild-{guild_id}")
            self._running[guild_id] = task
            if len(self._running) % BEGUN_AT_ONCE == 0:
                # Ten thousand tasks take a while to begin: presses go in between.
                await asyncio.sleep(0)
        self._begin_reminders(now)
        self._begin_chores(now)

    def _begin_reminders(self, now: datetime) -> None:
        """Beside the guilds' work, which never waits for them, nor they for it."""
        is_due = self._reminded_at is None or abs(now - self._reminded_at) >= REMIND_EVERY
        if is_due and (self._reminding is None or self._reminding.done()):
            self._reminded_at = now
            work = self._guarded(self._remind(now, lambda: self._is_stopped), "reminders")
            self._reminding = asyncio.create_task(work, name="reminders")

    async def _note(self, now: datetime) -> None:
        """Write down that the bot answers, before rounds are judged by it."""
        is_due = self._noted_at is None or abs(now - self._noted_at) >= NOTE_EVERY
        if is_due and (shards := self._answering()):
            # Who ticks seldom notes seldom: that is no silence.
            patience = max(OUTAGE_AFTER, 2 * self._every)
            await note_answering(self._ctx.db, now, shards, patience)
            self._noted_at = now

    def _begin_chores(self, now: datetime) -> None:
        """Beside the guilds' work too: to forget a large server takes minutes.

        Not at the start: until all processes are there, a server that the bot was invited to again
        meanwhile may stand among those that it left.
        """
        if self._chores_at is None:
            self._chores_at = now - CHORES_EVERY + CHORES_AFTER
        is_due = abs(now - self._chores_at) >= CHORES_EVERY
        is_idle = self._chores is None or self._chores.done()
        if self._ctx.shards.is_first and is_due and is_idle:
            self._chores_at = now
            work = self._guarded(do_chores(self._ctx, now), "chores")
            self._chores = asyncio.create_task(work, name="chores")

    def _may_begin(self, guild_id: int, now: datetime) -> bool:
        if self._is_stopped or guild_id in self._running:
            return False
        # Back-off on either side: a clock that was set back must not silence a guild for long.
        failures, failed_at = self._failures.get(guild_id, (0, now))
        return not failures or abs(now - failed_at) >= retry_delay(failures, is_lasting=False)

    async def _advance(self, guild_id: int) -> None:
        try:
            async with self._places:
                if self._is_stopped:
                    return
                now = self._clock.now()
                work = advance_guild(self._ctx, guild_id, now)
                if await self._guarded(work, f"guild={guild_id}"):
                    self._failures.pop(guild_id, None)
                else:
                    failures, _ = self._failures.get(guild_id, (0, now))
                    self._failures[guild_id] = (failures + 1, now)
        finally:
            del self._running[guild_id]

    async def _guarded(self, work: Awaitable[None], what: str) -> bool:
        try:
            await work
        except StorageUnavailable as error:
            log.error("%s: the database can't be used, tried again soon: %s", what, error)  # noqa: TRY400
        except Exception:
            log.exception("%s failed, tried again soon", what)
        else:
            return True
        return False
