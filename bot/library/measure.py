"""How long a lesson reads, how wide lines are, how long messages get in Discord's count. No I/O."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.lessons import Lesson, Option, Puzzle

MESSAGE_CHARACTERS = 4_000
"""All text of one Components V2 message."""
MESSAGE_BYTES = 10_170
"""UTF-8 bytes plus `BYTES_A_BLOCK` a TextDisplay; above it Discord answers HTTP 500 (measured)."""
BYTES_A_BLOCK = 12
_WORDS_A_MINUTE = 220
_PROSE_WORDS_A_MINUTE = 230
_SECONDS_A_CODE_LINE = 1.5
# Headings, labels, points, ranks and streaks that rendering adds to the lesson's own text.
_CHROME = "x" * 500
_MARKDOWN = re.compile(r"[\\`*_~|<>\[\]@#-]")


def words(text: str) -> int:
    """The number of words: what stands between spaces."""
    return len(text.split())


def columns(line: str) -> int:
    """The width of a line in a fixed-width font; wide East Asian characters and emoji take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in line
    )


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """Seconds by two counts; the longer one counts."""

    by_words: float
    by_lines: float

    @property
    def seconds(self) -> float:
        """The longer of the two."""
        return max(self.by_words, self.by_lines)


def reading_time(lesson: Lesson) -> ReadingTime:
    """How long the page takes, without the puzzle.

    By words: all words, code included, at 220 a minute. By lines: the text at 230 words a minute,
    and 1.5 s a line of code.
    """
    text = [lesson.tagline, *lesson.prose, lesson.before.label, lesson.after.label]
    code = [lesson.before.code, lesson.after.code]
    spoken = sum(words(part) for part in text)
    lines = sum(len([line for line in part.splitlines() if line.strip()]) for part in code)
    return ReadingTime(
        by_words=(spoken + sum(words(part) for part in code)) * 60 / _WORDS_A_MINUTE,
        by_lines=spoken * 60 / _PROSE_WORDS_A_MINUTE + lines * _SECONDS_A_CODE_LINE,
    )


def characters(text: str) -> int:
    """Length in UTF-16 code units, as JavaScript counts; never less than the code points."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class Message:
    """The largest form of one message: its name for people, and its blocks of text."""

    name: str
    blocks: tuple[str, ...]

    @property
    def characters(self) -> int:
        """As `characters` counts."""
        return sum(characters(block) for block in self.blocks)

    @property
    def bytes(self) -> int:
        """As Discord's second limit counts."""
        return sum(len(block.encode()) + BYTES_A_BLOCK for block in self.blocks)


def messages(lesson: Lesson) -> Iterator[Message]:
    """Every message that a lesson can produce, with room for what rendering adds."""
    yield Message(
        "the daily post",
        (
            _CHROME,
            _inline(lesson.title),
            _inline(lesson.tagline),
            *map(_inline, lesson.prose),
            _inline(lesson.before.label),
            _fenced(lesson.before.code),
            _inline(lesson.after.label),
            _fenced(lesson.after.code),
            _inline(lesson.track.title) + lesson.track.url,
        ),
    )
    for puzzle in lesson.puzzles:
        yield from _puzzle_messages(lesson, puzzle)


def _puzzle_messages(lesson: Lesson, puzzle: Puzzle) -> Iterator[Message]:
    shown = [_shown(option) for option in puzzle.options]
    prompt, code, explanation = (
        _inline(puzzle.prompt),
        _fenced(puzzle.code),
        _inline(puzzle.explanation),
    )
    given = _fenced(puzzle.stdin) if puzzle.stdin else ""
    asked = (_CHROME, prompt, code, given, *shown, _inline(puzzle.hint))
    yield Message(f"the puzzle {puzzle.id}", asked)
    longest = max(shown, key=len, default="")
    whys = sorted((_inline(option.why) for option in puzzle.options), key=len)
    twist = _inline(puzzle.version_twist.note) if puzzle.version_twist else ""
    told = (_CHROME, prompt, code, longest, *whys[-2:], explanation, twist)
    yield Message(f"the result of {puzzle.id}", told)
    every = (_CHROME, _inline(lesson.title), *shown, *whys)
    yield Message(f"the reveal of {puzzle.id}", (*every, explanation, twist))


def _inline(text: str) -> str:
    """A sentence as long as it is shown: outside of `code`, what is markdown gets a backslash."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _fenced(code: str) -> str:
    # Two backticks in a row are parted by a character that can't be seen.
    return f"```py\n{code.replace('``', '`x`')}```"


def _shown(option: Option) -> str:
    return _fenced(option.stdout if option.stdout is not None else f"raises {option.raises}")
