"""The whole check: tries all on the bench, applies every rule, and says what was not verified."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.lessons import Puzzle
from bot.core.runs import Outcome
from bot.core.versions import PythonVersion
from bot.library.loading import lesson_faults
from bot.library.registry import RUN_RULES
from bot.library.rules.across import SHELF_RULES
from bot.library.trials import Matrix, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.core.errors import LessonFault
    from bot.library.bench import Bench
    from bot.library.selection import Selection
    from bot.library.trials import Evidence, Subject

RELEASED = (PythonVersion(2, 7), *(PythonVersion(3, minor) for minor in range(16)))
"""The feature releases that a lesson may claim to run on; 2.7 stands for all of Python 2."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    ``missing`` maps each released Python that this host lacks to the snippets that claim it;
    ``not_run`` names the runs that the sandbox could not make, with the reason.
    """

    faults: tuple[LessonFault, ...]
    lessons: int
    puzzles: int
    runs_made: int
    runs_cached: int
    pythons: tuple[PythonVersion, ...]
    missing: Mapping[PythonVersion, tuple[str, ...]] = field(default_factory=dict)
    not_run: tuple[str, ...] = ()


async def check_lessons(
    selection: Selection, bench: Bench, *, matrix: Matrix = Matrix.QUICK
) -> Report:
    """Check the selected files by every rule, in the company of the whole shelf.

    Only faults in the selected files are reported. Never raises for what is in a lesson.
    """
    files, shelf = selection.files, selection.shelf
    evidence = await bench.try_all([each for file in files for each in subjects(file)], matrix)
    checked = {file.path for file in files}
    faults = [*selection.faults, *(fault for file in files for fault in lesson_faults(file))]
    faults += [f for rule in SHELF_RULES for f in rule.faults(shelf) if f.path in checked]
    for item in evidence:
        found = [fault for rule in RUN_RULES for fault in rule.faults(item)]
        if found:
            # The fault may be the machine's or the sandbox's: it is never taken from the cache.
            bench.cache.forget(item.subject, bench.limits)
        faults += found
    pythons = tuple(bench.sandbox.interpreters())
    return Report(
        faults=tuple(sorted(faults, key=lambda fault: (str(fault.path), fault.line))),
        lessons=len(files),
        puzzles=sum(len(file.lesson.puzzles) for file in files),
        runs_made=bench.made,
        runs_cached=bench.cached,
        pythons=pythons,
        missing=_missing([item.subject for item in evidence], pythons),
        not_run=tuple(_not_run(evidence)),
    )


def _missing(
    tried: Sequence[Subject], pythons: Sequence[PythonVersion]
) -> dict[PythonVersion, tuple[str, ...]]:
    """Which released Pythons are claimed by a snippet and not to be had here."""
    claimed: dict[PythonVersion, list[str]] = defaultdict(list)
    for subject in tried:
        for python in RELEASED:
            if python in subject.item.python and python not in pythons:
                claimed[python].append(name_of(subject))
    return {python: tuple(claimed[python]) for python in sorted(claimed)}


def _not_run(evidence: Sequence[Evidence]) -> Iterator[str]:
    for item in evidence:
        name = name_of(item.subject)
        if not item.plan.inside:
            yield f"{name}: no Python of {item.subject.item.python} is here"
        for trial, run in item.runs.items():
            if run.outcome is Outcome.UNAVAILABLE:
                yield f"{name} on Python {trial.python}: {run.detail or 'the sandbox refused'}"


def name_of(subject: Subject) -> str:
    """What people call a snippet: ``492 before``, or the puzzle's id."""
    if isinstance(subject.item, Puzzle):
        return subject.item.id
    return f"{subject.file.lesson.pep} {subject.where[0]}"
