"""The sandbox as the lesson checker wants it, and where finished runs are kept. Judges nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.library.loading import shipped_folder
from bot.sandbox.job import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.library.trials import Trial
    from bot.sandbox.runner import SandboxRunner

# A POSIX rule and not a zone's name: an old Python or a locked one may have no time zone files.
_FAR_EAST = "FAR-14"
_TURKISH = "tr_TR.UTF-8"
"""Famous for turning I into a letter without a dot."""


class SandboxTrials:
    """A `SandboxRunner` behind the port that `bot.library.bench` asks for.

    ``elsewhere`` is an empty folder: the other working directory.
    """

    def __init__(self, runner: SandboxRunner, elsewhere: str) -> None:
        self._runner = runner
        self._home = Environment()
        self._elsewhere = elsewhere

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons of this host, oldest first."""
        return self._runner.interpreters()

    def identity(self, python: PythonVersion) -> str:
        """The interpreter's ``sys.version``."""
        found = self._runner.interpreter(python)
        return found.full_version if found else str(python)

    async def try_out(
        self, code: str, limits: Limits, trial: Trial, *, stdin: str, needs: frozenset[str]
    ) -> RunResult:
        """Run code on a Python in the surroundings that the trial asks for."""
        seed = trial.condition.hash_seed
        if trial.condition.elsewhere:
            surroundings = Environment(seed, _FAR_EAST, _TURKISH, self._elsewhere)
        else:
            surroundings = Environment(hash_seed=seed)
        return await self._runner.run(
            code, limits, trial.python, stdin=stdin, environment=surroundings, needs=needs
        )


def cache_folder() -> Path:
    """Where runs are kept: ``.cache/runs`` of a checkout, else the user's cache."""
    lessons = shipped_folder()
    if (lessons.parent / "pyproject.toml").is_file():
        return lessons.parent / ".cache" / "runs"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pep-speedrun" / "runs"
