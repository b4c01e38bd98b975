"""Which Pythons this host has: finds them and asks each for its version. Runs no snippet.

Looks in the folders that the operator named (``PEP_SPEEDRUN_PYTHONS``), then at the Python that
runs the bot, then in pyenv's versions, then in ``PATH``. The first one found of a version wins.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.versions import PythonVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

log = logging.getLogger(__name__)

OLDEST_FOR_MEMBERS = PythonVersion(3, 11)
"""``-P`` and the finders that the locks rely on exist from 3.11 on."""

_NAME = re.compile(r"python(?:[23](?:\.[0-9]{1,2})?)?(?:\.exe)?")
_PROBE_SECONDS = 10
# Written for 2.7 as well. PyPy and free-threaded builds (abiflags "t") behave differently enough
# that a lesson checked on them would say nothing about CPython.
_PROBE = (
    "import sys;"
    'print(\'{"major":%d,"minor":%d,"cpython":%d}\' % (sys.version_info[0],'
    "sys.version_info[1],'__pypy__' not in sys.builtin_module_names"
    " and 't' not in getattr(sys,'abiflags','')));"
    "print(sys.version.replace(chr(10),' '))"
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One Python of this host. ``full_version`` is its ``sys.version`` on one line."""

    version: PythonVersion
    path: Path
    full_version: str

    @property
    def can_run_members(self) -> bool:
        """Whether the whole design can be tried on it; its self-test has the last word."""
        return self.version >= OLDEST_FOR_MEMBERS


def find_interpreters(
    folders: Sequence[Path] = (),
    *,
    search_path: str | None = None,
    pyenv_root: Path | None = None,
) -> tuple[Interpreter, ...]:
    """Every usable CPython, one a version, oldest first. Blocks for tens of milliseconds.

    Args:
        folders: The operator's own; each is a folder of interpreters, or one that has ``bin``.
        search_path: What to use instead of ``PATH``; an empty text leaves it out.
        pyenv_root: What to use instead of ``PYENV_ROOT`` or ``~/.pyenv``.
    """
    if search_path is None:
        search_path = os.environ.get("PATH", "")
    if pyenv_root is None:
        pyenv_root = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    places = [
        *(place for folder in folders for place in (folder, folder / "bin")),
        *_pyenv_folders(pyenv_root),
        *(Path(entry) for entry in search_path.split(os.pathsep) if entry),
    ]
    own = Path(getattr(sys, "_base_executable", None) or sys.executable)
    candidates = dict.fromkeys(
        _real([*_files_in(places[: 2 * len(folders)]), own, *_files_in(places)])
    )
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = [each for each in pool.map(probe, candidates) if each is not None]
    by_version: dict[PythonVersion, Interpreter] = {}
    for interpreter in found:
        by_version.setdefault(interpreter.version, interpreter)
    return tuple(sorted(by_version.values(), key=lambda each: each.version))


def probe(path: Path) -> Interpreter | None:
    """Ask the file at ``path`` what it is; None where it isn't a CPython that starts."""
    try:
        answer = subprocess.run(
            [path, "-E", "-S", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
            check=True,
        ).stdout.decode("utf-8", "replace")
        first, _, full_version = answer.partition("\n")
        facts = json.loads(first)
        version = PythonVersion(int(facts["major"]), int(facts["minor"]))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        log.info("left out %s: %s", path, error)
        return None
    if not facts["cpython"]:
        return None
    return Interpreter(version, path, full_version.strip())


def _pyenv_folders(root: Path) -> list[Path]:
    try:
        return sorted(root.glob("versions/*/bin"), reverse=True)
    except OSError:  # somebody else's, in a closed home folder
        return []


def _files_in(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        try:
            names = sorted(entry.name for entry in folder.iterdir() if _NAME.fullmatch(entry.name))
        except OSError:
            continue
        # The most precise name first, so that python3.12 is tried before what python3 may mean.
        yield from (folder / name for name in sorted(names, key=len, reverse=True))


def _real(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        try:
            real = path.resolve(strict=True)
            if not os.access(real, os.X_OK):
                continue
            with real.open("rb") as file:
                # pyenv's shims are scripts that start some other Python of this same list.
                if file.read(2) == b"#!":
                    continue
        except OSError:
            continue
        yield real
