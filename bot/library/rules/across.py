"""Rules over all lessons together. Runs nothing.

The last three ask whether somebody who knows no Python could guess right by habit. The chance that
honest puzzles show such a pattern is computed exactly (a sum of independent draws, each 1 in the
number of options), so the same threshold fits a dozen puzzles and some hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from bot.library.alike import alike
from bot.library.rules.base import Finding, Rule, unmarked_option

if TYPE_CHECKING:
    from bot.core.errors import LessonFault
    from bot.core.lessons import Option, Puzzle
    from bot.library.files import LessonFile

RARE = 0.005
"""A pattern less likely than this among honest puzzles is a habit. Seven are looked for, at both
ends, so an honest library is told wrongly now and then; moving one right option mends it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All lesson files that are checked together, and the known misconceptions."""

    files: Sequence[LessonFile]
    misconceptions: Mapping[str, str] = field(default_factory=dict)


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
    for place, name in enumerate(("first", "second", "third")):
        habit = _Habit(f"stands {name} in the file")
        for file, index, puzzle, right in _judged(shelf):
            habit.see(file, index, right == place, 1 / len(puzzle.options))
        yield from habit.findings()
    last = _Habit("stands last in the file")
    for file, index, puzzle, right in _judged(shelf):
        last.see(file, index, right == len(puzzle.options) - 1, 1 / len(puzzle.options))
    yield from last.findings()


@shelf_rule(
    "right-by-length",
    reason="Who always picks the longest answer must not win.",
    way_out="make wrong options longer, or shorter",
)
def right_by_length(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """The right option is the longest, or the shortest, about as often as any other."""
    for name, best in (("longest", max), ("shortest", min)):
        habit = _Habit(f"is the {name}")
        for file, index, puzzle, right in _judged(shelf):
            lengths = [len(_shown(option)) for option in puzzle.options]
            extreme = best(lengths)
            # Where two are equally long, length tells nothing.
            if lengths.count(extreme) == 1:
                habit.see(file, index, lengths[right] == extreme, 1 / len(lengths))
        yield from habit.findings()


@shelf_rule(
    "right-by-error",
    reason="Who always picks the only exception, or never picks one, must not win.",
    way_out="let some lone exceptions be right and others wrong",
)
def right_by_error(shelf: Shelf) -> Iterator[tuple[LessonFile, Finding]]:
    """A lone exception among outputs is right about as often as any other option."""
    habit = _Habit("is the only exception")
    for file, index, puzzle, right in _judged(shelf):
        errors = [option.raises is not None for option in puzzle.options]
        if sum(errors) == 1:
            habit.see(file, index, errors[right], 1 / len(errors))
    yield from habit.findings()


@dataclass(slots=True)
class _Habit:
    """How often something was so, and how often chance would have it."""

    what: str
    seen: list[tuple[LessonFile, int, bool]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    def see(self, file: LessonFile, index: int, hit: bool, chance: float) -> None:
        self.seen.append((file, index, hit))
        self.chances.append(chance)

    def findings(self) -> Iterator[tuple[LessonFile, Finding]]:
        hits = sum(hit for _, _, hit in self.seen)
        at_most, at_least = tails(self.chances, hits)
        if not self.seen or min(at_most, at_least) >= RARE:
            return
        expected = sum(self.chances)
        often = at_least < RARE
        advice = "less" if often else "more"
        why = (
            f"the right option {self.what} in {hits} of {len(self.seen)} puzzles;"
            f" about {expected:.0f} would be chance, so let it be so {advice} often"
        )
        # One fault, at a puzzle whose change would help.
        file, index, _ = next(seen for seen in self.seen if seen[2] is often)
        yield file, Finding(("puzzles", index, "options"), why)


def tails(chances: Sequence[float], hits: int) -> tuple[float, float]:
    """The probabilities of at most, and of at least, ``hits`` successes in independent draws.

    Exact: the Poisson binomial distribution by convolution, O(n^2).
    """
    distribution = [1.0]
    for chance in chances:
        longer = [0.0] * (len(distribution) + 1)
        for count, weight in enumerate(distribution):
            longer[count] += weight * (1 - chance)
            longer[count + 1] += weight * chance
        distribution = longer
    return sum(distribution[: hits + 1]), sum(distribution[hits:])


def _judged(shelf: Shelf) -> Iterator[tuple[LessonFile, int, Puzzle, int]]:
    """Every puzzle with the option that it holds for right; a running rule proves that it is."""
    for file in shelf.files:
        for index, puzzle in enumerate(file.lesson.puzzles):
            right = unmarked_option(puzzle)
            if right is not None:
                yield file, index, puzzle, right


def _options(shelf: Shelf) -> Iterator[tuple[LessonFile, tuple[str | int, ...], Option]]:
    for file in shelf.files:
        for index, puzzle in enumerate(file.lesson.puzzles):
            for number, option in enumerate(puzzle.options):
                yield file, ("puzzles", index, "options", number), option


def _shown(option: Option) -> str:
    return option.stdout if option.stdout is not None else f"raises {option.raises}"


SHELF_RULES = (
    related_exists,
    known_misconception,
    puzzle_twin,
    right_by_position,
    right_by_length,
    right_by_error,
)
