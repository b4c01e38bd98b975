"""The odds of a habit are exact, and the threshold makes sense for a dozen puzzles and for 150."""

from __future__ import annotations

from itertools import product
from math import comb, isclose, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.alike import alike
from bot.library.habits import RARE, tails


@given(st.lists(st.floats(0.05, 0.95), max_size=8), st.data())
def test_the_tails_are_those_of_counting_every_outcome(chances, data):
    hits = data.draw(st.integers(0, len(chances)))
    weights = [
        (sum(outcome), prod(c if hit else 1 - c for c, hit in zip(chances, outcome, strict=True)))
        for outcome in product((0, 1), repeat=len(chances))
    ]
    at_most, at_least = tails(chances, hits)
    assert isclose(at_most, sum(weight for count, weight in weights if count <= hits))
    assert isclose(at_least, sum(weight for count, weight in weights if count >= hits))


def test_equal_chances_give_the_binomial_distribution():
    at_most, _ = tails([0.25] * 150, 20)
    assert isclose(at_most, sum(comb(150, k) * 0.25**k * 0.75 ** (150 - k) for k in range(21)))


@pytest.mark.parametrize(("puzzles", "fewest", "most"), [(3, 0, 3), (12, 0, 7), (150, 24, 52)])
def test_what_is_taken_for_chance(puzzles, fewest, most):
    """With four options each: how often a place, or the longest option, may be right."""
    chances = [0.25] * puzzles
    allowed = [hits for hits in range(puzzles + 1) if min(tails(chances, hits)) >= RARE]
    assert (allowed[0], allowed[-1]) == (fewest, most)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("print(1)\nprint(2)\n", "print(1)\n\nprint(2)\n", True),
        ("a b c d e f g h i j k l m n o", "a b c d e f g h i j k l m n x", True),
        ("a b c d e f g h", "a b c d e f g x", False),
        ("a b c d e f g h i j k l m n o p", "p o n m l k j i h g f e d c b a", False),
        ("tea = 1\nprint(tea)\n", "milk = 2\nprint(milk)\n", False),
    ],
)
def test_puzzles_in_other_clothes(one, other, same):
    assert alike(one, other) is same
    assert alike(other, one) is same
