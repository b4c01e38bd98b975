"""Makes the runs that prove lessons: sandbox, cache and plan in, evidence out. Judges nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.core.runs import Outcome
from bot.library.cache import RunCache, trial_key
from bot.library.trials import LIMITS, Evidence, Matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.library.trials import Plan, Subject, Trial


class TrialSandbox(Protocol):
    """What the check asks of a sandbox."""

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons of this host, oldest first."""
        ...

    def identity(self, python: PythonVersion) -> str:
        """The interpreter's exact version, for the cache."""
        ...

    async def try_out(
        self, code: str, limits: Limits, trial: Trial, *, stdin: str, needs: frozenset[str]
    ) -> RunResult:
        """Run code as the trial asks. Never raises for what the code does."""
        ...


def _no_progress(done: int, planned: int) -> None:
    """Say nothing."""


@dataclass(slots=True)
class Bench:
    """Runs subjects through a sandbox, a few runs at once.

    ``progress`` is told (runs done, runs planned) after each run. ``made`` and ``cached`` count
    runs.
    """

    sandbox: TrialSandbox
    cache: RunCache = field(default_factory=lambda: RunCache(None))
    limits: Limits = LIMITS
    at_once: int = 2
    progress: Callable[[int, int], None] = _no_progress
    made: int = 0
    cached: int = 0
    _planned: int = 0

    async def try_all(self, subjects: Sequence[Subject], matrix: Matrix) -> list[Evidence]:
        """Try every subject as the matrix asks; the order is kept."""
        slots = asyncio.Semaphore(self.at_once)
        pythons = self.sandbox.interpreters()
        plans = [subject.plan(pythons, matrix) for subject in subjects]
        self._planned = sum(len(list(plan.trials())) for plan in plans)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._try(subject, plan, slots))
                for subject, plan in zip(subjects, plans, strict=True)
            ]
        return [task.result() for task in tasks]

    async def _try(self, subject: Subject, plan: Plan, slots: asyncio.Semaphore) -> Evidence:
        known = self.cache.load(subject, self.limits)
        runs: dict[Trial, RunResult] = {}
        made_before = self.made
        for trial in plan.trials():
            key = trial_key(trial, self.sandbox.identity(trial.python))
            if key in known:
                self.cached += 1
            else:
                async with slots:
                    known[key] = await self._run(subject, trial)
                self.made += 1
            runs[trial] = known[key]
            self.progress(self.made + self.cached, self._planned)
        if self.made > made_before:
            self.cache.save(subject, self.limits, known)
        return Evidence(subject, plan, runs)

    async def _run(self, subject: Subject, trial: Trial) -> RunResult:
        """One run; a time-out gets a second chance, since a busy machine can cause the first."""
        for _ in range(2):
            run = await self.sandbox.try_out(
                subject.item.code,
                self.limits,
                trial,
                stdin=subject.stdin,
                needs=frozenset(subject.item.needs),
            )
            if run.outcome is not Outcome.TIMEOUT:
                break
        return run
