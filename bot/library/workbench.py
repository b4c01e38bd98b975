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
from bot.core.rounds import Truth
from bot.core.runs import Outcome
from bot.core.suggestions import CheckedDraft
from bot.core.workbench import CheckedLesson
from bot.library.bench import Bench
from bot.library.check import name_of
from bot.library.files import read_bytes
from bot.library.loading import lesson_faults
from bot.library.nodes import Fields, Items, Scalar, YamlProblem, parse
from bot.library.registry import RUN_RULES
from bot.library.rules import format as rules
from bot.library.rules.base import snippets_of
from bot.library.suggested import lesson_with
from bot.library.trials import LIMITS, Evidence, Matrix, Trial, subjects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Lesson
    from bot.core.runs import RunResult
    from bot.core.suggestions import PuzzleDraft
    from bot.core.versions import PythonVersion
    from bot.library.bench import TrialSandbox
    from bot.library.files import LessonFile
    from bot.library.nodes import Node

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

    async def check_draft(self, lesson: Lesson, draft: PuzzleDraft) -> CheckedDraft:
        """Judge a suggested puzzle in its lesson's company, and run it, twice.

        The lesson that comes back has the puzzles that can run here as members' code, and this one.
        """
        pythons = [each for each in self._sandbox.interpreters() if each >= lesson.python]
        if not pythons:
            return CheckedDraft(unproven=(f"no Python of {lesson.python} or newer is here",))
        kept = [puzzle for puzzle in lesson.puzzles if _runs_here(puzzle, pythons)]
        try:
            await asyncio.to_thread(read_bytes, lesson_with(lesson, kept, draft, 0), _NAME)
        except LessonFormatError as error:
            return CheckedDraft(faults=error.faults)
        run, again = [
            await self._sandbox.try_out(
                draft.code, LIMITS, Trial(pythons[-1]), stdin="", needs=frozenset()
            )
            for _ in range(2)
        ]
        for each in (run, again):
            if each.outcome is Outcome.UNAVAILABLE:
                return CheckedDraft(unproven=(each.detail or str(each.outcome),))
        true = [index for index, option in enumerate(draft.options) if option.matches(run)]
        if len(true) != 1:
            return CheckedDraft(faults=(_not_one_true(run, len(true)),))
        if not draft.options[true[0]].matches(again):
            return CheckedDraft(faults=(_fault("same-every-time", "a second run did other"),))
        source = lesson_with(lesson, kept, draft, true[0])
        file = await asyncio.to_thread(read_bytes, source, _NAME)
        faults = await asyncio.to_thread(lambda: _faults_of_last(file, run, pythons))
        if faults:
            return CheckedDraft(faults=tuple(faults))
        option_count = len(draft.options)
        truth = Truth(true[0], option_count, run.stdout, run.exception, run.python)
        return CheckedDraft(file.lesson, source, truth)

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


def _runs_here(puzzle: Puzzle, pythons: Sequence[PythonVersion]) -> bool:
    return set(puzzle.needs) <= _GRANTED and any(python in puzzle.python for python in pythons)


def _faults_of_last(
    file: LessonFile, run: RunResult, pythons: Sequence[PythonVersion]
) -> list[LessonFault]:
    """Of the last puzzle alone: the others were judged when their lesson was taken."""
    *_, subject = subjects(file)
    plan = subject.plan(pythons, Matrix.GLANCE)
    evidence = Evidence(subject, plan, dict.fromkeys(plan.trials(), run))
    begin = file.line(subject.where)
    texts = [fault for fault in lesson_faults(file) if fault.line >= begin]
    return [*texts, *(fault for rule in RUN_RULES for fault in rule.faults(evidence))]


def _not_one_true(run: RunResult, count: int) -> LessonFault:
    did = f"it ended with {run.exception}" if run.exception else f"it printed {run.stdout[:200]!r}"
    if run.outcome not in (Outcome.OK, Outcome.ERROR):
        did = f"it ended as {run.outcome}"
    return _fault("one-true-option", f"{did}, which is {count} of the options")


def _fault(rule: str, why: str) -> LessonFault:
    return LessonFault(_NAME, 1, rule, why, "exactly one option has to be what the code does")


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
