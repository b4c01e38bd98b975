"""Figures over a library: what there is, how long it reads, how guessable it is. Prints nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.library.habits import by_error, by_length, by_position
from bot.library.measure import reading_time
from bot.library.rules.base import unmarked_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.core.lessons import Lesson, Option, Puzzle
    from bot.core.versions import PythonVersion


@dataclass(frozen=True, slots=True)
class ShelfStats:
    """Counts over lessons and puzzles; reading times in seconds."""

    lessons: int
    puzzles: int
    by_category: Mapping[str, int]
    by_level: Mapping[str, int]
    by_python: Mapping[str, int]
    by_difficulty: Mapping[str, int]
    key_positions: Mapping[str, int]
    right_kinds: Mapping[str, int]
    wrong_kinds: Mapping[str, int]
    misconceptions: Mapping[str, int]
    twists: int
    reading_seconds: Mapping[str, float]
    habits: tuple[str, ...]
    resting: Mapping[str, str]


def shelf_stats(lessons: Sequence[Lesson], pythons: Sequence[PythonVersion]) -> ShelfStats:
    """Count.

    ``key_positions`` is where right options stand in the files (members see a shuffle), ``habits``
    how often they can be told from outside, and ``resting`` the puzzles that none of these Pythons
    can run, with the bounds that they need.
    """
    puzzles = [puzzle for lesson in lessons for puzzle in lesson.puzzles]
    times = sorted(reading_time(lesson).seconds for lesson in lessons)
    right = [(p, index) for p in puzzles if (index := unmarked_option(p)) is not None]
    wrong = [o for p in puzzles for i, o in enumerate(p.options) if i != unmarked_option(p)]
    return ShelfStats(
        lessons=len(lessons),
        puzzles=len(puzzles),
        by_category=_count(lesson.category for lesson in lessons),
        by_level=_count(str(lesson.level) for lesson in lessons),
        by_python=_count(str(lesson.python) for lesson in lessons),
        by_difficulty=_count(str(puzzle.difficulty) for puzzle in puzzles),
        key_positions=_count("ABCD"[index] for _, index in right),
        right_kinds=_count(_kind(p, p.options[index]) for p, index in right),
        wrong_kinds=_count("exception" if o.raises else "output" for o in wrong),
        misconceptions=dict(
            Counter(o.misconception for o in wrong if o.misconception).most_common()
        ),
        twists=sum(puzzle.version_twist is not None for puzzle in puzzles),
        reading_seconds={
            "shortest": round(times[0], 1),
            "median": round(times[len(times) // 2], 1),
            "longest": round(times[-1], 1),
        }
        if times
        else {},
        habits=tuple(map(str, [*by_position(puzzles), *by_length(puzzles), *by_error(puzzles)])),
        resting={
            puzzle.id: str(puzzle.python)
            for puzzle in puzzles
            if not any(python in puzzle.python for python in pythons)
        },
    )


def _kind(puzzle: Puzzle, option: Option) -> str:
    if option.raises:
        return "exception"
    lengths = [len(other.stdout or other.raises or "") for other in puzzle.options]
    own = len(option.stdout or "")
    if lengths.count(own) == 1 and own in (max(lengths), min(lengths)):
        return "longest output" if own == max(lengths) else "shortest output"
    return "output"


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda pair: _natural(pair[0])))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """3.9 before 3.10."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in text.split("."))
