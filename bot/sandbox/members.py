"""Members' code: refused at once where it can't or may not run, else run in its turn.

The port `bot.core.ports.MemberSandbox` over a `SandboxRunner`. Whether the locks hold is the
runner's to know; how often somebody may ask is the services'.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.core.errors import MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong
from bot.sandbox.job import Job
from bot.sandbox.limits import MEMBER
from bot.sandbox.queue import Busy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.runs import Limits, RunResult
    from bot.core.sandbox_health import SandboxHealth
    from bot.core.versions import PythonVersion
    from bot.sandbox.queue import FairQueue, Place
    from bot.sandbox.runner import SandboxRunner

_GRANTED = frozenset({"fs"})
"""Of what a lesson may declare to need: files in memory. Sub-interpreters import from disk."""


class QueuedRun:
    """A member's run in line, or going on."""

    def __init__(self, queue: FairQueue, place: Place, run: asyncio.Task[RunResult]) -> None:
        self._queue = queue
        self._place = place
        self._run = run
        # A task cancelled before its first step never reaches its own `finally`.
        run.add_done_callback(lambda _: queue.leave(place))

    def position(self) -> int:
        """Its place in line: 1 is the next to start, 0 has started."""
        return self._queue.position(self._place)

    def wait_ms(self) -> int:
        """About how long until it has ended."""
        return self._queue.estimate_ms(self.position())

    async def result(self) -> RunResult:
        """Wait for its end. Who is cancelled here ends the run, or gives its place up."""
        return await self._run


class MemberLine:
    """``limits`` are those of one run of a member's code."""

    def __init__(self, runner: SandboxRunner, limits: Limits = MEMBER) -> None:
        self._runner = runner
        self._limits = limits

    def pythons(self) -> Sequence[PythonVersion]:
        """The Pythons whose self-test held, oldest first; none where it is switched off."""
        return self._runner.member_pythons()

    @property
    def limits(self) -> Limits:
        """What one run may spend."""
        return self._limits

    def health(self) -> SandboxHealth:
        """As the runner's."""
        return self._runner.health()

    def line_up(
        self,
        player_id: int,
        code: str,
        python: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> QueuedRun:
        """As `bot.core.ports.MemberSandbox.line_up`. Of ``needs`` only ``"fs"`` is granted."""
        runner, queue = self._runner, self._runner.queue
        offered = self.pythons()
        if not offered:
            raise MemberCodeOff(runner.health().member_code)
        way = runner.member_way(python)
        if way is None:
            raise PythonNotOffered(str(python), offered)
        size = len(code.encode("utf-8", "replace"))
        if size > self._limits.source_bytes:
            raise SourceTooLong(size, self._limits.source_bytes)
        try:
            place = queue.join(player_id)
        except Busy as busy:
            raise NoPlaceInLine(busy.wait_ms, own=busy.own) from busy
        job = Job(code, self._limits, stdin, needs=needs & _GRANTED)

        async def run() -> RunResult:
            async with queue.turn(place):
                return await runner.attempt(job, python, way)

        return QueuedRun(queue, place, asyncio.create_task(runner.tracked(run(), python, "member")))
