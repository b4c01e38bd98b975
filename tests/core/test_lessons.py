"""Which option came true, and the library as a collection."""

from __future__ import annotations

import pytest

from bot.core.lessons import Library, Option
from bot.core.runs import Outcome
from tests.doubles import RIGHT, a_lesson, a_puzzle, library_of, ran

PRINTS = Option(why="", stdout="4\n")
RAISES = Option(why="", raises="TypeError")


@pytest.mark.parametrize(
    ("option", "run", "expected"),
    [
        (PRINTS, ran("4\n"), True),
        (PRINTS, ran("4"), False),
        (PRINTS, ran("4\n\n"), False),
        (PRINTS, ran(" 4\n"), False),
        (PRINTS, ran("4\n", truncated=True), False),
        (PRINTS, ran("4\n", outcome=Outcome.ERROR, exception="TypeError"), False),
        (PRINTS, ran("4\n", outcome=Outcome.TIMEOUT), False),
        (Option(why="", stdout=""), ran(""), True),
        (RAISES, ran("4\n", outcome=Outcome.ERROR, exception="TypeError"), True),
        (RAISES, ran("", outcome=Outcome.ERROR, exception="ValueError"), False),
        (RAISES, ran("", outcome=Outcome.ERROR), False),
        (RAISES, ran("TypeError"), False),
    ],
)
def test_an_option_is_true_if_it_is_what_the_run_did_byte_for_byte(option, run, expected):
    assert option.matches(run) is expected


def test_the_true_option_is_the_only_one_that_matches():
    assert a_puzzle().true_option(ran("4\n")) == RIGHT
    assert a_puzzle().true_option(ran("5\n")) is None
    assert a_puzzle(options=(PRINTS, PRINTS)).true_option(ran("4\n")) is None


def test_a_lesson_finds_its_puzzles_by_id():
    lesson = a_lesson(8)
    assert lesson.puzzle("8-two") is lesson.puzzles[1]
    assert lesson.puzzle("8-three") is None


def test_a_library_lists_its_lessons_by_number():
    library = library_of(a_lesson(492), a_lesson(8))
    assert [lesson.pep for lesson in library] == [8, 492]
    assert len(library) == 2
    assert library.get(8).pep == 8
    assert library.get(9) is None
    assert len(Library()) == 0


def test_related_lessons_are_those_that_the_library_holds():
    lesson, next_one = a_lesson(8), a_lesson(9)
    assert library_of(lesson, next_one).related(lesson) == ((lesson.related[0], next_one),)
