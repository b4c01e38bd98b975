"""A player's record from their guesses: the days of a year, the topics of the lessons. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.core.lessons import Library

MIN_PLAYED = 3
"""Guesses on a topic before it says anything of a player."""
MAX_TOPICS = 3


@dataclass(frozen=True, slots=True)
class Play:
    """One guess of a player, as their record has it."""

    puzzle_date: date
    pep: int
    is_right: bool
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A lesson's tag or category, with a player's guesses on it and how many were right."""

    name: str
    right: int
    played: int

    @property
    def share(self) -> float:
        """The share of right guesses, 0 to 1."""
        return self.right / self.played if self.played else 0.0


def topics_of(plays: Iterable[Play], library: Library) -> list[Topic]:
    """The topics with at least `MIN_PLAYED` guesses; lessons that are gone count for none."""
    played: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for play in plays:
        lesson = library.get(play.pep)
        # Sorted: the order of a set of texts differs from one process to the next.
        names = [] if lesson is None else sorted({lesson.category, *lesson.tags})
        played.update(names)
        if play.is_right:
            right.update(names)
    return [Topic(name, right[name], n) for name, n in played.items() if n >= MIN_PLAYED]


def strongest(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Up to `MAX_TOPICS` with most guesses right, the best first; at least half of them."""
    good = [topic for topic in topics if 2 * topic.right >= topic.played]
    return tuple(sorted(good, key=lambda t: (-t.share, -t.played, t.name))[:MAX_TOPICS])


def weakest(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Up to `MAX_TOPICS` with most guesses wrong, the worst first; none that is among the best."""
    topics = list(topics)
    best = strongest(topics)
    poor = [topic for topic in topics if topic.right < topic.played and topic not in best]
    return tuple(sorted(poor, key=lambda t: (t.share, -t.played, t.name))[:MAX_TOPICS])
