"""The shared list of what wrong options stand for: an id and one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.library.nodes import Fields, Scalar, YamlProblem, parse
from bot.library.reader import KEBAB
from bot.library.rules import format as rules
from bot.library.rules.base import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.core.errors import LessonFault

FILE_NAME = "misconceptions.yaml"
_SENTENCE = 160
# Some hundred lessons share this one file, so it gets more room than a lesson.
_MAX_BYTES = 1024 * 1024
_MAX_NODES = 20_000


def load_misconceptions(folder: Path) -> tuple[Mapping[str, str], tuple[LessonFault, ...]]:
    """Read ``misconceptions.yaml`` of a folder; no entries and no fault where there is none."""
    path = folder / FILE_NAME
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        root = parse(data, max_bytes=_MAX_BYTES, max_nodes=_MAX_NODES)
    except OSError:
        return {}, ()
    except YamlProblem as error:
        return {}, (error.problem.at(path),)
    if not isinstance(root, Fields):
        return {}, (Problem(rules.FIELD_TYPE, 1, "the list is a mapping of ids").at(path),)
    known: dict[str, str] = {}
    faults = []
    for name, node in root.nodes.items():
        line = root.key_lines[name]
        if not KEBAB.fullmatch(name):
            faults.append(Problem(rules.FIELD_VALUE, line, f"{name!r} is not kebab-case"))
        if not isinstance(node, Scalar) or node.kind != "str" or not node.text.strip():
            faults.append(Problem(rules.FIELD_TYPE, line, f"{name} needs a sentence"))
        elif len(node.text) > _SENTENCE:
            faults.append(Problem(rules.FIELD_LENGTH, line, f"at most {_SENTENCE} characters fit"))
        else:
            known[name] = node.text
    return known, tuple(problem.at(path) for problem in faults)
