"""What a run's end means, in a `RunResult` and one sentence. Watches nothing, runs nothing."""

from __future__ import annotations

import logging
import os
import signal
from typing import TYPE_CHECKING

from bot.core.runs import Outcome, RunResult
from bot.core.wording import later

if TYPE_CHECKING:
    from bot.core.runs import Limits
    from bot.core.versions import PythonVersion
    from bot.sandbox.watch import Observed

log = logging.getLogger(__name__)

_MEMORY = "data_bytes"
# What the filter answers for each class of refused call (policy.py), and what that means.
_REFUSED = {
    1: later("tried to start a process: a run is one process"),
    3: later("tried to reach another process: a run is alone here"),
    2: later("tried to open a file: no files here"),
    13: later("tried to list files: no files here"),
    30: later("tried to write a file: no files here"),
    101: later("tried to reach the network: no network here"),
}


def judge(
    observed: Observed, limits: Limits, interpreter: PythonVersion, nonce: bytes
) -> RunResult:
    """The result of a run that was started."""
    stderr, exception, number = take_marker(observed.stderr, nonce)
    stdout = observed.stdout
    truncated = len(stdout) + len(stderr) > limits.output_bytes
    if truncated:
        stdout = stdout[: limits.output_bytes]
        stderr = stderr[: limits.output_bytes - len(stdout)]
    cut = observed.cut or ("output_bytes" if truncated else None)
    status = observed.ended.status
    code = os.waitstatus_to_exitcode(status) if status is not None else None
    outcome, limit, detail = _end(cut, code, exception, number, limits)
    if exception is not None and exception.startswith("!"):
        # The words may be the snippet's own: they go to the log, never into a sentence of ours.
        log.warning("sandbox: a lock was refused: %s", ascii(exception[1:]))
        outcome, limit, detail = Outcome.UNAVAILABLE, None, "a lock could not be put on"
        exception = None
    return RunResult(
        outcome=outcome,
        stdout=stdout.decode("utf-8", "replace"),
        stderr=stderr.decode("utf-8", "replace"),
        exit_code=code if code is not None and code >= 0 else None,
        exception=exception,
        duration_ms=round(observed.duration_ms, 3),
        truncated=truncated,
        python=str(interpreter),
        cpu_ms=round(observed.ended.cpu_ms, 3),
        peak_memory_bytes=observed.ended.peak_memory_bytes,
        threads=observed.threads,
        limit=limit,
        detail=detail,
    )


def not_run(
    outcome: Outcome, interpreter: PythonVersion, detail: str, limit: str | None = None
) -> RunResult:
    """The result of a run that did not take place."""
    return RunResult(
        outcome, "", "", None, None, 0.0, False, str(interpreter), limit=limit, detail=detail
    )


def take_marker(stderr: bytes, nonce: bytes) -> tuple[bytes, str | None, int | None]:
    """Split the child's own line off: what was printed, the exception's name, its errno.

    A name that begins with "!" is a lock's refusal, not an exception.
    """
    before, found, rest = stderr.rpartition(nonce)
    if not found:
        return stderr, None, None
    line, _, after = rest.partition(b"\n")
    text = line.decode("utf-8", "replace")
    if text.startswith("!"):
        return before + after, text[:400], None
    _, name, number = (text + "::").split(":")[:3]
    known = name if len(name) <= 80 and name.isidentifier() else "Exception"
    return before + after, known, int(number) if number.isdecimal() and len(number) < 6 else None


def _end(
    cut: str | None, code: int | None, exception: str | None, number: int | None, limits: Limits
) -> tuple[Outcome, str | None, str | None]:
    if cut is not None:
        return _cut(cut, limits)
    if code is None:
        return Outcome.UNAVAILABLE, None, "the sandbox had to be restarted"
    if code < 0:
        return _signalled(-code, limits)
    if exception == "MemoryError":
        return Outcome.MEMORY, _MEMORY, f"needed more than {_size(limits.data_bytes)}"
    if code != 0:
        return Outcome.ERROR, None, _REFUSED.get(number) if number is not None else None
    return Outcome.OK, None, None


def _cut(cut: str, limits: Limits) -> tuple[Outcome, str | None, str | None]:
    if cut == "wall_ms":
        return Outcome.TIMEOUT, cut, f"took longer than {_seconds(limits.wall_ms)}"
    if cut == "cpu_ms":
        return Outcome.TIMEOUT, cut, f"computed for longer than {_seconds(limits.cpu_ms)}"
    if cut == "output_bytes":
        return Outcome.OUTPUT_LIMIT, cut, f"printed more than {_size(limits.output_bytes)}"
    if cut == "threads":
        return Outcome.KILLED, cut, f"started more than {limits.threads} threads"
    return Outcome.MEMORY, cut, f"needed more than {_size(limits.data_bytes)}"


def _signalled(number: int, limits: Limits) -> tuple[Outcome, str | None, str | None]:
    if number == signal.SIGXCPU:
        return _cut("cpu_ms", limits)
    if number == signal.SIGSYS:
        return Outcome.KILLED, None, "made a call that ends a run at once"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE):
        return Outcome.KILLED, None, f"crashed Python ({name})"
    return Outcome.KILLED, None, f"was ended by {name}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"


def _size(size: int) -> str:
    if size >= 1024 * 1024:
        return f"{size / (1024 * 1024):g} MB"
    return f"{size / 1024:g} KB" if size >= 1024 else f"{size} bytes"
