"""What the library's tests share: a real sandbox, one cache of runs, and a check of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.cli.lesson_trials import SandboxTrials
from bot.core.versions import PythonVersion
from bot.library.bench import Bench
from bot.library.cache import RunCache
from bot.library.check import Report, check_lessons
from bot.library.selection import select
from bot.library.trials import LIMITS, Matrix
from bot.sandbox.runner import SandboxRunner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.core.runs import Limits

HERE = Path(__file__).parent
# Enough to meet every rule; more would only take longer.
USED = tuple(PythonVersion.parse(text) for text in ("2.7", "3.9", "3.10", "3.11", "3.14"))


class FewPythons(SandboxTrials):
    """The real sandbox, but only with the Pythons that the tests are about."""

    def interpreters(self) -> Sequence[PythonVersion]:
        found = super().interpreters()
        # Whatever this host has must do where it has none of them.
        return [python for python in found if python in USED] or found


class Checker:
    """Checks folders with one sandbox and one cache, as `lessons check` would."""

    def __init__(self, trials: FewPythons, cache: RunCache, company: Path) -> None:
        self.trials = trials
        self.cache = cache
        self.company = company

    async def check(
        self, *paths: Path, matrix: Matrix = Matrix.QUICK, limits: Limits = LIMITS
    ) -> Report:
        bench = Bench(self.trials, self.cache, limits=limits)
        return await check_lessons(select(paths, [self.company]), bench, matrix=matrix)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trials(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FewPythons]:
    checkout_pythons = HERE.parents[1] / ".pythons"
    async with SandboxRunner([checkout_pythons]) as runner:
        yield FewPythons(runner, str(tmp_path_factory.mktemp("elsewhere")))


@pytest.fixture(scope="session")
def checker(
    trials: FewPythons, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Checker]:
    cache = RunCache(tmp_path_factory.mktemp("runs"))
    return lambda company: Checker(trials, cache, company)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def all_trials(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxTrials]:
    """All Pythons of this host, for the slow matrices."""
    async with SandboxRunner([HERE.parents[1] / ".pythons"]) as runner:
        yield SandboxTrials(runner, str(tmp_path_factory.mktemp("elsewhere")))
