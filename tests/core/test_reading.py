"""Reading time follows the length of what a member has before them."""

from __future__ import annotations

import pytest

from bot.core.reading import length_of, reading_floor_ms, reading_ms
from bot.core.reviews import Grade, grade_of
from tests.doubles import a_puzzle


def test_prompt_code_input_and_options_are_read():
    puzzle = a_puzzle(prompt="12345", code="1234567890", stdin="123")
    assert length_of(puzzle) == 5 + 10 + 3 + len("3\n") + len("4\n") + len("TypeError")


def test_a_minute_s_worth_of_characters_takes_a_minute():
    rest = length_of(a_puzzle(prompt="", code=""))
    puzzle = a_puzzle(prompt="", code="x" * (238 * 6 - rest))
    assert reading_ms(puzzle) == 60_000
    assert reading_floor_ms(puzzle) == 16_000


@pytest.mark.parametrize(
    ("is_right", "has_hint", "elapsed_ms", "grade"),
    [
        (False, False, 0, Grade.AGAIN),
        (False, True, 0, Grade.AGAIN),
        (True, True, 0, Grade.HARD),
        (True, False, 5_001, Grade.GOOD),
        (True, False, 5_000, Grade.EASY),
    ],
)
def test_an_answer_says_how_well_it_was_known(is_right, has_hint, elapsed_ms, grade):
    found = grade_of(is_right=is_right, has_hint=has_hint, elapsed_ms=elapsed_ms, reading_ms=5_000)
    assert found is grade
