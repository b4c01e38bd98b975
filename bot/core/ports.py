"""What the services ask of the world outside: the few things that tests and hosts may swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion


class Clock(Protocol):
    """Where ``now`` comes from."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class Sandbox(Protocol):
    """Runs a snippet and says what happened. Never raises for what the snippet does."""

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons of this host that can run authored code, oldest first."""
        ...

    async def run(
        self, code: str, limits: Limits, interpreter: PythonVersion, *, stdin: str = ""
    ) -> RunResult:
        """Run ``code`` as ``main.py``; waits at most ``limits.wall_ms`` and a little."""
        ...
