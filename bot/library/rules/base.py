"""What a rule is: a name, a reason and a way out; and what it finds. No rule lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.errors import LessonFault

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.lessons import Puzzle, Snippet
    from bot.library.files import LessonFile

Where = tuple[str | int, ...]
"""The way to a field in a lesson file: ``("puzzles", 0, "code")``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that lessons must obey.

    ``reason`` says why it exists, ``way_out`` what to do about a breach; both are for authors.
    ``essential`` rules keep a lesson out of the running bot; the others only out of a release.
    """

    name: str
    reason: str
    way_out: str
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A breach with its line, in a file that the caller knows."""

    rule: Rule
    line: int
    why: str

    def at(self, path: Path) -> LessonFault:
        """The same as a fault of that file."""
        return LessonFault(path, self.line, self.rule.name, self.why, self.rule.way_out)


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach at a field. ``offset`` counts lines down from the first line of the field's text."""

    where: Where
    why: str
    offset: int = 0


Check = Callable[["LessonFile"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class LessonRule(Rule):
    """A rule that one lesson obeys or breaks by its text alone."""

    check: Check = field(kw_only=True)


def lesson_rule(
    name: str, *, reason: str, way_out: str, essential: bool = False
) -> Callable[[Check], LessonRule]:
    """Make a rule of a function that yields what is wrong in a lesson."""

    def make(check: Check) -> LessonRule:
        return LessonRule(name, reason, way_out, essential, check=check)

    return make


def snippets_of(file: LessonFile) -> Iterator[tuple[Where, Snippet | Puzzle]]:
    """Everything in a lesson that runs: before, after, the puzzles; each with where it stands."""
    yield ("before",), file.lesson.before
    yield ("after",), file.lesson.after
    for index, puzzle in enumerate(file.lesson.puzzles):
        yield ("puzzles", index), puzzle


def unmarked_option(puzzle: Puzzle) -> int | None:
    """The one option without a misconception: the right one, as the run has to confirm.

    None where not exactly one has none.
    """
    unmarked = [i for i, option in enumerate(puzzle.options) if option.misconception is None]
    return unmarked[0] if len(unmarked) == 1 else None
