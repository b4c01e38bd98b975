"""One execution in the sandbox, as plain data: what may be spent, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a run ended."""

    OK = "ok"
    """Ended by itself, exit code 0."""
    ERROR = "error"
    """Python ended it: an exception, or a non-zero exit code."""
    TIMEOUT = "timeout"
    """It used up its wall or CPU time."""
    MEMORY = "memory"
    """It needed more memory than allowed."""
    OUTPUT_LIMIT = "output_limit"
    """It printed more than is kept; the beginning is."""
    KILLED = "killed"
    """A signal ended it: it crashed Python, or broke a rule that ends a run at once."""
    UNAVAILABLE = "unavailable"
    """It did not run: this host can't run it, or not safely."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may spend. Units are in the names; sizes are in bytes."""

    wall_ms: int = 5_000
    cpu_ms: int = 2_000
    address_space_bytes: int = 384 * 1024 * 1024
    data_bytes: int = 256 * 1024 * 1024
    threads: int = 48
    open_files: int = 64
    output_bytes: int = 64 * 1024
    source_bytes: int = 8 * 1024


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run did.

    ``stdout`` and ``stderr`` are what was captured, decoded as UTF-8 with replacement: hostile
    text until ``rendering`` has made it harmless. ``exception`` is the type's name
    (``"TypeError"``) where an uncaught exception ended the run. ``exit_code`` is None where a
    signal ended it, or nothing ran. ``truncated`` says that output beyond the cap was dropped.
    ``python`` is the version that ran, ``"3.13"``. ``limit`` names the limit that ended the run
    (a field of `Limits`); ``detail`` is one sentence for people on why it ended as it did.
    """

    outcome: Outcome
    stdout: str
    stderr: str
    exit_code: int | None
    exception: str | None
    duration_ms: float
    truncated: bool
    python: str
    cpu_ms: float = 0.0
    peak_memory_bytes: int = 0
    threads: int = 1
    limit: str | None = None
    detail: str | None = None
