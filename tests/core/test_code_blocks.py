"""Which Python is in a message, and whether some code is a puzzle's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.code_blocks import python_in, shows


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("look: ```py\nprint(1)\n``` nice", "print(1)"),
        ("```python\nprint(1)\n\nprint(2)```", "print(1)\n\nprint(2)"),
        ("```Python3\r\nx\r\n```", "x"),
        ("```\nprint(3)\n```", "print(3)"),
        ("```print(4)```", "print(4)"),
        ("```\nunmarked\n``` and ```py\nmarked\n```", "marked"),
        ("```js\nalert(1)\n``` ```rust\nfn\n```", None),
        ("```py\n\n``` ```py\nprint(5)\n```", "print(5)"),
        ("```py\nnever closed", None),
        ("no code at all: `x`", None),
        ("", None),
    ],
)
def test_the_block_that_is_python_is_found(text, code):
    assert python_in(text) == code


@given(st.text(alphabet="`py\n x", max_size=200))
def test_any_text_has_a_block_or_none(text):
    found = python_in(text)
    assert found is None or (found.strip() and found in text)


PUZZLE = "items = [1, 2]\nfor item in items:  # each\n    print(item)\n\nprint('end')\n"


@pytest.mark.parametrize(
    "code",
    [
        PUZZLE,
        PUZZLE.replace("    ", "\t"),
        PUZZLE.replace("\n", "\r\n"),
        "import sys\n# mine\n" + PUZZLE + "print(sys.version)\n",
        PUZZLE.replace("print('end')", "x = 1\nprint( 'end' )"),
        PUZZLE.replace("  # each", ""),
    ],
)
def test_a_puzzle_is_known_again_whatever_stands_between_its_lines(code):
    assert shows(code, PUZZLE)


@pytest.mark.parametrize("code", ["", "print('end')", PUZZLE.replace("item)", "item + 1)")])
def test_other_code_is_no_puzzle(code):
    assert not shows(code, PUZZLE)
