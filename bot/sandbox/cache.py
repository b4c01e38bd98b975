"""Remembers what authored code did, so that a puzzle posted in a hundred guilds runs once.

Not for members' code, and never for a run that says more about this moment than about the code.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from bot.core.runs import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.sandbox.runner import SandboxRunner

_Key = tuple[str, str, frozenset[str], "Limits", str, str]


class CachedSandbox:
    """The sandbox's port over a `SandboxRunner`; keeps the ``size`` results last used."""

    def __init__(self, runner: SandboxRunner, *, size: int = 512) -> None:
        if size < 1:
            raise ValueError(f"size must be at least 1, not {size}")
        self._runner = runner
        self._size = size
        self._kept: OrderedDict[_Key, RunResult] = OrderedDict()

    def interpreters(self) -> Sequence[PythonVersion]:
        """As the runner's."""
        return self._runner.interpreters()

    async def run(
        self,
        code: str,
        limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> RunResult:
        """As the runner's, or what it said before for the same code, limits and Python."""
        found = self._runner.interpreter(interpreter)
        if found is None:
            return await self._runner.run(code, limits, interpreter, stdin=stdin, needs=needs)
        key = (code, stdin, needs, limits, str(found.path), found.full_version)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        result = await self._runner.run(code, limits, interpreter, stdin=stdin, needs=needs)
        if depends_on_code_alone(result):
            self._kept[key] = result
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return result


def depends_on_code_alone(result: RunResult) -> bool:
    """Whether a busy or broken host can't have caused this: it ended well, or by an exception."""
    return result.outcome is Outcome.OK or (
        result.outcome is Outcome.ERROR and result.exception is not None
    )
