"""Runs of lessons from outside, with the strictness of members' code. Decides nothing itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from bot.core.errors import MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong
from bot.core.runs import Outcome
from bot.sandbox import verdict

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
        """Run code in its turn, within the limits of members' code; says where it can't."""
        try:
            async with self._turn:
                run = self._line.line_up(_NOBODY, code, trial.python, stdin=stdin, needs=needs)
                return await run.result()
        except (MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong) as refusal:
            return verdict.not_run(Outcome.UNAVAILABLE, trial.python, str(refusal))
