"""The doctor on this machine: Python, what is installed, the disk, the clock."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tomllib
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cli.doctor.findings import fault, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.cli.doctor.findings import Finding

OLDEST = (3, 11)
RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock that says less stands wrong: this release did not exist."""
TOO_FULL_BYTES = 50 * 1024 * 1024
NEARLY_FULL_BYTES = 500 * 1024 * 1024
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*([^;]*)(?:;(.*))?")
_BOUND = re.compile(r"(==|>=|<=|<|>|!=)\s*([0-9][0-9.]*)")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Iterator[Finding]:
    """The Python that runs this, and who runs it."""
    shown = f"{'.'.join(map(str, version))}, {platform.python_implementation()}"
    if version[:2] < OLDEST:
        yield fault("Python", f"{shown} is too old", "Install Python 3.11 or newer.")
    else:
        yield ok("Python", shown)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield warning(
            "user",
            "this runs as root",
            "Run the bot as a user of its own: it needs no privilege. docs/hosting.md shows how.",
        )


def requirements() -> list[str]:
    """What this release asks for: its own pyproject.toml in a checkout, else the wheel's word."""
    project = Path(__file__).resolve().parents[3] / "pyproject.toml"
    if project.is_file():
        asked: list[str] = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
        return asked
    return [each for each in metadata.requires("pep-speedrun") or () if "extra ==" not in each]


def dependencies(asked: Iterable[str]) -> Iterator[Finding]:
    """What is installed, against what the release asks for."""
    wrong = []
    count = 0
    for requirement in asked:
        match = _REQUIREMENT.fullmatch(requirement.strip())
        if match is None:
            continue
        count += 1
        name, bounds = match[1], match[2].strip()
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if not _is_within(installed, bounds):
            wrong.append(f"{name} is {installed}, wanted {bounds}")
    if wrong:
        yield fault(
            "dependencies",
            "; ".join(wrong),
            "pip install --require-hashes -r requirements.txt, in the environment that runs this.",
        )
    else:
        yield ok("dependencies", f"{count} installed, each within its bounds")


def _is_within(installed: str, bounds: str) -> bool:
    have = _numbers(installed)
    for operator, text in _BOUND.findall(bounds):
        want = _numbers(text)
        width = max(len(have), len(want))
        one, other = have + (0,) * (width - len(have)), want + (0,) * (width - len(want))
        held = {
            "==": one == other,
            "!=": one != other,
            ">=": one >= other,
            "<=": one <= other,
            "<": one < other,
            ">": one > other,
        }
        if not held[operator]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: of 2.7.1rc1 they are 2, 7, 1."""
    match = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def disk(folder: Path) -> Iterator[Finding]:
    """The room where the database is, or will be."""
    there = next(each for each in (folder, *folder.resolve().parents) if each.exists())
    free = shutil.disk_usage(there).free
    shown = f"{free / 1024**3:,.1f} GB free at {there}"
    if free < TOO_FULL_BYTES:
        yield fault("disk", shown, "Make room: what can't be stored does not count for members.")
    elif free < NEARLY_FULL_BYTES:
        yield warning("disk", shown, "Make room soon; pictures/ beside the database may go.")
    else:
        yield ok("disk", shown)


def clock(now: datetime, ahead_s: float | None = None) -> Iterator[Finding]:
    """The machine's clock, against this release's age and Discord's own, and its time zones."""
    shown = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    way_out = "Let the system keep the time: timedatectl set-ntp true, or the host's own setting."
    if now < RELEASED_AT:
        yield fault("clock", f"{shown} is before this release", way_out)
    elif ahead_s is None:
        yield ok("clock", shown)
    elif abs(ahead_s) >= 60:
        yield fault("clock", f"{shown}, {_off(ahead_s)}: posts come at the wrong time", way_out)
    elif abs(ahead_s) >= 3:
        yield warning("clock", f"{shown}, {_off(ahead_s)}", way_out)
    else:
        yield ok("clock", f"{shown}, as Discord's")
    try:
        ZoneInfo("Europe/Berlin")
    except (KeyError, OSError):
        yield fault("time zones", "there are none here", "pip install tzdata")


def _off(ahead_s: float) -> str:
    return f"{abs(ahead_s):,.0f} s {'ahead of' if ahead_s > 0 else 'behind'} Discord's"
