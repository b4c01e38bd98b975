"""Whether right options can be told by habit: by place, by length, by being the only exception.

The chance that honest puzzles show such a pattern is computed exactly (independent draws, each 1 in
the number of options), so the same threshold fits a dozen puzzles and some hundreds. Judges no
lesson: the rules do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.library.rules.base import unmarked_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.lessons import Option, Puzzle

RARE = 0.005
"""A pattern less likely than this among honest puzzles is a habit. Seven are looked for, at both
ends, so an honest library is told wrongly now and then; moving one right option mends it."""


@dataclass(slots=True)
class Habit:
    """How often something is so of the right option, and how often chance would have it.

    ``seen`` holds a puzzle and whether it is so there, for each puzzle where the question arises.
    """

    what: str
    seen: list[tuple[Puzzle, bool]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    @property
    def hits(self) -> int:
        """In how many puzzles it is so."""
        return sum(hit for _, hit in self.seen)

    @property
    def expected(self) -> float:
        """In how many it would be by chance."""
        return sum(self.chances)

    @property
    def too_often(self) -> bool | None:
        """True or False where it is so too often or too rarely; None where it may be chance."""
        at_most, at_least = tails(self.chances, self.hits)
        if not self.seen or min(at_most, at_least) >= RARE:
            return None
        return at_least < RARE

    def __str__(self) -> str:
        return (
            f"the right option {self.what} in {self.hits} of {len(self.seen)} puzzles;"
            f" about {self.expected:.0f} would be chance"
        )


def by_position(puzzles: Iterable[Puzzle]) -> list[Habit]:
    """Where the right option stands in the file."""
    habits = [Habit(f"stands {name} in the file") for name in ("first", "second", "third")]
    last = Habit("stands last in the file")
    for puzzle, right in _judged(puzzles):
        count = len(puzzle.options)
        for place, habit in enumerate(habits):
            _see(habit, puzzle, right == place)
        _see(last, puzzle, right == count - 1)
    return [*habits, last]


def by_length(puzzles: Iterable[Puzzle]) -> list[Habit]:
    """Whether it is the longest or the shortest; two that are equally long tell nothing."""
    habits = []
    for name, best in (("longest", max), ("shortest", min)):
        habit = Habit(f"is the {name}")
        for puzzle, right in _judged(puzzles):
            lengths = [len(_shown(option)) for option in puzzle.options]
            extreme = best(lengths)
            if lengths.count(extreme) == 1:
                _see(habit, puzzle, lengths[right] == extreme)
        habits.append(habit)
    return habits


def by_error(puzzles: Iterable[Puzzle]) -> list[Habit]:
    """Whether it is the exception, where only one option is."""
    habit = Habit("is the only exception")
    for puzzle, right in _judged(puzzles):
        errors = [option.raises is not None for option in puzzle.options]
        if sum(errors) == 1:
            _see(habit, puzzle, errors[right])
    return [habit]


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


def _see(habit: Habit, puzzle: Puzzle, hit: bool) -> None:
    habit.seen.append((puzzle, hit))
    habit.chances.append(1 / len(puzzle.options))


def _judged(puzzles: Iterable[Puzzle]) -> list[tuple[Puzzle, int]]:
    """Every puzzle with the option that it holds for right; a running rule proves that it is."""
    return [(p, right) for p in puzzles if (right := unmarked_option(p)) is not None]


def _shown(option: Option) -> str:
    return option.stdout if option.stdout is not None else f"raises {option.raises}"
