"""Reading times, widths and message sizes, on figures that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.library.files import read_file
from bot.library.measure import Message, characters, columns, messages, reading_time, words

GOOD = Path(__file__).parent / "good" / "field-missing" / "pep-0618.yaml"


@pytest.fixture
def lesson():
    return read_file(GOOD).lesson


def test_the_reading_time_counts_words_and_lines(lesson):
    plain = replace(
        lesson,
        tagline="one two",
        prose=("word " * 100,),
        before=replace(lesson.before, label="a b c", code="x = 1\n\nprint(x)\n"),
        after=replace(lesson.after, label="d e f g h", code="print(1)\n"),
    )
    time = reading_time(plain)
    # 110 words of text and 5 of code at 220 a minute; 110 words at 230, and three lines of code.
    assert time.by_words == pytest.approx(115 * 60 / 220)
    assert time.by_lines == pytest.approx(110 * 60 / 230 + 3 * 1.5)
    assert time.seconds == max(time.by_words, time.by_lines)


@pytest.mark.parametrize(("text", "count"), [("", 0), ("  one  two\nthree ", 3)])
def test_words_stand_between_spaces(text, count):
    assert words(text) == count


@pytest.mark.parametrize(("line", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("🦉", 2)])
def test_columns_are_those_of_a_fixed_width_font(line, width):
    assert columns(line) == width


def test_characters_are_counted_as_discord_does():
    assert characters("aé日") == 3
    assert characters("🦉") == 2


def test_a_block_costs_its_bytes_and_twelve_more():
    message = Message("a card", ("é", "abc"))
    assert message.characters == 4
    assert message.bytes == 2 + 12 + 3 + 12


def test_every_message_is_measured(lesson):
    names = [message.name for message in messages(lesson)]
    assert names == [
        "the daily post",
        "the puzzle 618-left-over-guest",
        "the result of 618-left-over-guest",
        "the reveal of 618-left-over-guest",
    ]


def test_a_longer_text_makes_its_messages_longer(lesson):
    puzzle = replace(lesson.puzzles[0], prompt=lesson.puzzles[0].prompt + "x" * 50)
    before = {message.name: message.characters for message in messages(lesson)}
    after = {m.name: m.characters for m in messages(replace(lesson, puzzles=(puzzle,)))}
    assert after["the puzzle 618-left-over-guest"] == before["the puzzle 618-left-over-guest"] + 50
    assert after["the daily post"] == before["the daily post"]
