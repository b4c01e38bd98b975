"""A player's record from their guesses: the days of a year, the topics of the lessons. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.difficulty import MIDDLE, chance_right, difficulty_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bot.core.lessons import Library, Puzzle

    Answers = Mapping[str, tuple[int, int]]

MIN_PLAYED = 3
"""Guesses on a topic before it says anything of a player."""
MAX_TOPICS = 3
USUAL_OPTIONS = 4
"""Of a puzzle that is gone."""


@dataclass(frozen=True, slots=True)
class Play:
    """One guess of a player, as their record has it."""

    puzzle_date: date
    pep: int
    is_right: bool
    elapsed_ms: int
    puzzle_id: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A lesson's tag or category, with a player's guesses on it and how many were right.

    ``expected`` is how many an average member would have had right of the same puzzles.
    """

    name: str
    right: int
    played: int
    expected: float = 0.0

    @property
    def edge(self) -> float:
        """By how much the share of right guesses is above the average member's, -1 to 1."""
        return (self.right - self.expected) / self.played if self.played else 0.0


def topics_of(
    plays: Iterable[Play], library: Library, answers: Answers | None = None
) -> list[Topic]:
    """The topics with at least `MIN_PLAYED` guesses; lessons that are gone count for none.

    ``answers`` says how hard the puzzles are: puzzle id -> first answers, and right ones of them.
    """
    played: Counter[str] = Counter()
    right: Counter[str] = Counter()
    expected: dict[str, float] = defaultdict(float)
    for play in plays:
        lesson = library.get(play.pep)
        # Sorted: the order of a set of texts differs from one process to the next.
        names = [] if lesson is None else sorted({lesson.category, *lesson.tags})
        puzzle = None if lesson is None else lesson.puzzle(play.puzzle_id)
        chance = _chance(puzzle, answers or {})
        played.update(names)
        for name in names:
            expected[name] += chance
        if play.is_right:
            right.update(names)
    return [
        Topic(name, right[name], n, expected[name]) for name, n in played.items() if n >= MIN_PLAYED
    ]


def _chance(puzzle: Puzzle | None, answers: Answers) -> float:
    if puzzle is None:
        return chance_right(MIDDLE, USUAL_OPTIONS)
    count = len(puzzle.options)
    counted, right = answers.get(puzzle.id, (0, 0))
    return chance_right(difficulty_of(puzzle.difficulty, counted, right, count).level, count)


def strongest(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Up to `MAX_TOPICS` that lie most above the average member's; at least half of them right."""
    good = [topic for topic in topics if 2 * topic.right >= topic.played]
    return tuple(sorted(good, key=lambda t: (-t.edge, -t.played, t.name))[:MAX_TOPICS])


def weakest(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Up to `MAX_TOPICS` that lie most below it, or least above; none that is among the best."""
    topics = list(topics)
    best = strongest(topics)
    poor = [topic for topic in topics if topic.right < topic.played and topic not in best]
    return tuple(sorted(poor, key=lambda t: (t.edge, -t.played, t.name))[:MAX_TOPICS])
