"""Turns a snippet and its marks into rows of pieces that fit a width. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.rendering.language import _
from bot.rendering.pictures import glyphs
from bot.rendering.pictures.fonts import Weight
from bot.rendering.pictures.glyphs import Kind
from bot.rendering.pictures.theme import Mark, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rendering.pictures.diff import LineMark
    from bot.rendering.pictures.glyphs import Piece
    from bot.rendering.pictures.highlight import Span

_WEIGHT = Weight.MEDIUM

CONTINUED = "\N{HORIZONTAL ELLIPSIS}"
"""Stands in the gutter of a row that goes on with the line above."""


@dataclass(frozen=True, slots=True)
class Inked:
    """A piece with its role; ``differs`` where it is among the words that changed."""

    piece: Piece
    role: Role
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the picture. ``sign`` is what the gutter shows."""

    mark: Mark
    sign: str
    inked: tuple[Inked, ...]

    @property
    def columns(self) -> int:
        """How many columns the row takes."""
        return sum(part.piece.columns for part in self.inked)


def rows(
    lines: tuple[tuple[Span, ...], ...], marks: tuple[LineMark, ...], room: int
) -> tuple[Row, ...]:
    """The rows of a snippet, each at most ``room`` columns; longer lines go on in further rows."""
    made: list[Row] = []
    for spans, mark in zip(lines, marks, strict=True):
        sign = mark.mark.value
        for inked in _wrapped(tuple(_inked(spans, mark)), room, _hanging(spans, room)):
            made.append(Row(mark.mark, sign, inked))
            sign = CONTINUED
    return tuple(made)


def _hanging(spans: tuple[Span, ...], room: int) -> int:
    """How far the further rows of a line are indented: two columns more than the line itself."""
    text = "".join(span.text for span in spans)
    return min(len(text) - len(text.lstrip(" ")) + 2, room // 3)


def _inked(spans: tuple[Span, ...], mark: LineMark) -> Iterator[Inked]:
    edges = {edge for pair in mark.words for edge in pair}
    at = 0
    for span in spans:
        cuts = sorted({0, len(span.text), *(e - at for e in edges if at < e < at + len(span.text))})
        for start, end in pairwise(cuts):
            differs = any(a <= at + start < b for a, b in mark.words)
            for piece in glyphs.pieces(span.text[start:end], _WEIGHT):
                yield Inked(piece, span.role, differs)
        at += len(span.text)


def _wrapped(inked: tuple[Inked, ...], room: int, indent: int) -> Iterator[tuple[Inked, ...]]:
    if sum(part.piece.columns for part in inked) <= room:
        yield inked
        return
    hanging = tuple(Inked(piece, Role.TEXT) for piece in glyphs.pieces(" " * indent, _WEIGHT))
    atoms = list(_atoms(inked, room - indent))
    start: tuple[Inked, ...] = ()
    while atoms:
        end = _break(atoms, room - (indent if start else 0))
        yield _merged((*start, *atoms[:end]))
        atoms = atoms[end:]
        start = hanging


def _atoms(inked: tuple[Inked, ...], room: int) -> Iterator[Inked]:
    """The line cut as small as it can be; what no row could hold becomes a note of its length."""
    for part in inked:
        if part.piece.kind is Kind.PLAIN:
            for char in part.piece.text:
                yield Inked(glyphs.pieces(char, _WEIGHT)[0], part.role, part.differs)
        elif part.piece.columns > room:
            yield Inked(glyphs.chip(_("{count} characters", count=len(part.piece.text))), part.role)
        else:
            yield part


def _break(atoms: list[Inked], room: int) -> int:
    """How many atoms the row takes: up to a space if one is near its end, else up to a word."""
    taken, end = 0, 0
    while end < len(atoms) and taken + atoms[end].piece.columns <= room:
        taken += atoms[end].piece.columns
        end += 1
    if end == len(atoms):
        return end
    near = range(end, max(0, end - room // 3), -1)
    at_space = (cut for cut in near if atoms[cut - 1].piece.text == " ")
    at_word = (cut for cut in near if _sort(atoms[cut - 1]) != _sort(atoms[cut]))
    return next(at_space, 0) or next(at_word, 0) or end


def _sort(atom: Inked) -> int:
    char = atom.piece.text[0]
    return 0 if char.isalnum() or char == "_" else 1


def _merged(atoms: tuple[Inked, ...]) -> tuple[Inked, ...]:
    made: list[Inked] = []
    for atom in atoms:
        last = made[-1] if made else None
        if (
            last is not None
            and last.piece.kind is atom.piece.kind is Kind.PLAIN
            and (last.role, last.differs) == (atom.role, atom.differs)
        ):
            text = last.piece.text + atom.piece.text
            made[-1] = Inked(glyphs.pieces(text, _WEIGHT)[0], atom.role, atom.differs)
        else:
            made.append(atom)
    return tuple(made)
