"""What is run to prove a lesson: subjects, conditions and matrices. Plans only; runs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from bot.core.lessons import Puzzle, Snippet
from bot.core.runs import Limits
from bot.library.rules.base import snippets_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.core.runs import RunResult
    from bot.core.versions import PythonVersion
    from bot.library.files import LessonFile
    from bot.library.rules.base import Where

LIMITS = Limits(wall_ms=4_000, cpu_ms=2_000)
"""A run gets 2 s; twice that on the clock, because a busy machine makes it wait."""

HASH_SEEDS = (0, 1, 4_294_967_295)


class Matrix(StrEnum):
    """How much is run."""

    GLANCE = "glance"
    """The newest Python in bounds, once: for a first look, proves no bounds."""
    QUICK = "quick"
    """The oldest and the newest Python in bounds, three hash seeds."""
    FULL = "full"
    """Every Python in bounds, three hash seeds, each at home and elsewhere."""


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """What surrounds a run. ``elsewhere`` is another working directory, time zone and locale."""

    hash_seed: int = 0
    elsewhere: bool = False

    def __str__(self) -> str:
        return f"hash seed {self.hash_seed}" + (", elsewhere" if self.elsewhere else "")


PLAIN = Condition()
CONDITIONS: Mapping[Matrix, tuple[Condition, ...]] = {
    Matrix.GLANCE: (PLAIN,),
    Matrix.QUICK: tuple(Condition(seed, seed == HASH_SEEDS[-1]) for seed in HASH_SEEDS),
    Matrix.FULL: tuple(Condition(*pair) for pair in product(HASH_SEEDS, (False, True))),
}


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """One run: on which Python, and in which surroundings."""

    python: PythonVersion
    condition: Condition = PLAIN


@dataclass(frozen=True, slots=True)
class Plan:
    """Which Pythons a subject is tried on.

    ``inside`` are those in bounds, ``above`` and ``below`` the nearest outside, ``twist`` those of
    the twist. ``whole`` says that no Python in bounds that is to be had was left out.
    """

    inside: tuple[PythonVersion, ...]
    above: PythonVersion | None
    below: PythonVersion | None
    twist: tuple[PythonVersion, ...]
    conditions: tuple[Condition, ...]
    whole: bool

    def trials(self) -> Iterator[Trial]:
        """Every run, once."""
        for python in (*self.inside, *self.twist):
            for condition in self.conditions:
                yield Trial(python, condition)
        for outside in (self.above, self.below):
            if outside is not None and outside not in self.twist:
                yield Trial(outside)


@dataclass(frozen=True, slots=True)
class Subject:
    """A snippet or puzzle of a file, as something to be tried."""

    file: LessonFile
    where: Where
    item: Snippet | Puzzle

    @property
    def stdin(self) -> str:
        """What it reads."""
        return self.item.stdin if isinstance(self.item, Puzzle) else ""

    def plan(self, pythons: Sequence[PythonVersion], matrix: Matrix) -> Plan:
        """What to run of it where these Pythons are to be had."""
        bounds = self.item.python
        inside = tuple(python for python in pythons if python in bounds)
        twist = self.item.version_twist if isinstance(self.item, Puzzle) else None
        twisted = tuple(p for p in pythons if twist and p in twist.python and p not in bounds)
        every = len(inside)
        if matrix is Matrix.GLANCE:
            return Plan(inside[-1:], None, None, twisted[-1:], CONDITIONS[matrix], every <= 1)
        if matrix is Matrix.QUICK:
            inside, twisted = _ends(inside), _ends(twisted)
        newest = bounds.max
        above = min((p for p in pythons if newest is not None and p > newest), default=None)
        below = max((p for p in pythons if p < bounds.min), default=None)
        whole = len(inside) == every
        return Plan(inside, above, below, twisted, CONDITIONS[matrix], whole)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A subject with its plan and with what every run did."""

    subject: Subject
    plan: Plan
    runs: Mapping[Trial, RunResult] = field(default_factory=dict)

    def inside(self) -> Iterator[tuple[Trial, RunResult]]:
        """The runs inside the bounds."""
        return ((t, run) for t, run in self.runs.items() if t.python in self.plan.inside)

    def on(self, python: PythonVersion | None) -> RunResult | None:
        """The run on that Python in plain surroundings."""
        return self.runs.get(Trial(python)) if python is not None else None


def subjects(file: LessonFile) -> Iterator[Subject]:
    """Everything in a lesson that runs."""
    for where, item in snippets_of(file):
        yield Subject(file, where, item)


def _ends(pythons: tuple[PythonVersion, ...]) -> tuple[PythonVersion, ...]:
    return tuple(dict.fromkeys((pythons[0], pythons[-1]))) if pythons else ()
