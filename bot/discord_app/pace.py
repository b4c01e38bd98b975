"""Spaces out our own requests, below Discord's fifty a second for a bot. Decides nothing else.

discord.py waits only after Discord has refused, and gives a message up after five refusals: of two
hundred posts at once it lost forty-eight. Interaction answers don't count toward the fifty and
take no turn here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

REQUESTS_A_SECOND = 40.0
AT_ONCE = 5
"""After a pause so many pass without a wait. No second of ours holds more than both together, 45:
the rest is for what the way to Discord pushes together, and for a moderator's lookups."""


class Pace:
    """One line in front of Discord, first come, first served.

    Args:
        a_second: How many turns a second.
        at_once: How many turns may come together after a pause.
        sleep: Waits so many seconds; a test counts instead.
    """

    def __init__(
        self,
        a_second: float = REQUESTS_A_SECOND,
        at_once: int = AT_ONCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._between = 1.0 / a_second
        self._ahead = (at_once - 1) / a_second
        self._sleep = sleep
        self._next = 0.0
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for this request's turn."""
        loop = asyncio.get_running_loop()
        # One waits at a time: after a stall of the loop those behind do not pass all together.
        async with self._line:
            wait = self._next - self._ahead - loop.time()
            if wait > 0:
                await self._sleep(wait)
            self._next = max(self._next, loop.time()) + self._between
