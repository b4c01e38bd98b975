"""Keeps one interpreter's archive and zygote: makes them when first needed, replaces the worn out.

Decides nothing about who may run what.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from bot.core.errors import SandboxUnavailable
from bot.sandbox import archive, execute, once
from bot.sandbox.zygote import MODULES, Zygote

if TYPE_CHECKING:
    from bot.sandbox.archive import Packed
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.job import Job
    from bot.sandbox.watch import Started

log = logging.getLogger(__name__)

RUNS_PER_ZYGOTE = 500
RETRY_SECONDS = 60.0
"""After a zygote did not start, how long the next run does without instead of trying again."""


class Supervisor:
    """Starts runs on one interpreter, each in the way that the caller names."""

    def __init__(
        self,
        interpreter: Interpreter,
        *,
        runs_per_zygote: int = RUNS_PER_ZYGOTE,
        second_locks: bool = True,
    ) -> None:
        self.interpreter = interpreter
        self.zygotes_started = 0
        self._runs_per_zygote = runs_per_zygote
        self._second_locks = second_locks
        self._packed: Packed | None = None
        self._making: asyncio.Task[Packed] | None = None
        self._zygote: Zygote | None = None
        self._retired: list[Zygote] = []
        self._lock = asyncio.Lock()
        self._failed: tuple[float, SandboxUnavailable] | None = None
        self._closed = False

    @property
    def zygote(self) -> Zygote | None:
        """The one that serves now, for reports."""
        return self._zygote

    async def fork(self, job: Job, nonce: bytes) -> Started:
        """Start ``job`` in a fork of the zygote.

        Raises:
            SandboxUnavailable: There is no zygote to be had here.
        """
        zygote = await self._working_zygote()
        return await zygote.run(job, nonce)

    async def once(self, job: Job, nonce: bytes) -> Started:
        """Start ``job`` in a locked Python of its own.

        Raises:
            SandboxUnavailable: Its library could not be packed.
            OSError: It could not be started.
        """
        async with self._lock:
            packed = await self._pack()
        return once.start(self.interpreter, packed, job, nonce, second_locks=self._second_locks)

    def plain(self, job: Job, nonce: bytes) -> Started:
        """Start ``job`` in a Python that imports from disk.

        Raises:
            OSError: It could not be started.
        """
        locks = execute.locks_for(self.interpreter, second_locks=self._second_locks)
        return execute.start(self.interpreter, job, nonce, locks)

    def distrust(self) -> None:
        """Have the zygote replaced before the next run: something about it was not as expected."""
        if self._zygote is not None:
            self._zygote.broken = True

    async def close(self) -> None:
        """End everything. Can be called twice."""
        self._closed = True
        async with self._lock:
            zygotes = [*self._retired, *([self._zygote] if self._zygote else [])]
            self._zygote = None
            self._retired.clear()
            await asyncio.gather(*(zygote.close() for zygote in zygotes))
            if self._making is not None:
                with contextlib.suppress(SandboxUnavailable):
                    self._packed = await self._making
            if self._packed is not None:
                self._packed.close()
                self._packed = None

    async def _working_zygote(self) -> Zygote:
        async with self._lock:
            if self._closed:
                raise SandboxUnavailable("the sandbox is closed")
            await self._sweep()
            if self._zygote is not None:
                return self._zygote
            if self._failed is not None and time.monotonic() - self._failed[0] < RETRY_SECONDS:
                raise SandboxUnavailable(self._failed[1].reason)
            try:
                packed = await self._pack()
                self._zygote = await Zygote.start(
                    self.interpreter, packed, second_locks=self._second_locks
                )
            except SandboxUnavailable as error:
                log.warning("sandbox: no zygote for Python %s: %s", self.interpreter.version, error)
                self._failed = (time.monotonic(), error)
                raise
            self._failed = None
            self.zygotes_started += 1
            return self._zygote

    async def _sweep(self) -> None:
        """Retire a zygote that is broken or worn out; close the retired that are idle."""
        zygote = self._zygote
        if zygote is not None and (zygote.broken or zygote.runs >= self._runs_per_zygote):
            log.info("sandbox: zygote of Python %s is replaced", self.interpreter.version)
            self._retired.append(zygote)
            self._zygote = None
        for retired in [each for each in self._retired if each.idle or each.broken]:
            self._retired.remove(retired)
            await retired.close()

    async def _pack(self) -> Packed:
        if self._closed:
            raise SandboxUnavailable("the sandbox is closed")
        if self._packed is None:
            if self._making is None:
                self._making = asyncio.create_task(archive.make(self.interpreter, MODULES))
            # A cancelled run leaves the work to the next one, and the descriptor to `close`.
            making = self._making
            try:
                self._packed = await asyncio.shield(making)
            finally:
                if making.done():
                    self._making = None
        return self._packed
