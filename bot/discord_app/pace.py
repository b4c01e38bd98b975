"""Keeps our own requests below Discord's fifty a second for a bot. Decides nothing else.

discord.py waits only after Discord has refused, and gives a message up after five refusals: of two
hundred posts at once it lost forty-eight. Interaction answers don't count toward the fifty and
take no turn here.

Spacing the sends is not enough: what this process sends evenly arrives in heaps where its loop, the
network or Discord stalls for a moment. So a place is kept for each request that Discord may have
counted within the last second: from before it is sent until a second after its answer is here.
Discord saw it somewhere between the two; however the clocks and queues between us lie, no second of
Discord's can hold more requests than there are places. The price is that a round trip is added to
each second. The spacing only keeps a thousand posts from going out in bursts.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

IN_ANY_SECOND = 48
"""Discord allows fifty; the rest is for a moderator's lookups, which take no turn."""
SECOND = 1.01
"""Timers of a loop may ring a few milliseconds early."""
SPARE_SHARE = 2
"""What can wait holds one in so many places at the most: a post always finds the others free."""
CATCHING_UP = 0.1
"""Seconds by which sends that came late may be closer together after: timers always are late."""


class Pace:
    """One line in front of Discord, first come, first served.

    Args:
        in_any_second: How many requests Discord may see in any one second.
        sleep: Waits so many seconds; a test counts instead.
        second: How long a place is kept after its request, in seconds.
    """

    def __init__(
        self,
        in_any_second: int = IN_ANY_SECOND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        second: float = SECOND,
    ) -> None:
        self._between = 1.0 / in_any_second
        self._second = second
        self._sleep = sleep
        self._places = asyncio.Semaphore(in_any_second)
        self._spare_places = asyncio.Semaphore(max(1, in_any_second // SPARE_SHARE))
        self._line = asyncio.Lock()
        self._spare_line = asyncio.Lock()
        self._waiting = 0
        self._next = 0.0

    @classmethod
    def of_share(cls, share: float) -> Pace:
        """The part of the bot's pace that a process with that part of its servers has.

        Servers are spread over the shards by their ids, so what is due in one minute is too, and a
        fixed part is as good as a common line. That would cost a turn at the database for each
        post, and hold up all processes where one of them holds it.
        """
        places = IN_ANY_SECOND * share
        if places >= 1:
            return cls(int(places))
        return cls(1, second=SECOND / places)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for this request's turn; send it and read its answer inside."""
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            await self._take_place(loop)
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            loop.call_later(self._second, self._places.release)

    @asynccontextmanager
    async def spare_turn(self) -> AsyncIterator[None]:
        """As `turn`, for what can wait: its turn comes while nothing else is in the line."""
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as sent:
            async with self._spare_line:
                await self._spare_places.acquire()
                sent.callback(loop.call_later, self._second, self._spare_places.release)
                while self._waiting:
                    await self._sleep(self._between)
                await sent.enter_async_context(self.turn())
            yield

    async def _take_place(self, loop: asyncio.AbstractEventLoop) -> None:
        async with self._line:
            await self._places.acquire()
            try:
                wait = self._next - loop.time()
                if wait > 0:
                    await self._sleep(wait)
            except BaseException:
                self._places.release()  # it was not sent
                raise
            self._next = max(self._next, loop.time() - CATCHING_UP) + self._between
