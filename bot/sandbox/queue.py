"""Who runs next: a bounded, fair queue over a fixed number of slots. Starts nothing itself.

Authored code goes first, because a puzzle that is due must be posted on time. Members take turns
in the order they came; each may have one run going and one waiting, so that nobody can fill it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Busy(Exception):
    """No place in line. ``wait_ms`` estimates when to try again; ``own``: theirs fills it."""

    def __init__(self, wait_ms: int, *, own: bool) -> None:
        super().__init__(f"no place in the queue for about {wait_ms} ms")
        self.wait_ms = wait_ms
        self.own = own


class FairQueue:
    """``slots`` runs at once; at most ``waiting`` members' runs in line behind them."""

    def __init__(self, slots: int, *, waiting: int = 16) -> None:
        if slots < 1 or waiting < 0:
            raise ValueError("there must be a slot, and no negative line")
        self._free = slots
        self._slots = slots
        self._longest = waiting
        self._authored: deque[asyncio.Future[None]] = deque()
        self._members: deque[asyncio.Future[None]] = deque()
        self._running: Counter[int] = Counter()
        self._in_line: Counter[int] = Counter()
        self._turns: dict[int, asyncio.Lock] = {}
        self._typical_ms = 100.0

    @asynccontextmanager
    async def authored(self) -> AsyncIterator[None]:
        """A slot for authored code: waits as long as it takes, ahead of all members."""
        await self._take(self._authored)
        try:
            yield
        finally:
            self._release()

    @asynccontextmanager
    async def member(self, member_id: int) -> AsyncIterator[None]:
        """A slot for this member's code.

        Raises:
            Busy: The member has one waiting already, or the line is full. At once.
        """
        active = self._running.get(member_id, 0) + self._in_line.get(member_id, 0)
        must_wait = self._free == 0 or active > 0
        if active >= 2 or (must_wait and self._in_line.total() >= self._longest):
            raise Busy(self.estimate_ms(), own=active >= 2)
        turn = self._turns.setdefault(member_id, asyncio.Lock())
        self._in_line[member_id] += 1
        try:
            # Their own first run comes first, even where another slot is free.
            await turn.acquire()
            try:
                await self._take(self._members)
            except BaseException:
                turn.release()
                raise
        finally:
            self._forget(self._in_line, member_id)
        self._running[member_id] += 1
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            took_ms = (asyncio.get_running_loop().time() - began) * 1000
            self._typical_ms += (took_ms - self._typical_ms) * 0.2
            self._forget(self._running, member_id)
            self._release()
            turn.release()
            if member_id not in self._running and member_id not in self._in_line:
                del self._turns[member_id]

    def estimate_ms(self) -> int:
        """How long somebody who came now would wait, from what runs took lately."""
        ahead = self._in_line.total() + len(self._authored) + self._slots
        return max(100, round(ahead * self._typical_ms / self._slots))

    async def _take(self, line: deque[asyncio.Future[None]]) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot came in the same moment as the cancellation: hand it on.
                self._release()
            elif turn in line:
                line.remove(turn)
            raise

    def _release(self) -> None:
        for line in (self._authored, self._members):
            while line:
                turn = line.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1

    @staticmethod
    def _forget(counts: Counter[int], member_id: int) -> None:
        counts[member_id] -= 1
        if counts[member_id] <= 0:
            del counts[member_id]
