"""The answers that are being made: counted, so that a stop can wait for them, and measured."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.discord_app.errors import outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.core.ports import Meter

log = logging.getLogger(__name__)


class Answers:
    """The tasks that answer somebody."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._tasks: set[asyncio.Task[Any]] = set()
        self._beside: set[asyncio.Task[Any]] = set()

    def note(self, interaction: discord.Interaction[Any], kind: str, waited: float = 0.0) -> None:
        """The running task answers this one, which has waited so many seconds; measure it."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            began = time.monotonic() - waited
            task.add_done_callback(partial(self._measure, interaction, kind, began))

    def note_more(self) -> None:
        """The running task follows an answer with more; it is no answer to be measured."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def note_beside(self) -> None:
        """The running task answers nobody: a stop does not wait for it, and close ends it."""
        task = asyncio.current_task()
        if task is not None:
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)

    async def end(self) -> None:
        """End what is still under way: what it works with is closed next."""
        tasks = self._tasks | self._beside
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self, others: Callable[[], set[asyncio.Task[Any]]], seconds: float) -> None:
        """Wait so long until no answer is being made and none of the ``others``.

        Both are asked again: as one answer ends, another that waited for its turn may begin.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        finished = 0
        while (under_way := self._tasks | others()) and (left := until - loop.time()) > 0:
            done, _ = await asyncio.wait(under_way, timeout=left)
            finished += len(done)
            # What they call as they end is called in the loop's next turn.
            await asyncio.sleep(0)
        if finished or under_way:
            log.info("finished %s, left %s", finished, len(under_way))

    def _measure(
        self,
        interaction: discord.Interaction[Any],
        kind: str,
        began: float,
        task: asyncio.Task[Any],
    ) -> None:
        self._tasks.discard(task)
        seconds = time.monotonic() - began
        self._meter.note("answer", kind, outcome_of(interaction), seconds)
