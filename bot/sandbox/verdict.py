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
    stderr, refusal, exception, number = take_markers(observed.stderr, nonce)
    stdout = observed.stdout
    truncated = len(stdout) + len(stderr) > limits.output_bytes
    if truncated:
        stdout = stdout[: limits.output_bytes]
        stderr = stderr[: limits.output_bytes - len(stdout)]
    cut = observed.cut or ("output_bytes" if truncated else None)
    status = observed.ended.status
    code = os.waitstatus_to_exitcode(status) if status is not None else None
    if code not in (1, 130):
        # The child ends with one of these where it told of an exception: the snippet wrote this.
        exception = number = None
    outcome, limit, detail = _end(cut, code, exception, number, limits)
    if refusal is not None:
        log.warning("sandbox: a lock was refused: %s", ascii(refusal))
        outcome, limit, detail = Outcome.UNAVAILABLE, None, "a lock could not be put on"
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


def take_markers(stderr: bytes, nonce: bytes) -> tuple[bytes, str | None, str | None, int | None]:
    """Split the child's own words off: what was printed, a lock's refusal, an exception, its errno.

    Whether the locks are on is told before the snippet begins, in the first bytes: what it writes
    later can't deny that. The exception's line it could forge, and could as well raise what it
    likes.
    """
    on, refused = nonce + b"+", nonce + b"!"
    if stderr.startswith(on):
        stderr = stderr[len(on) :]
    elif refused in stderr:
        before, _, why = stderr.partition(refused)
        return before, why.decode("utf-8", "replace")[:400], None, None
    before, found, rest = stderr.rpartition(nonce + b":")
    if not found:
        return stderr, None, None, None
    line, _, after = rest.partition(b"\n")
    name, _, number = line.decode("utf-8", "replace").partition(":")
    known = name if len(name) <= 80 and name.isidentifier() else "Exception"
    is_number = number.isascii() and number.isdecimal() and len(number) < 6
    return before + after, None, known, int(number) if is_number else None


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
