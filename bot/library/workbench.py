"""The check of a lesson from outside, by the rules of our own. Takes bytes, never a path.

The file is hostile until proven: it is read within the limits of `bot.library.nodes`, and what it
wants to run goes to the sandbox that it was given, which treats it as members' code.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import LessonFault, LessonFormatError
from bot.core.lessons import Puzzle
from bot.core.runs import Outcome
from bot.core.workbench import CheckedLesson
from bot.library.bench import Bench
from bot.library.check import name_of
from bot.library.files import read_bytes
from bot.library.loading import lesson_faults
from bot.library.nodes import Fields, Items, Scalar, YamlProblem, parse
from bot.library.registry import RUN_RULES
from bot.library.rules import format as rules
from bot.library.rules.base import snippets_of
from bot.library.trials import Matrix, subjects

if TYPE_CHECKING:
    from bot.library.bench import TrialSandbox
    from bot.library.files import LessonFile
    from bot.library.nodes import Node
    from bot.library.trials import Evidence

_NAME = Path("lesson.yaml")
_GRANTED = frozenset({"fs"})
"""Of what a lesson may declare to need, what members' code is granted."""


class Workbench:
    """Checks lessons from outside; implements `bot.core.ports.LessonWorkbench`."""

    def __init__(self, sandbox: TrialSandbox) -> None:
        self._sandbox = sandbox

    async def check(self, data: bytes) -> CheckedLesson:
        """Read, judge and run a lesson file. Never raises for what is in it."""
        try:
            file = await asyncio.to_thread(read_bytes, data, _NAME)
        except LessonFormatError as error:
            return CheckedLesson(None, error.faults)
        faults = await asyncio.to_thread(lambda: [*lesson_faults(file), *_wants_too_much(file)])
        if faults:
            # Nothing is run of what is not even well-formed.
            return CheckedLesson(None, tuple(faults))
        bench = Bench(self._sandbox, at_once=1)
        evidence = await bench.try_all(list(subjects(file)), Matrix.GLANCE)
        faults = [fault for item in evidence for rule in RUN_RULES for fault in rule.faults(item)]
        unproven = [why for item in evidence if (why := _unproven(item)) is not None]
        is_proven = not faults and not any(
            _unproven(item) for item in evidence if isinstance(item.subject.item, Puzzle)
        )
        return CheckedLesson(file.lesson if is_proven else None, tuple(faults), tuple(unproven))

    def read_plain(self, data: bytes) -> object:
        """A YAML file of settings as plain values: mappings, lists, texts, numbers, switches.

        Raises:
            LessonFormatError: It can't be read; the fault names its line.
        """
        try:
            return _plain(parse(data))
        except YamlProblem as error:
            raise LessonFormatError((error.problem.at(Path("settings.yaml")),)) from None


def _wants_too_much(file: LessonFile) -> list[LessonFault]:
    return [
        LessonFault(
            _NAME,
            file.line(where),
            rules.FIELD_VALUE.name,
            f"needs {', '.join(sorted(set(item.needs) - _GRANTED))}",
            "a server's own lesson may need fs, and nothing more",
        )
        for where, item in snippets_of(file)
        if set(item.needs) - _GRANTED
    ]


def _unproven(item: Evidence) -> str | None:
    if not item.plan.inside:
        return f"{name_of(item.subject)}: no Python of {item.subject.item.python} is here"
    for trial, run in item.runs.items():
        if run.outcome is Outcome.UNAVAILABLE:
            return f"{name_of(item.subject)} on Python {trial.python}: {run.detail}"
    return None


def _plain(node: Node) -> object:
    if isinstance(node, Fields):
        return {key: _plain(value) for key, value in node.nodes.items()}
    if isinstance(node, Items):
        return [_plain(value) for value in node.nodes]
    return _value(node)


def _value(node: Scalar) -> object:
    match node.kind:
        case "int":
            # YAML reads 0x10, 1_000 and 09:00 as numbers, too: only plain digits are meant.
            digits = node.text.removeprefix("-")
            is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 20
            return int(node.text) if is_number else node.text
        case "bool":
            return node.text.lower() in ("true", "yes", "on")
        case "null":
            return None
        case _:
            return node.text
