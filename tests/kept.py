"""What an app looks up as it opens, kept by a worker: the same for each of its tests.

A lesson folder or a search path that differs, or a lesson file that was written meanwhile, is
looked up anew, and a self-test that did not hold is tried again. Loading lessons, finding Pythons
and the self-test have tests of their own, which keep nothing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bot.library.loading import lesson_paths, load_library
from bot.sandbox import selftest
from bot.sandbox.interpreters import find_interpreters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_examine = selftest.examine
_REPORTS: dict[object, selftest.Report] = {}
_SEARCHED = ("PATH", "PYENV_ROOT", "HOME")


@cache
def _library(folders: tuple[Path, ...], _state: object):
    return load_library(folders)


@cache
def _interpreters(folders: tuple[Path, ...], _environ: object, **where):
    return find_interpreters(folders, **where)


def _load_library(folders: Sequence[Path]):
    files = [path for folder in folders for path in lesson_paths(folder)]
    state = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _library(tuple(folders), state)


def _find_interpreters(folders: Sequence[Path] = (), **where):
    return _interpreters(tuple(folders), tuple(map(os.environ.get, _SEARCHED)), **where)


async def _examine_once(runner, version, limits):
    asked = (runner.interpreter(version), limits)
    if asked not in _REPORTS:
        report = await _examine(runner, version, limits)
        if report.way is None:
            return report
        _REPORTS[asked] = report
    return _REPORTS[asked]


@contextmanager
def kept_between_tests() -> Iterator[None]:
    """Apps that open inside look nothing up that one of this process has before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.load_library", _load_library)
        patch.setattr("bot.sandbox.runner.find_interpreters", _find_interpreters)
        patch.setattr(selftest, "examine", _examine_once)
        yield
