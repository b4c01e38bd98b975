"""Which hot press is next, where more come than can be answered in time.

Discord waits three seconds. A bot that works first come, first served falls so far behind under
several times its load that it answers nobody: each press is stale when its turn comes (measured: 32
answers a second of 2,000 presses). So a limited number is worked at, the newest that waits is next,
and what has waited too long for an answer is kept without one, once nothing fresh waits. The same
idea as adaptive LIFO in "Fail at Scale" (Maurer, ACM Queue 13-8, 2015). While the bot keeps up,
nothing waits here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Work = Coroutine[Any, Any, None]

log = logging.getLogger(__name__)

AT_ONCE = 100
"""How many presses are worked at together: enough for a round trip of 0.15 s at 600 a second,
and few enough that their own wait for each other stays far below Discord's three seconds."""
ANSWERABLE_S = 2.0
"""So long after a press came an answer is still begun: of Discord's three seconds the rest is for
the way here, the database, and the way back."""
MOST_WAITING = 20_000
"""Beyond it the oldest is dropped: some 5 KB a press."""

_Press = TypeVar("_Press")


class Rush(Generic[_Press]):
    """Works at presses, a task each.

    Args:
        answer: Answers a press that has waited so many seconds; raises nothing.
        keep: Does what is left to do for one that has waited too long; raises nothing.
        at_once: How many may be worked at together.
        now: Seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        answer: Callable[[_Press, float], Work],
        keep: Callable[[_Press, float], Work],
        *,
        at_once: int = AT_ONCE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answer = answer
        self._keep = keep
        self._at_once = at_once
        self._now = now
        self._waiting: deque[tuple[_Press, float]] = deque(maxlen=MOST_WAITING)
        self._stale = 0
        self.under_way: set[asyncio.Task[None]] = set()
        """The tasks of the presses that are worked at; empty only where none waits either."""

    def take(self, press: _Press) -> None:
        """Work at a press that came now, at once or as soon as it can be."""
        if len(self.under_way) < self._at_once:
            self._begin(press, self._now())
        else:
            self._stale += len(self._waiting) == MOST_WAITING
            self._waiting.append((press, self._now()))

    def forget(self) -> None:
        """Begin nothing more; what is worked at is left to its end."""
        self._waiting.clear()

    def _begin(self, press: _Press, came_at: float) -> None:
        waited = self._now() - came_at
        if waited < ANSWERABLE_S:
            work = self._answer(press, waited)
        else:
            self._stale += 1
            work = self._keep(press, waited)
        task = asyncio.create_task(work, name="press")
        self.under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.under_way.discard(task)
        if self._waiting:
            self._begin(*self._waiting.pop())
        elif self._stale:
            log.warning("more presses came than could be answered: %s had no answer", self._stale)
            self._stale = 0
