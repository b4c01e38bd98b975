"""What `lessons check` prints: faults, a summary, JSON, and a bar meanwhile. Decides nothing."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.library.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.versions import PythonVersion
    from bot.library.check import Report

_BAR_WIDTH = 30
_SECONDS_BETWEEN = 0.1
_NAMED = 6


class Bar:
    """A line that shows how far the runs are; silent where nobody watches."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._watched = stream.isatty()
        self._shown_at = 0.0

    def show(self, done: int, planned: int) -> None:
        """Draw the bar, at most ten times a second, and wipe it at the end."""
        now = time.monotonic()
        if not self._watched or (done < planned and now - self._shown_at < _SECONDS_BETWEEN):
            return
        self._shown_at = now
        filled = _BAR_WIDTH * done // max(planned, 1)
        line = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {done:,} of {planned:,} runs"
        wipe = "\r" + " " * len(line) + "\r" if done == planned else ""
        self._stream.write(f"\r{line}{wipe}")
        self._stream.flush()


def print_report(report: Report, seconds: float) -> None:
    """Every fault with its place and a way out, then what was and was not verified."""
    for fault in report.faults:
        print(f"{_short(fault.path)}:{fault.line}: {fault.rule}: {fault.why}")
        if fault.way_out:
            print(textwrap.indent(textwrap.fill(f"-> {fault.way_out}", 96), "    "))
    if report.faults:
        print()
    pythons = spans(report.pythons) or "none"
    print(
        f"{_many(report.lessons, 'lesson')}, {_many(report.puzzles, 'puzzle')}:"
        f" {_many(report.runs_made + report.runs_cached, 'run')}"
        f" ({report.runs_cached:,} known from before) on Python {pythons}, in {seconds:.1f} s"
    )
    for text in _unverified(report):
        print(text)
    files = len({fault.path for fault in report.faults})
    told = f"{_many(len(report.faults), 'fault')} in {_many(files, 'file')}"
    print(told if report.faults else "no faults")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _unverified(report: Report) -> Iterable[str]:
    if report.missing:
        names = list(dict.fromkeys(name for claimed in report.missing.values() for name in claimed))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield textwrap.fill(
            f"not verified on Python {spans(report.missing)}, which this machine lacks:"
            f" {', '.join(names[:_NAMED])}{more}",
            100,
        )
    for text in report.not_run:
        yield f"not run: {text}"


def as_json(report: Report, seconds: float) -> dict[str, Any]:
    """The report as one JSON object."""
    reasons = {rule.name: rule.reason for rule in RULES}
    return {
        "faults": [
            {
                "path": str(fault.path),
                "line": fault.line,
                "rule": fault.rule,
                "why": fault.why,
                "reason": reasons.get(fault.rule, ""),
                "way_out": fault.way_out,
            }
            for fault in report.faults
        ],
        "lessons": report.lessons,
        "puzzles": report.puzzles,
        "runs_made": report.runs_made,
        "runs_cached": report.runs_cached,
        "seconds": round(seconds, 2),
        "pythons": [str(python) for python in report.pythons],
        "missing": {str(python): list(names) for python, names in report.missing.items()},
        "not_run": list(report.not_run),
    }


def spans(versions: Iterable[PythonVersion]) -> str:
    """Versions as people write them: ``2.7, 3.6-3.15``."""
    runs: list[list[PythonVersion]] = []
    for version in versions:
        last = runs[-1][-1] if runs else None
        if last and (last.major, last.minor + 1) == (version.major, version.minor):
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _short(path: Path) -> Path:
    """The path from here, where it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
