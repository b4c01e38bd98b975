"""A lesson in the terminal, in the parts and the order in which Discord shows it. Text only."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pygments import highlight
from pygments.formatters import TerminalFormatter
from pygments.lexers import PythonLexer

from bot.library.measure import MESSAGE_CHARACTERS, messages, reading_time
from bot.library.rules.base import unmarked_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.lessons import Lesson, Library, Option, Puzzle, Snippet

_WIDTH = 72
_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def preview(lesson: Lesson, library: Library, *, colour: bool) -> str:
    """The daily post, then each puzzle with its options, the right one marked for the author."""
    return "\n".join(_Terminal(colour=colour).page(lesson, library))


class _Terminal:
    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def page(self, lesson: Lesson, library: Library) -> Iterator[str]:
        yield self._dim(f"PEP {lesson.pep} · Speedrun · Python {lesson.python} ({lesson.year})")
        yield self._bold(f"PEP {lesson.pep} in 90 seconds: {lesson.title}")
        yield from (lesson.tagline, "")
        for paragraph in lesson.prose:
            yield from (textwrap.fill(paragraph, _WIDTH), "")
        yield from self._snippet("Before", lesson.before)
        yield from self._snippet("After", lesson.after)
        for number, puzzle in enumerate(lesson.puzzles, 1):
            yield from self._puzzle(number, puzzle)
        yield f"Go on: {lesson.track.title} <{lesson.track.url}>"
        yield "Or speedrun another PEP:"
        for related in lesson.related:
            other = library.get(related.pep)
            title = other.title if other else "no lesson yet"
            yield f"  PEP {related.pep}: {title} ({related.hook})"
        yield from self._measures(lesson)

    def _snippet(self, heading: str, snippet: Snippet) -> Iterator[str]:
        yield self._bold(f"{heading}: {snippet.label}") + self._dim(f"  [{snippet.python}]")
        yield self._code(snippet.code)
        yield self._dim(textwrap.indent(snippet.stdout, "  > "))

    def _puzzle(self, number: int, puzzle: Puzzle) -> Iterator[str]:
        stars = "*" * puzzle.difficulty
        yield self._dim("-" * _WIDTH)
        yield self._bold(f"Puzzle {number}: {puzzle.prompt}") + self._dim(
            f"  [{puzzle.id}, {puzzle.python}, {stars}]"
        )
        yield self._code(puzzle.code)
        right = unmarked_option(puzzle)
        for index, option in enumerate(puzzle.options):
            mark = "right" if index == right else option.misconception or "?"
            yield f"{'ABCD'[index]}  " + self._dim(f"[{mark}]")
            yield textwrap.indent(_shown(option), "     ")
            yield self._dim(
                textwrap.fill(option.why, _WIDTH, initial_indent="   ", subsequent_indent="   ")
            )
        yield from (
            "",
            f"Hint: {puzzle.hint}",
            textwrap.fill(f"Rule: {puzzle.explanation}", _WIDTH),
        )
        if puzzle.version_twist:
            yield f"Twist [{puzzle.version_twist.python}]: {puzzle.version_twist.note}"
        yield ""

    def _measures(self, lesson: Lesson) -> Iterator[str]:
        time = reading_time(lesson)
        yield ""
        yield self._dim(f"reads in {time.by_words:.0f} s by words, {time.by_lines:.0f} s by lines")
        for message in messages(lesson):
            size = f"{message.characters:,} of {MESSAGE_CHARACTERS:,} characters"
            yield self._dim(f"{message.name}: at most {size}")

    def _code(self, code: str) -> str:
        if not self._colour:
            return textwrap.indent(code, "    ")
        return textwrap.indent(
            highlight(code, PythonLexer(stripall=False), TerminalFormatter()), "    "
        )

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_OFF}" if self._colour else text

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_OFF}" if self._colour else text


def _shown(option: Option) -> str:
    if option.raises is not None:
        return f"raises {option.raises}"
    return option.stdout or "(nothing is printed)"
