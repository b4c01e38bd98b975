"""Runs of lessons from outside, with the strictness of members' code. Decides nothing itself."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

from bot.core.errors import MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong
from bot.core.runs import Outcome
from bot.sandbox import verdict
from bot.sandbox.cache import depends_on_code_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.sandbox.members import MemberLine

_NOBODY = 0
"""Whose runs these are in the line: one at a time, beside the members'."""


class Trial(Protocol):
    """On which Python; what else a trial asks of its surroundings is not granted here."""

    @property
    def python(self) -> PythonVersion:
        """The version."""
        ...


class StrictTrials:
    """Implements what `bot.library.bench` asks of a sandbox, over the members' line."""

    def __init__(self, line: MemberLine) -> None:
        self._line = line
        self._turn = asyncio.Lock()

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons whose locks have been shown to hold, oldest first."""
        return self._line.pythons()

    def identity(self, python: PythonVersion) -> str:
        """The version: no run is kept."""
        return str(python)

    async def try_out(
        self, code: str, _limits: Limits, trial: Trial, *, stdin: str, needs: frozenset[str]
    ) -> RunResult:
        """As `run`."""
        return await self.run(code, _limits, trial.python, stdin=stdin, needs=needs)

    async def run(
        self,
        code: str,
        _limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> RunResult:
        """Run code in its turn, within the limits of members' code; says where it can't."""
        try:
            async with self._turn:
                run = self._line.line_up(_NOBODY, code, interpreter, stdin=stdin, needs=needs)
                return await run.result()
        except (MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong) as refusal:
            return verdict.not_run(Outcome.UNAVAILABLE, interpreter, str(refusal))


class KeptStrict:
    """The sandbox's port for servers' own lessons: `StrictTrials` that runs a puzzle once.

    Practice of an own lesson would take the members' line at each press otherwise.
    """

    def __init__(self, trials: StrictTrials, *, size: int = 128) -> None:
        self._trials = trials
        self._size = size
        self._kept: OrderedDict[tuple[object, ...], RunResult] = OrderedDict()

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons whose locks have been shown to hold, oldest first."""
        return self._trials.interpreters()

    async def run(
        self,
        code: str,
        limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> RunResult:
        """As `StrictTrials.run`, or what it said before."""
        key = (code, stdin, needs, interpreter)
        if key not in self._kept:
            result = await self._trials.run(code, limits, interpreter, stdin=stdin, needs=needs)
            if not depends_on_code_alone(result):
                return result
            self._kept[key] = result
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return self._kept[key]
