"""The sandbox's public face: runs code on a Python of this host and says what happened.

Owns the processes it starts; decides nothing about rounds, members or Discord.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
import time
from typing import TYPE_CHECKING, Self

from bot.core.runs import Outcome
from bot.sandbox import execute, verdict
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.job import Environment, Job
from bot.sandbox.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.sandbox.interpreters import Interpreter

log = logging.getLogger(__name__)


class SandboxRunner:
    """``async with SandboxRunner(...) as sandbox``: finds the Pythons, runs code, ends cleanly.

    Args:
        folders: Folders of interpreters that come first (``PEP_SPEEDRUN_PYTHONS``).
        search_path: What to use instead of ``PATH``.
        pyenv_root: What to use instead of pyenv's own root.
        runs_at_once: How many runs may go on together; by default two, on a single core one.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        search_path: str | None = None,
        pyenv_root: Path | None = None,
        runs_at_once: int | None = None,
    ) -> None:
        self._folders = tuple(folders)
        self._search_path = search_path
        self._pyenv_root = pyenv_root
        self._slots = asyncio.Semaphore(runs_at_once or min(2, os.cpu_count() or 1))
        self._found: dict[PythonVersion, Interpreter] = {}
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
        self._found = {each.version: each for each in found}
        log.info("sandbox: Pythons %s", ", ".join(map(str, self._found)) or "none")

    async def close(self) -> None:
        """End every run that is going on and everything that was started. Can be called twice."""
        self._closed = True
        for run in tuple(self._runs):
            run.cancel()
        if self._runs:
            await asyncio.wait(self._runs)

    def interpreters(self) -> tuple[PythonVersion, ...]:
        """The Pythons of this host that can run authored code, oldest first."""
        return tuple(self._found)

    def interpreter(self, version: PythonVersion) -> Interpreter | None:
        """Where that Python is, and its exact version."""
        return self._found.get(version)

    async def run(
        self,
        code: str,
        limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        environment: Environment | None = None,
        needs: frozenset[str] = frozenset(),
    ) -> RunResult:
        """Run authored code as ``main.py`` and wait for its end.

        Never raises for what the code does. The outcome is ``unavailable`` where this host has no
        such Python or the sandbox is closed.
        """
        found = self._found.get(interpreter)
        if self._closed or found is None:
            why = "the sandbox is closed" if self._closed else f"no Python {interpreter} here"
            return verdict.not_run(Outcome.UNAVAILABLE, interpreter, why)
        if len(code.encode("utf-8", "replace")) > limits.source_bytes:
            why = f"is longer than {limits.source_bytes} bytes"
            return verdict.not_run(Outcome.ERROR, interpreter, why, "source_bytes")
        job = Job(code, limits, stdin, environment or Environment(), needs)
        run = asyncio.create_task(self._run_in_turn(found, job))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        try:
            return await run
        except asyncio.CancelledError:
            if self._is_closed() and run.cancelled():
                return verdict.not_run(Outcome.UNAVAILABLE, interpreter, "the sandbox was closed")
            raise

    def _is_closed(self) -> bool:
        return self._closed

    async def _run_in_turn(self, interpreter: Interpreter, job: Job) -> RunResult:
        async with self._slots:
            return await self._exec(interpreter, job)

    async def _exec(self, interpreter: Interpreter, job: Job) -> RunResult:
        nonce = b"\0" + secrets.token_hex(16).encode()
        locks = {"linux": sys.platform == "linux", "parent": os.getpid(), "nice": 5}
        began = time.monotonic()
        try:
            started = execute.start(interpreter, job, nonce, locks)
        except OSError as error:
            why = f"{interpreter.path} could not be started: {error}"
            return verdict.not_run(Outcome.UNAVAILABLE, interpreter.version, why)
        observed = await Watch(started, job.limits, began).observe()
        return verdict.judge(observed, job.limits, interpreter.version, nonce)
