"""Faults, said declaratively: which requests, how often, what goes wrong.

Decides; `rest` carries it out.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .calls import Call


@dataclass(slots=True, eq=False)
class Fault:
    """What is to go wrong with the requests that match.

    ``status`` answers with that error; ``reset`` ends the connection with a TCP RST; ``hang`` never
    answers; ``delay`` seconds pass first, and alone change nothing else. ``applied`` lets the
    request take effect before it goes wrong: the message is there, the client never hears.
    ``times`` None is until removed; the first ``skip`` matches pass. For 429: ``retry_after``
    seconds, ``is_global``, and ``via`` off is Cloudflare's own.
    """

    pattern: str
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    code: int = 0
    reset: bool = False
    hang: bool = False
    delay: float = 0.0
    applied: bool = False
    retry_after: float = 0.05
    is_global: bool = False
    via: bool = True
    when: Callable[[Call], bool] | None = None
    hits: int = 0
    is_removed: bool = False
    _method: str = ""
    _path: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    _hit: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._method, _, path = self.pattern.partition(" ")
        self._path = _compiled(path)

    def matches(self, call: Call) -> bool:
        """Whether the request is one that this fault is for.

        Says nothing about how often is left.
        """
        if self._method not in ("*", call.method):
            return False
        if not (self._path.fullmatch(call.path) or self._path.fullmatch(call.template)):
            return False
        return self.when is None or self.when(call)

    def remove(self) -> None:
        """Let everything pass from now on."""
        self.is_removed = True

    async def hit(self, count: int = 1, *, deadline: float = 5.0) -> None:
        """Wait until the fault has struck ``count`` times.

        TimeoutError after ``deadline`` seconds.
        """
        async with asyncio.timeout(deadline):
            while self.hits < count:
                self._hit.clear()
                await self._hit.wait()

    def strike(self) -> None:
        """Count one."""
        self.hits += 1
        self._hit.set()


class Faults:
    """The faults in force, in the order they were added; the first that matches strikes."""

    def __init__(self) -> None:
        self._active: list[Fault] = []

    def add(
        self,
        pattern: str,
        *,
        times: int | None = 1,
        skip: int = 0,
        status: int | None = None,
        code: int = 0,
        reset: bool = False,
        hang: bool = False,
        delay: float = 0.0,
        applied: bool = False,
        retry_after: float = 0.05,
        is_global: bool = False,
        via: bool = True,
        when: Callable[[Call], bool] | None = None,
    ) -> Fault:
        """Arrange a fault for ``"METHOD /path"``; see `Fault`.

        ``*`` or ``{any}`` is one part, ``**`` the rest.

        The path may be one request's or a route's: ``POST /channels/{channel_id}/messages`` is
        every channel.
        """
        fault = Fault(
            pattern, times, skip, status, code, reset, hang, delay, applied, retry_after, is_global,
            via, when,
        )  # fmt: skip
        self._active.append(fault)
        return fault

    def clear(self) -> None:
        """Remove every fault."""
        for fault in self._active:
            fault.remove()
        self._active.clear()

    def strike(self, call: Call) -> Fault | None:
        """Return the fault that befalls this request, counted, or None."""
        for fault in self._active:
            if not fault.matches(call):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                return None
            fault.strike()
            if fault.times is not None and fault.hits >= fault.times:
                fault.remove()
            self._active = [f for f in self._active if not f.is_removed]
            return fault
        return None

    def __bool__(self) -> bool:
        self._active = [f for f in self._active if not f.is_removed]
        return bool(self._active)


def _compiled(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*|\{[^}]*\})", path)
    made = [
        ".*" if p == "**" else "[^/]+" if p == "*" or p.startswith("{") else re.escape(p)
        for p in parts
    ]
    return re.compile("".join(made))
