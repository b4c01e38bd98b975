"""A puzzle's difficulty in words."""

from __future__ import annotations

import pytest

from bot.core.difficulty import Difficulty
from bot.rendering.difficulty import difficulty_line


@pytest.mark.parametrize(
    ("difficulty", "told"),
    [
        (Difficulty(2, 2.6, 19), "Difficulty 2 of 5, as its author says"),
        (Difficulty(2, 2.4, 20), "Difficulty 2.4 of 5, by 20 first answers"),
        (
            Difficulty(2, 2.5, 1_204),
            "Difficulty 2.5 of 5, by 1,204 first answers: harder than its author thought",
        ),
        (
            Difficulty(5, 1.0, 20),
            "Difficulty 1.0 of 5, by 20 first answers: easier than its author thought",
        ),
    ],
)
def test_the_author_s_word_stands_until_enough_have_answered(difficulty, told):
    assert difficulty_line(difficulty) == told
