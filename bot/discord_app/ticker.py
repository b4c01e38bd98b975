"""The ticker: asks what is due and lets each guild's work run by itself. Its body can't raise.

A guild whose work is slow keeps only itself waiting: the next tick passes it over while it runs.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.services.ticking import advance_guild, due_guilds, plan_all

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

    from bot.core.ports import Clock
    from bot.services.context import Context

log = logging.getLogger(__name__)

GUILDS_AT_ONCE = 40
"""How many guilds are served at the same time; below Discord's 50 requests a second."""


class Ticker:
    """Ticks every ``every`` until it is cancelled."""

    def __init__(
        self,
        ctx: Context,
        clock: Clock,
        every: timedelta,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._ctx = ctx
        self._clock = clock
        self._every = every
        self._sleep = sleep
        self._places = asyncio.Semaphore(GUILDS_AT_ONCE)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._is_stopped = False

    async def run(self, ready: Callable[[], Awaitable[None]]) -> None:
        """Wait for ``ready``, then tick for ever; cancelling it also ends the guilds' work."""
        await ready()
        try:
            await self._guarded(plan_all(self._ctx.db, self._clock.now()), "planning")
            while True:
                await self._guarded(self.tick(), "tick")
                await self._sleep(self._every.total_seconds())
        finally:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> set[asyncio.Task[None]]:
        """Begin no guild's work from here on; the tasks of those that are at it."""
        self._is_stopped = True
        return set(self._running.values())

    async def tick(self) -> None:
        """Start the work of every guild that has some and is not at it already."""
        if self._is_stopped:
            return
        for guild_id in await due_guilds(self._ctx.db, self._clock.now()):
            if guild_id not in self._running:
                task = asyncio.create_task(self._advance(guild_id), name=f"guild-{guild_id}")
                self._running[guild_id] = task

    async def _advance(self, guild_id: int) -> None:
        try:
            async with self._places:
                work = advance_guild(self._ctx, guild_id, self._clock.now())
                await self._guarded(work, f"guild={guild_id}")
        finally:
            del self._running[guild_id]

    async def _guarded(self, work: Awaitable[None], what: str) -> None:
        try:
            await work
        except Exception:
            log.exception("%s failed; the next tick tries again", what)
