"""Finds the Python in what somebody wrote on Discord: a code block, or none. Pure."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"```(?:(?P<language>[A-Za-z0-9_+.-]{0,20})\n)?(?P<code>.*?)```", re.DOTALL)
_PYTHON = {"", "py", "py3", "python", "python3"}


def python_in(text: str) -> str | None:
    """The first block marked as Python, else the first one not marked as anything; None if neither.

    A fence that is never closed is none.
    """
    unmarked = None
    for block in _BLOCK.finditer(text.replace("\r\n", "\n")):
        language, code = (block["language"] or "").lower(), block["code"].strip("\n")
        if not code.strip() or language not in _PYTHON:
            continue
        if language:
            return code
        unmarked = unmarked or code
    return unmarked


def shows(code: str, puzzle: str) -> bool:
    """Whether ``code`` is ``puzzle``, or has all its lines in their order, whatever is between.

    Spaces and empty lines don't count: it is asked so that nobody has a puzzle run before the
    guess. Who types it anew in other words has earned it.
    """
    given = iter(_lines(code))
    return all(line in given for line in _lines(puzzle))


def _lines(code: str) -> list[str]:
    lines = ("".join(line.partition(" #")[0].split()) for line in code.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
