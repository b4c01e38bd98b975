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

REQUESTS_A_SECOND = 44.0
AT_ONCE = 5
"""After a pause so many pass without a wait. No second holds more than both together, 49."""


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

    async def turn(self) -> None:
        """Wait for this request's turn."""
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        self._next = at + self._between
        wait = at - self._ahead - now
        if wait > 0:
            await self._sleep(wait)
