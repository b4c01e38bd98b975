"""The lists that lessons share, an id and one sentence each: beliefs, and puzzles that are gone."""

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

MISCONCEPTIONS = "misconceptions.yaml"
RETIRED = "retired.yaml"
LISTS = (MISCONCEPTIONS, RETIRED)
"""Files in a folder of lessons that are no lessons."""

_SENTENCE = 160
# Some hundred lessons share this one file, so it gets more room than a lesson.
_MAX_BYTES = 1024 * 1024
_MAX_NODES = 20_000


def load_list(folder: Path, name: str) -> tuple[Mapping[str, str], tuple[LessonFault, ...]]:
    """Read one of `LISTS` of a folder; no entries and no fault where there is none."""
    path = folder / name
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
    for key, node in root.nodes.items():
        line = root.key_lines[key]
        if not KEBAB.fullmatch(key):
            faults.append(Problem(rules.FIELD_VALUE, line, f"{key!r} is not kebab-case"))
        if not isinstance(node, Scalar) or node.kind != "str" or not node.text.strip():
            faults.append(Problem(rules.FIELD_TYPE, line, f"{key} needs a sentence"))
        elif len(node.text) > _SENTENCE:
            faults.append(Problem(rules.FIELD_LENGTH, line, f"at most {_SENTENCE} characters fit"))
        else:
            known[key] = node.text
    return known, tuple(problem.at(path) for problem in faults)
