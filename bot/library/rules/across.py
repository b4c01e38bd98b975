"""Rules over all lessons together. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from bot.library.alike import alike
from bot.library.habits import by_error, by_length, by_position
from bot.library.rules.base import Finding, Rule

if TYPE_CHECKING:
    from bot.core.errors import LessonFault
    from bot.core.lessons import Option, Puzzle
    from bot.library.files import LessonFile
    from bot.library.habits import Habit


@dataclass(frozen=True, slots=True)
class Shelf:
    """All lesson files that are checked together, and the lists that they share."""

    files: Sequence[LessonFile]
    misconceptions: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShelfRule(Rule):
    """A rule that lessons obey or break together."""

    check: Callable[[Shelf], Iterator[tuple[LessonFile, Finding]]] = field(kw_only=True)

    def faults(self, shelf: Shelf) -> Iterator[LessonFault]:
        """What is wrong on this shelf."""
        for file, finding in self.check(shelf):
            yield file.fault(self, finding)


ShelfCheck = Callable[[Shelf], Iterator[tuple["LessonFile", Finding]]]


def shelf_rule(name: str, *, reason: str, way_out: str) -> Callable[[ShelfCheck], ShelfRule]:
    """Make a rule of a function that yields what is wrong over all lessons."""

    def make(check: ShelfCheck) -> ShelfRule:
        return ShelfRule(name, reason, way_out, check=check)

    return make


@shelf_rule(
    "related-exists",
    reason="A link shows the other lesson's title and starts it; without one it is a dead end.",
    way_out="link to a PEP that has a lesson here",
)
def related_exists(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """Every related PEP has a lesson."""
    here = {file.lesson.pep for file in shelf.files}
    for file in shelf.files:
        for index, related in enumerate(file.lesson.related):
            if related.pep not in here:
                why = f"there is no lesson on PEP {related.pep}"
                yield file, Finding(("related", index), why)


@shelf_rule(
    "known-misconception",
    reason="Beliefs are counted over all lessons, so these share one list with a sentence each.",
    way_out="add it to lessons/misconceptions.yaml, or use one that is there",
)
def known_misconception(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """Every misconception is listed."""
    for file, where, option in _options(shelf):
        name = option.misconception
        if name is not None and name not in shelf.misconceptions:
            yield file, Finding((*where, "misconception"), f"{name} is not listed")


@shelf_rule(
    "retired-id",
    reason="Old rounds and guesses are stored under the id of a puzzle that is gone.",
    way_out="choose an id that was never used; lessons/retired.yaml lists those that were",
)
def retired_id(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """No puzzle has the id of one that was taken out."""
    for file in shelf.files:
        for index, puzzle in enumerate(file.lesson.puzzles):
            if puzzle.id in shelf.retired:
                yield file, Finding(("puzzles", index, "id"), f"{puzzle.id} was used before")


@shelf_rule(
    "puzzle-twin",
    reason="A puzzle that was played under another name asks nothing.",
    way_out="write another story",
)
def puzzle_twin(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """No puzzle is nearly one of another lesson."""
    placed = [
        (file, ("puzzles", index, "code"), puzzle)
        for file in shelf.files
        for index, puzzle in enumerate(file.lesson.puzzles)
    ]
    for (one, here, first), (other, there, second) in combinations(placed, 2):
        if one is not other and alike(first.code, second.code):
            # Both are told, since only one of the two files may be under check.
            yield one, Finding(here, f"this is nearly the code of {second.id}")
            yield other, Finding(there, f"this is nearly the code of {first.id}")


@shelf_rule(
    "right-by-position",
    reason="Whoever puts the right option first, or never last, gives it away.",
    way_out="move right options to other places",
)
def right_by_position(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """The right option stands in each place about equally often."""
    return _told(shelf, by_position(_puzzles(shelf)))


@shelf_rule(
    "right-by-length",
    reason="Who always picks the longest answer must not win.",
    way_out="make wrong options longer, or shorter",
)
def right_by_length(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """The right option is the longest, or the shortest, about as often as any other."""
    return _told(shelf, by_length(_puzzles(shelf)))


@shelf_rule(
    "right-by-error",
    reason="Who always picks the only exception, or never picks one, must not win.",
    way_out="let some lone exceptions be right and others wrong",
)
def right_by_error(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """A lone exception among outputs is right about as often as any other option."""
    return _told(shelf, by_error(_puzzles(shelf)))


def _told(shelf: Shelf, habits: Sequence[Habit]) -> Iterator[tuple[LessonFile, Finding]]:
    """One fault a habit, at a puzzle whose change would help."""
    places = {
        puzzle.id: (file, index)
        for file in shelf.files
        for index, puzzle in enumerate(file.lesson.puzzles)
    }
    for habit in habits:
        often = habit.too_often
        if often is not None:
            advice = "less" if often else "more"
            puzzle = next(puzzle for puzzle, hit in habit.seen if hit is often)
            file, index = places[puzzle.id]
            why = f"{habit}, so let it be so {advice} often"
            yield file, Finding(("puzzles", index, "options"), why)


def _puzzles(shelf: Shelf) -> list[Puzzle]:
    return [puzzle for file in shelf.files for puzzle in file.lesson.puzzles]


def _options(shelf: Shelf) -> Iterator[tuple[LessonFile, tuple[str | int, ...], Option]]:
    for file in shelf.files:
        for index, puzzle in enumerate(file.lesson.puzzles):
            for number, option in enumerate(puzzle.options):
                yield file, ("puzzles", index, "options", number), option


SHELF_RULES = (
    related_exists,
    known_misconception,
    retired_id,
    puzzle_twin,
    right_by_position,
    right_by_length,
    right_by_error,
)
