"""Who runs next: a bounded, fair queue over a fixed number of slots. Starts nothing itself.

Authored code goes first, because a puzzle that is due must be posted on time. Members take turns
in the order they came; each may have one run going and one waiting, so that nobody can fill it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Busy(Exception):
    """No place in line. ``wait_ms`` estimates when to try again; ``own``: theirs fills it."""

    def __init__(self, wait_ms: int, *, own: bool) -> None:
        super().__init__(f"no place in the queue for about {wait_ms} ms")
        self.wait_ms = wait_ms
        self.own = own


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A member's place, from `FairQueue.join`: waiting until ``turn`` is done, then running."""

    member_id: int
    turn: asyncio.Future[None]


class FairQueue:
    """``slots`` runs at once; at most ``waiting`` members' runs in line behind them."""

    def __init__(self, slots: int, *, waiting: int = 16) -> None:
        if slots < 1 or waiting < 0:
            raise ValueError("there must be a slot, and no negative line")
        self._free = slots
        self._slots = slots
        self._longest = waiting
        self._authored: deque[asyncio.Future[None]] = deque()
        self._line: list[Place] = []
        self._called: set[Place] = set()
        self._running: Counter[int] = Counter()
        self._typical_ms = 100.0

    @property
    def slots(self) -> int:
        """How many run at once."""
        return self._slots

    @property
    def running(self) -> int:
        """How many run now."""
        return self._slots - self._free

    @property
    def waiting(self) -> int:
        """How many members' runs are in line."""
        return len(self._line)

    @asynccontextmanager
    async def authored(self) -> AsyncIterator[None]:
        """A slot for authored code: waits as long as it takes, ahead of all members."""
        await self._take()
        try:
            yield
        finally:
            self._free += 1
            self._call_next()

    @asynccontextmanager
    async def member(self, member_id: int) -> AsyncIterator[None]:
        """A slot for this member's code.

        Raises:
            Busy: The member has one waiting already, or the line is full. At once.
        """
        async with self.turn(self.join(member_id)):
            yield

    def join(self, member_id: int) -> Place:
        """A place for this member's code, at the end of the line or running at once.

        It has to be used in `turn`, or given back by `leave`.

        Raises:
            Busy: The member has one waiting already, or the line is full.
        """
        own = sum(place.member_id == member_id for place in self._line)
        runs_at_once = self._free > 0 and not self._authored and not self._running[member_id]
        if own or (not runs_at_once and len(self._line) >= self._longest):
            raise Busy(self.estimate_ms(), own=bool(own))
        place = Place(member_id, asyncio.get_running_loop().create_future())
        self._line.append(place)
        self._call_next()
        return place

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Wait until ``place`` is called, and hold its slot."""
        began = 0.0
        try:
            await place.turn
            began = asyncio.get_running_loop().time()
            yield
        finally:
            if began:
                took_ms = (asyncio.get_running_loop().time() - began) * 1000
                self._typical_ms += (took_ms - self._typical_ms) * 0.2
            self.leave(place)

    def leave(self, place: Place) -> None:
        """Give ``place`` up, waiting or running; the next one is called. Can be called twice."""
        if place in self._line:
            self._line.remove(place)
            place.turn.cancel()
        if place not in self._called:
            return
        # Called, perhaps in the same moment as its wait was cancelled: the slot is handed on.
        self._called.remove(place)
        self._running[place.member_id] -= 1
        if not self._running[place.member_id]:
            del self._running[place.member_id]
        self._free += 1
        self._call_next()

    def position(self, place: Place) -> int:
        """How many are called before ``place`` and it: 1 is next, 0 runs or is over."""
        if place not in self._line:
            return 0
        return len(self._authored) + self._line.index(place) + 1

    def estimate_ms(self, position: int | None = None) -> int:
        """How long ``position`` (one who came now) would wait, from what runs took lately."""
        if position is None:
            position = len(self._line) + len(self._authored) + 1
        ahead = max(position - 1, 0) + self._slots
        return max(100, round(ahead * self._typical_ms / self._slots))

    async def _take(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._authored.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._authored:
                self._authored.remove(turn)
            elif turn.done() and not turn.cancelled():
                # The slot came in the same moment as the cancellation: hand it on.
                self._free += 1
                self._call_next()
            raise

    def _call_next(self) -> None:
        """Fill the free slots: authored code, then members whose own other run is not going."""
        while self._free > 0 and self._authored:
            turn = self._authored.popleft()
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
        for place in tuple(self._line):
            if self._free == 0:
                return
            if not self._running[place.member_id]:
                self._line.remove(place)
                self._called.add(place)
                self._running[place.member_id] += 1
                self._free -= 1
                if not place.turn.done():
                    place.turn.set_result(None)
