"""Cuts any text into pieces that each stand on whole columns. Decides, but draws nothing.

A reader must see what the text holds: a character that no bundled font has, or that is invisible
or turns the reading order (PEP 672's list of traps), becomes a chip with its code point.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rendering.pictures import fonts
from bot.rendering.pictures.cmap import coverage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rendering.pictures.fonts import Weight

MAX_MARKS = 3
"""Accents that one letter may carry; a chip counts the rest, so that no text leaves its line."""

CHIP_SCALE = 0.7
"""The size of a chip's text, relative to the text around it."""

_MAX_RUN = 24
_MEASURE = 36
_ZWJ = "\u200d"
_CHIP_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


class Kind(Enum):
    """How a piece is drawn."""

    PLAIN = 1
    """ASCII: one character a column, in the main font."""
    GLYPH = 2
    """One cluster, centred on its columns."""
    RUN = 3
    """Letters that join or reorder, shaped together."""
    CHIP = 4
    """A framed note in place of something that can't or must not be drawn."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stands on ``columns`` columns, drawn with the font ``file``."""

    text: str
    columns: int
    kind: Kind
    file: str
    rtl: bool = False


@lru_cache(maxsize=4096)
def pieces(text: str, weight: Weight) -> tuple[Piece, ...]:
    """Cut text without line breaks into pieces, in the order in which they stand."""
    if text.isascii() and text.isprintable():
        return (Piece(text, len(text), Kind.PLAIN, weight.value),) if text else ()
    return tuple(_joined(_cut(text, weight)))


def width(line: tuple[Piece, ...]) -> int:
    """How many columns pieces take."""
    return sum(piece.columns for piece in line)


def _cut(text: str, weight: Weight) -> Iterator[Piece]:
    at = 0
    while at < len(text):
        end = _run_end(text, at)
        run = text[at:end]
        if end - at > 1 and (file := fonts.file_for(run, weight)):
            rtl = is_rtl(run[0])
            yield Piece(run, _measured(run, file, rtl=rtl), Kind.RUN, file, rtl)
            at = end
            continue
        end = cluster_end(text, at)
        yield from _cluster(text[at:end], weight)
        at = end


def _joined(cut: Iterator[Piece]) -> Iterator[Piece]:
    plain: list[Piece] = []
    for piece in cut:
        if piece.kind is Kind.PLAIN:
            plain.append(piece)
            continue
        if plain:
            yield _merged(plain)
            plain = []
        yield piece
    if plain:
        yield _merged(plain)


def _merged(plain: list[Piece]) -> Piece:
    text = "".join(piece.text for piece in plain)
    return Piece(text, len(text), Kind.PLAIN, plain[0].file)


def is_rtl(char: str) -> bool:
    """Whether a letter is written from right to left."""
    return unicodedata.bidirectional(char) in {"R", "AL"}


def _joins(char: str) -> bool:
    return is_rtl(char) or "\u0900" <= char <= "\u097f"


def _run_end(text: str, start: int) -> int:
    """Where a stretch of letters that shape each other ends; ``start`` itself if none begins."""
    if not _joins(text[start]) or is_mark(text[start]):
        return start
    end, rtl, stop = start + 1, is_rtl(text[start]), min(len(text), start + _MAX_RUN)
    while end < stop:
        char = text[end]
        # A space belongs to the run if the run goes on behind it.
        letter = text[end + 1] if char == " " and end + 1 < stop else char
        if not (is_mark(char) or (_joins(letter) and is_rtl(letter) == rtl)):
            break
        end += 1
    marks = [is_mark(char) for char in text[start:end]]
    too_many = any(all(marks[i : i + MAX_MARKS + 1]) for i in range(len(marks) - MAX_MARKS))
    return start if too_many else end


def is_mark(char: str) -> bool:
    """Whether a character is an accent or sign on the one before it."""
    return unicodedata.category(char) in {"Mn", "Mc", "Me"} and not fonts.is_selector(char)


def is_pictograph(char: str) -> bool:
    """Whether a character is a picture that the emoji font draws."""
    return char >= "\u2190" and ord(char) in coverage(fonts.FOLDER / fonts.EMOJI)


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def cluster_end(text: str, start: int) -> int:
    """Where what a reader sees as one character ends (a simple form of UAX 29)."""
    first, end = text[start], start + 1
    if _is_flag_letter(first):
        pair = text[end : end + 1]
        return end + 1 if pair and _is_flag_letter(pair) else end
    picture = is_pictograph(first)
    while end < len(text):
        char = text[end]
        joined = text[end - 1] == _ZWJ and is_pictograph(char)
        joiner = char == _ZWJ and end + 1 < len(text) and is_pictograph(text[end + 1])
        styled = "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"
        selects = (
            char in "\ufe0e\ufe0f" and end == start + 1 and (picture or first in "#*0123456789")
        )
        in_picture = picture and (joined or joiner or styled or char == "\ufe0f")
        if not (is_mark(char) or in_picture or selects):
            break
        end += 1
    return end


def _cluster(text: str, weight: Weight) -> Iterator[Piece]:
    text = unicodedata.normalize("NFC", text)
    first = text[0]
    if len(text) == 1 and (first == " " or (first.isascii() and first.isprintable())):
        yield Piece(text, 1, Kind.PLAIN, weight.value)
        return
    if unicodedata.category(first) in _CHIP_CATEGORIES and first != " ":
        yield from (chip(f"U+{ord(char):04X}") for char in text)
        return
    marks = [index for index, char in enumerate(text) if is_mark(char)]
    if len(marks) > MAX_MARKS:
        yield from _cluster(text[: marks[MAX_MARKS]], weight)
        yield chip(f"+{len(marks) - MAX_MARKS} marks")
        return
    shown = f"\N{DOTTED CIRCLE}{text}" if is_mark(first) else text
    picture = is_pictograph(first) and (first >= "\U0001f000" or "\ufe0f" in text or _ZWJ in text)
    file = fonts.file_for(shown, weight, emoji=picture)
    if file is not None:
        wide = file == fonts.EMOJI or unicodedata.east_asian_width(first) in {"W", "F"}
        columns = max(2 if wide else 1, _measured(shown, file))
        yield Piece(shown, columns, Kind.GLYPH, file)
    elif len(text) > 1:
        for char in text:
            yield from [chip(f"U+{ord(char):04X}")] if is_mark(char) else _cluster(char, weight)
    else:
        yield chip(f"U+{ord(first):04X}")


def chip(label: str) -> Piece:
    """A framed note in ASCII."""
    return Piece(
        label, math.ceil(len(label) * CHIP_SCALE + 0.6), Kind.CHIP, fonts.Weight.BOLD.value
    )


def _measured(text: str, file: str, *, rtl: bool = False) -> int:
    """Columns that shaped text needs, a fifth of a column of overhang allowed."""
    face = fonts.font(file, _MEASURE / fonts.COLUMN_EM, shaped=True)
    direction = "rtl" if rtl and fonts.can_shape() else None
    return max(1, math.ceil(face.getlength(text, direction=direction) / _MEASURE - 0.2))
