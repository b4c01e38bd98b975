"""What changed between two snippets: a mark for each line, and the words that differ. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.rendering.pictures.highlight import Span
from bot.rendering.pictures.theme import Mark, Role

SIMILAR = 0.6
"""From this share of common characters on, two lines are one line that changed."""

MAX_COMPARED = 200
"""Characters up to which lines are compared: beyond, it costs more than it tells."""

_WORD = re.compile(r"\\.|\w+|\s+|[-+*/%&|^@~<>=!:]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class LineMark:
    """A line's mark, and where it differs: pairs of first and one-past-last character."""

    mark: Mark = Mark.SAME
    words: tuple[tuple[int, int], ...] = ()


Lines = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's text, and whether it begins within prose: a comment or a string of many lines."""

    text: str
    is_prose: bool


def _line(spans: tuple[Span, ...]) -> _Line:
    text = "".join(span.text for span in spans).rstrip()
    return _Line(text, bool(spans) and spans[0].role in {Role.COMMENT, Role.STRING})


def compare(before: Lines, after: Lines) -> tuple[tuple[LineMark, ...], tuple[LineMark, ...]]:
    """Marks for the lines of both snippets. Blank lines bear none: there is nothing to look at."""
    one, other = tuple(map(_line, before)), tuple(map(_line, after))
    old = [LineMark()] * len(one)
    new = [LineMark()] * len(other)
    # Blank lines are alike everywhere; as anchors they would part lines that belong together.
    matcher = SequenceMatcher(lambda line: not line.text, one, other, autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = _pairs(one[a:a_end], other[b:b_end])
        for i in range(a, a_end):
            old[i] = _alone(one[i].text, Mark.REMOVED)
        for j in range(b, b_end):
            new[j] = _alone(other[j].text, Mark.ADDED)
        for i, j in pairs:
            old[a + i], new[b + j] = _changed(one[a + i].text, other[b + j].text)
    return tuple(old), tuple(new)


def _alone(line: str, mark: Mark) -> LineMark:
    return LineMark(mark) if line.strip() else LineMark()


def _pairs(before: tuple[_Line, ...], after: tuple[_Line, ...]) -> list[tuple[int, int]]:
    """Lines that became one another, in the same order on both sides, the most alike first."""
    likely = sorted(
        (
            (-_likeness(one, other), i, j)
            for i, one in enumerate(before)
            for j, other in enumerate(after)
        ),
    )
    chosen: list[tuple[int, int]] = []
    for unlike, i, j in likely:
        if -unlike < SIMILAR:
            break
        if all((i < k and j < m) or (i > k and j > m) for k, m in chosen):
            chosen.append((i, j))
    return chosen


def _likeness(one: _Line, other: _Line) -> float:
    """How alike two lines are, 0-1; prose is never like code, and nothing like a blank line."""
    first, second = one.text.strip(), other.text.strip()
    if not first or not second or one.is_prose != other.is_prose:
        return 0.0
    if max(len(first), len(second)) > MAX_COMPARED:
        return 0.0
    grown = _grown(first, second)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The cheap upper bounds spare most of the 900 comparisons of two long snippets.
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return grown
    return max(grown, matcher.ratio())


def _grown(one: str, other: str) -> float:
    """How far the shorter line is found again in the longer one, which began with the same word.

    So that ``def total(prices):`` is known in ``def total(prices: list[float]) -> float:``.
    """
    first, second = (
        [word for _at, word in _words(line) if not word.isspace()] for line in (one, other)
    )
    if first[0] != second[0]:
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    shared = [
        word for block in matcher.get_matching_blocks() for word in first[block.a :][: block.size]
    ]
    if sum(word[0].isalpha() for word in shared) < 2:
        return 0.0
    shorter = min(sum(map(len, first)), sum(map(len, second)))
    # Below what a mere insertion reaches, so that the nearer of two lines wins.
    return 0.8 * sum(map(len, shared)) / shorter


def _changed(one: str, other: str) -> tuple[LineMark, LineMark]:
    first, second = _words(one), _words(other)
    matcher = SequenceMatcher(
        None, [text for _at, text in first], [text for _at, text in second], autojunk=False
    )
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag != "equal":
            gone.extend(_range(first, a, a_end))
            come.extend(_range(second, b, b_end))
    return (
        LineMark(Mark.CHANGED, _closed(gone, one)),
        LineMark(Mark.CHANGED, _closed(come, other)),
    )


def _closed(ranges: list[tuple[int, int]], line: str) -> tuple[tuple[int, int], ...]:
    """Ranges with nothing but spaces between them as one."""
    made: list[tuple[int, int]] = []
    for start, end in ranges:
        if made and not line[made[-1][1] : start].strip():
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return tuple(made)


def _words(line: str) -> list[tuple[int, str]]:
    words: list[tuple[int, str]] = []
    for match in _WORD.finditer(line):
        # An accent or a joined picture is no word of its own: a tint must not cut a letter in two.
        if words and (_leans(match[0][0]) or words[-1][1].endswith("\u200d")):
            words[-1] = (words[-1][0], words[-1][1] + match[0])
        else:
            words.append((match.start(), match[0]))
    return words


def _leans(char: str) -> bool:
    return char == "\u200d" or unicodedata.category(char) in {"Mn", "Mc", "Me", "Sk"}


def _range(words: list[tuple[int, str]], start: int, end: int) -> list[tuple[int, int]]:
    """The characters of words ``start`` to ``end``, without spaces at either end."""
    while start < end and words[start][1].isspace():
        start += 1
    while end > start and words[end - 1][1].isspace():
        end -= 1
    if start == end:
        return []
    last = words[end - 1]
    return [(words[start][0], last[0] + len(last[1]))]
