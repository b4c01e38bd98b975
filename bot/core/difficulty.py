"""How hard a puzzle is: its author's guess, moved by those who answered it for the first time.

The curve is Elo's (Rasch's, in the schools' own words) with a floor for guessing: who knows nothing
is right once in as many tries as there are options, so of four options 25 % right say "nobody
knows", not "one in four does". One level of an author's scale of five is `STEP` on it. Elo's
updates, answer by answer, depend on their order; what they approach does not, so the level is read
off the sums: the one that makes them likeliest, with the author's word weighing as a first opinion
(maximum a posteriori; the author is trusted to within a level or so).

Everybody counts as an average member: who answers a puzzle is not chosen by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EASIEST, MIDDLE, HARDEST = 1, 3, 5
STEP = 0.8
"""Of the logistic curve a level: an average member knows 83 % at level 1, 50 % at 3, 17 % at 5."""
TRUST = 0.7
"""How far off an author is expected to be: the prior's standard deviation, in levels."""
SHOWN_AFTER = 20
"""First answers before a level says more than its author."""
_TENTHS = range(EASIEST * 10, HARDEST * 10 + 1)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """A puzzle's level, 1.0 to 5.0 in tenths, after ``answers`` first answers."""

    prior: int
    level: float
    answers: int

    @property
    def is_known(self) -> bool:
        """Whether enough have answered for it to be shown."""
        return self.answers >= SHOWN_AFTER


def chance_right(level: float, options: int) -> float:
    """How likely an average member is right: the guessing floor, and what is known above it."""
    floor = 1 / max(options, 1)
    return floor + (1 - floor) / (1 + math.exp(STEP * (level - MIDDLE)))


def difficulty_of(prior: int, answers: int, right: int, options: int) -> Difficulty:
    """The level of a puzzle that its author gave ``prior``, of whose first answers some were right.

    More right answers never make it harder; without answers it is the author's.
    """

    def likelihood(tenths: int) -> float:
        level = tenths / 10
        chance = chance_right(level, options)
        doubt = ((level - prior) / TRUST) ** 2 / 2
        return right * math.log(chance) + (answers - right) * math.log(1 - chance) - doubt

    # The best of 41 levels; of two that are as good, the one nearer to the author's.
    best = max(_TENTHS, key=lambda tenths: (likelihood(tenths), -abs(tenths - 10 * prior)))
    return Difficulty(prior, best / 10, answers)
