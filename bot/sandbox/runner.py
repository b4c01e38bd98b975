"""The sandbox's public face: runs code on a Python of this host and says what happened.

Owns the processes it starts; decides nothing about rounds, members or Discord. Authored code runs
in the strongest way that works here. Members' code runs only where this host's self-test has shown
that the whole design holds, and otherwise not at all.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
import time
from typing import TYPE_CHECKING, Self

from bot.core.errors import SandboxUnavailable
from bot.core.runs import Outcome
from bot.core.sandbox_health import MemberCode, PythonHealth, SandboxHealth
from bot.sandbox import selftest, verdict
from bot.sandbox.host import this_host
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.job import Environment, Job, Mode
from bot.sandbox.limits import SELFTEST
from bot.sandbox.queue import FairQueue
from bot.sandbox.supervisor import RUNS_PER_ZYGOTE, Supervisor
from bot.sandbox.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from pathlib import Path
    from types import TracebackType

    from bot.core.ports import Meter
    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.selftest import Report

log = logging.getLogger(__name__)

_DEFAULT = Environment()
_NO_NEEDS: frozenset[str] = frozenset()


class SandboxRunner:
    """``async with SandboxRunner(...) as sandbox``: finds the Pythons, runs code, ends cleanly.

    Args:
        folders: Folders of interpreters that come first (``PEP_SPEEDRUN_PYTHONS``).
        search_path: What to use instead of ``PATH``.
        pyenv_root: What to use instead of pyenv's own root.
        runs_at_once: How many runs may go on together; by default two, on a single core one.
        waiting: How many members' runs may wait in line.
        member_code: Whether members' code may run at all; the self-test has to hold too.
        selftest_limits: What the self-test's canaries may spend.
        mode: How authored code is started where the caller does not say.
        runs_per_zygote: After how many runs a zygote is replaced.
        second_locks: Whether to use namespaces and Landlock where the kernel has them.
        meter: Takes down each run, ``authored`` or ``member``; the self-test's are none.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        search_path: str | None = None,
        pyenv_root: Path | None = None,
        runs_at_once: int | None = None,
        waiting: int = 16,
        member_code: bool = True,
        selftest_limits: Limits = SELFTEST,
        mode: Mode = Mode.AUTO,
        runs_per_zygote: int = RUNS_PER_ZYGOTE,
        second_locks: bool = True,
        meter: Meter | None = None,
    ) -> None:
        self._folders = tuple(folders)
        self._search_path = search_path
        self._pyenv_root = pyenv_root
        self._queue = FairQueue(runs_at_once or min(2, os.cpu_count() or 1), waiting=waiting)
        self._member_code = member_code
        self._selftest_limits = selftest_limits
        self._mode = mode
        self._runs_per_zygote = runs_per_zygote
        self._second_locks = second_locks
        self._meter = meter
        self._found: dict[PythonVersion, Interpreter] = {}
        self._supervisors: dict[PythonVersion, Supervisor] = {}
        self._reports: dict[PythonVersion, Report] = {}
        self._runs: set[asyncio.Task[RunResult]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Find the interpreters. ``async with`` calls it."""
        found = await asyncio.to_thread(
            find_interpreters,
            self._folders,
            search_path=self._search_path,
            pyenv_root=self._pyenv_root,
        )
        for each in found:
            self._found[each.version] = each
            self._supervisors[each.version] = Supervisor(
                each, runs_per_zygote=self._runs_per_zygote, second_locks=self._second_locks
            )
        log.info("sandbox: Pythons %s", ", ".join(map(str, self._found)) or "none")

    async def close(self) -> None:
        """End every run that is going on and everything that was started. Can be called twice."""
        self._closed = True
        for run in tuple(self._runs):
            run.cancel()
        if self._runs:
            await asyncio.wait(self._runs)
        await asyncio.gather(*(each.close() for each in self._supervisors.values()))

    def interpreters(self) -> tuple[PythonVersion, ...]:
        """The Pythons of this host that can run authored code, oldest first."""
        return tuple(self._found)

    def interpreter(self, version: PythonVersion) -> Interpreter | None:
        """Where that Python is, and its exact version."""
        return self._found.get(version)

    def supervisor(self, version: PythonVersion) -> Supervisor | None:
        """What starts runs on that Python; for reports and benchmarks."""
        return self._supervisors.get(version)

    async def run(
        self,
        code: str,
        limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        environment: Environment = _DEFAULT,
        needs: frozenset[str] = _NO_NEEDS,
        mode: Mode | None = None,
    ) -> RunResult:
        """Run authored code as ``main.py`` and wait for its end.

        Never raises for what the code does. The outcome is ``unavailable`` where this host has no
        such Python, the sandbox is closed, or ``mode`` can't be had. An ``environment`` other than
        the usual one takes a Python of its own, since a zygote has its hash seed from its start.
        """
        refused = self._refuse(code, limits, interpreter)
        if refused is not None:
            return refused
        job = Job(code, limits, stdin, environment, needs)
        return await self.tracked(
            self._authored(job, interpreter, mode or self._mode), interpreter, "authored"
        )

    async def _authored(self, job: Job, version: PythonVersion, mode: Mode) -> RunResult:
        async with self._queue.authored():
            ways = self._ways(job, version, mode)
            why = this_host().reason or f"it can't be run in mode {mode} here"
            result = verdict.not_run(Outcome.UNAVAILABLE, version, why)
            for way in ways:
                result = await self.attempt(job, version, way)
                if result.outcome is not Outcome.UNAVAILABLE:
                    return result
                log.info("sandbox: python=%s way=%s: %s", version, way, result.detail)
            return result

    def _ways(self, job: Job, version: PythonVersion, mode: Mode) -> tuple[str, ...]:
        """The ways to start ``job``, the strongest first."""
        if sys.platform == "win32":
            return ()
        if "interpreters" in job.needs:
            # Each new interpreter imports its encodings from disk, before any finder of ours.
            return ("plain",)
        whole = self._found[version].can_run_members and this_host().reason is None
        if mode is Mode.ZYGOTE:
            return ("fork",) if whole and job.environment == _DEFAULT else ()
        if not whole:
            return ("plain",)
        if mode is Mode.AUTO and job.environment == _DEFAULT:
            return ("fork", "once", "plain")
        return ("once", "plain")

    def member_pythons(self) -> tuple[PythonVersion, ...]:
        """The Pythons whose self-test held: members may choose among these. Oldest first."""
        return tuple(version for version in self._found if self.member_way(version) is not None)

    def member_way(self, version: PythonVersion) -> str | None:
        """How members' code runs on ``version``; None where its self-test did not hold."""
        report = self._reports.get(version)
        return report.way if report is not None and self._member_code else None

    @property
    def queue(self) -> FairQueue:
        """The line that every run goes through."""
        return self._queue

    async def self_test(self, *versions: PythonVersion) -> tuple[Report, ...]:
        """Drive the canaries through the real path on ``versions`` (all); members' code follows it.

        Takes a second or two an interpreter. Never raises for what it finds.
        """
        reports = []
        for version in versions or self.interpreters():
            report = await selftest.examine(self, version, self._selftest_limits)
            self._reports[version] = report
            # Too old for members, or on a host without locks: known, and nobody's mistake.
            level = logging.INFO if report.way or not report.rows else logging.WARNING
            log.log(level, "sandbox: python=%s %s", version, report.summary)
            reports.append(report)
        return tuple(reports)

    def reports(self) -> tuple[Report, ...]:
        """What the last `self_test` found."""
        return tuple(self._reports.values())

    def health(self) -> SandboxHealth:
        """The state of each Python, whether members' code is on and why, and who is in line."""
        return SandboxHealth(
            member_code=self._member_code_state(),
            host_reason=this_host().reason,
            pythons=tuple(self._python_health(version) for version in self._found),
            slots=self._queue.slots,
            running=self._queue.running,
            waiting=self._queue.waiting,
        )

    def _member_code_state(self) -> MemberCode:
        if not self._member_code:
            return MemberCode.SWITCHED_OFF
        if self.member_pythons():
            return MemberCode.ON
        return MemberCode.NOT_HELD if self._reports else MemberCode.NOT_TESTED

    def _python_health(self, version: PythonVersion) -> PythonHealth:
        report, zygote = self._reports.get(version), self._supervisors[version].zygote
        return PythonHealth(
            python=version,
            full_version=self._found[version].full_version,
            is_tested=report is not None,
            members=self.member_way(version) is not None,
            way=report.way if report is not None else None,
            reason=report.reason if report is not None else None,
            checks=len(report.rows) if report is not None else 0,
            failed=tuple(row.name for row in report.rows if not row.held) if report else (),
            locks=dict(report.locks) if report is not None else {},
            zygote_runs=zygote.runs if zygote is not None else None,
        )

    async def attempt(self, job: Job, version: PythonVersion, way: str) -> RunResult:
        """One run in one way (``fork``, ``once`` or ``plain``), now, without the queue."""
        if self._closed:
            return verdict.not_run(Outcome.UNAVAILABLE, version, "the sandbox is closed")
        supervisor = self._supervisors[version]
        nonce = b"\0" + secrets.token_hex(16).encode()
        try:
            if way == "fork":
                started = await supervisor.fork(job, nonce)
            elif way == "once":
                started = await supervisor.once(job, nonce)
            else:
                started = supervisor.plain(job, nonce)
        except (OSError, SandboxUnavailable) as error:
            why = f"Python {version} could not be started: {error}"
            return verdict.not_run(Outcome.UNAVAILABLE, version, why)
        observed = await Watch(started, job.limits).observe()
        if observed.ended.status is None:
            supervisor.distrust()
        return verdict.judge(observed, job.limits, version, nonce)

    def _refuse(self, code: str, limits: Limits, version: PythonVersion) -> RunResult | None:
        if self._closed:
            return verdict.not_run(Outcome.UNAVAILABLE, version, "the sandbox is closed")
        if version not in self._found:
            return verdict.not_run(Outcome.UNAVAILABLE, version, f"no Python {version} here")
        if len(code.encode("utf-8", "replace")) > limits.source_bytes:
            why = f"is longer than {limits.source_bytes} bytes"
            return verdict.not_run(Outcome.ERROR, version, why, "source_bytes")
        return None

    async def tracked(
        self, coroutine: Coroutine[None, None, RunResult], version: PythonVersion, kind: str
    ) -> RunResult:
        """Await it as a task of its own that `close` can end, and measure it."""
        began = time.monotonic()
        run = asyncio.create_task(coroutine)
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        try:
            result = await run
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if this is not None and this.cancelling():
                raise
            return verdict.not_run(Outcome.UNAVAILABLE, version, "the sandbox was closed")
        if self._meter is not None:
            self._meter.note("run", kind, result.outcome, time.monotonic() - began)
        return result
