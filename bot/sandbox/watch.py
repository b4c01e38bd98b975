"""Watches one run from outside: reads its pipes up to the cap, holds it to its limits, kills it.

Trusts nothing that comes out of the process and opens no path that it could have a say in.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.runs import Limits

log = logging.getLogger(__name__)

TICK_SECONDS = 0.05
"""How often threads, memory and CPU time are looked at. A thread bomb makes about 1,000 in this."""
DRAIN_SECONDS = 0.25
"""How long the pipes may stay open after the end: another holder could keep them open for ever."""
GONE_SECONDS = 5.0
"""How long a killed process may take to disappear before it is given up as stuck in the kernel."""
MARKER_ROOM = 512
"""Bytes beyond the cap that are read, so that the child's last line does not count as output."""

_PAGE = 4096 if os.name == "nt" else os.sysconf("SC_PAGE_SIZE")
_JIFFY_MS = 10.0 if os.name == "nt" else 1000.0 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ended:
    """How the kernel says it ended. ``status`` is wait(2)'s; None where it never came."""

    status: int | None
    cpu_ms: float = 0.0
    peak_memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """A process that runs a snippet, and the two pipes that it prints to (closed by the watch).

    ``began`` is `time.monotonic` at the moment that its wall time counts from.
    """

    pid: int
    began: float
    stdout_fd: int
    stderr_fd: int
    ended: asyncio.Future[Ended]
    kill: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Observed:
    """All that was seen of a run. ``cut`` is the limit that made us kill it."""

    stdout: bytes
    stderr: bytes
    ended: Ended
    cut: str | None
    duration_ms: float
    threads: int


class Watch:
    """One run's reader, timer and watchdog. Call `observe` once."""

    def __init__(self, started: Started, limits: Limits) -> None:
        self._started = started
        self._limits = limits
        self._began = started.began
        self._loop = asyncio.get_running_loop()
        self._chunks: dict[int, list[bytes]] = {started.stdout_fd: [], started.stderr_fd: []}
        self._open = set(self._chunks)
        self._room = limits.output_bytes + MARKER_ROOM
        self._closed = self._loop.create_future()
        self._cut: str | None = None
        self._threads = 1
        self._tick_handle: asyncio.TimerHandle | None = None

    async def observe(self) -> Observed:
        """Wait until it ended or was ended. Cancelled, it kills the run first."""
        left = self._limits.wall_ms / 1000 - (time.monotonic() - self._began)
        timer = self._loop.call_later(max(left, 0), self.cut, "wall_ms")
        for fd in self._chunks:
            os.set_blocking(fd, False)
            self._loop.add_reader(fd, self._read, fd)
        self._tick_handle = self._loop.call_later(TICK_SECONDS, self._tick)
        try:
            ended = await self._wait_for_end()
            duration_ms = (time.monotonic() - self._began) * 1000
            await asyncio.wait((self._closed,), timeout=DRAIN_SECONDS)
        except asyncio.CancelledError:
            self._started.kill()
            raise
        finally:
            timer.cancel()
            self._tick_handle.cancel()
            for fd in tuple(self._open):
                self._close(fd)
        out, err = (b"".join(chunks) for chunks in self._chunks.values())
        return Observed(out, err, ended, self._cut, duration_ms, self._threads)

    def cut(self, limit: str) -> None:
        """End the run because of ``limit``; the first reason is the one that is told."""
        if self._cut is None and not self._started.ended.done():
            self._cut = limit
            self._started.kill()

    async def _wait_for_end(self) -> Ended:
        most = self._limits.wall_ms / 1000 + GONE_SECONDS
        done, _ = await asyncio.wait((self._started.ended,), timeout=most)
        if not done:
            log.error("sandbox: pid=%s did not go away after SIGKILL", self._started.pid)
            return Ended(None)
        return self._started.ended.result()

    def _read(self, fd: int) -> None:
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(fd)
            return
        if self._room > 0:
            self._chunks[fd].append(data[: self._room])
        self._room -= len(data)
        if self._room < 0:
            self.cut("output_bytes")

    def _close(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        os.close(fd)
        self._open.discard(fd)
        if not self._open and not self._closed.done():
            self._closed.set_result(None)

    def _tick(self) -> None:
        if self._started.ended.done():
            return
        seen = _usage(self._started.pid)
        if seen is not None:
            threads, resident, cpu_ms = seen
            self._threads = max(self._threads, threads)
            if threads > self._limits.threads:
                self.cut("threads")
            elif resident > self._limits.address_space_bytes:
                self.cut("data_bytes")
            elif cpu_ms > self._limits.cpu_ms:
                self.cut("cpu_ms")
        self._tick_handle = self._loop.call_later(TICK_SECONDS, self._tick)


def _usage(pid: int) -> tuple[int, int, float] | None:
    """Threads, resident bytes and CPU milliseconds from proc(5), where there is one."""
    try:
        # The second field is the name in parentheses, and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    if len(fields) < 22:
        return None
    cpu_ms = (int(fields[11]) + int(fields[12])) * _JIFFY_MS
    return int(fields[17]), int(fields[21]) * _PAGE, cpu_ms
