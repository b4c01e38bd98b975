"""Puts pieces of text on a canvas: measuring, fitting, wrapping, drawing. Knows no lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.pictures import fonts, glyphs
from bot.rendering.pictures.fonts import Type, Weight
from bot.rendering.pictures.glyphs import CHIP_SCALE, Kind, Piece

if TYPE_CHECKING:
    from bot.rendering.pictures.canvas import Canvas
    from bot.rendering.pictures.theme import Colour

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def columns(text: str, weight: Weight = Weight.MEDIUM) -> int:
    """How many columns a line of text takes."""
    return glyphs.width(glyphs.pieces(text, weight))


def split(piece: Piece, room: int) -> tuple[Piece | None, Piece | None]:
    """Cut a piece so that the first part takes at most ``room`` columns."""
    if piece.columns <= room:
        return piece, None
    if piece.kind is not Kind.PLAIN or room <= 0:
        return None, piece
    head, tail = piece.text[:room], piece.text[room:]
    return (
        Piece(head, len(head), piece.kind, piece.file),
        Piece(tail, len(tail), piece.kind, piece.file),
    )


def fit(text: str, room: int, weight: Weight = Weight.MEDIUM) -> tuple[Piece, ...]:
    """The pieces of one line, cut with "…" where it takes more than ``room`` columns.

    The cut is after a word where one ends in the last third.
    """
    line = glyphs.pieces(text, weight)
    if glyphs.width(line) <= room:
        return line
    kept: list[Piece] = []
    left = room - 1
    tail: Piece | None = None
    for piece in line:
        head, tail = split(piece, left)
        if head is not None:
            kept.append(head)
            left -= head.columns
        if tail is not None:
            break
    in_word = tail is not None and not tail.text.startswith(" ")
    if in_word and kept and kept[-1].kind is Kind.PLAIN:
        kept[-1] = _at_word(kept[-1], room // 3)
    return (*kept, *glyphs.pieces(ELLIPSIS, weight)) if room > 0 else ()


def _at_word(piece: Piece, slack: int) -> Piece:
    text = piece.text.rstrip()
    head, space, tail = text.rpartition(" ")
    if space and len(tail) <= slack:
        text = head.rstrip()
    return Piece(text, len(text), piece.kind, piece.file)


def wrap(
    text: str, room: int, lines: int, weight: Weight = Weight.MEDIUM
) -> list[tuple[Piece, ...]]:
    """Break text at spaces into at most ``lines`` lines; "…" ends what is cut."""
    words = text.split()
    made: list[tuple[Piece, ...]] = []
    while words and len(made) < lines - 1:
        count = len(words)
        while count > 1 and columns(" ".join(words[:count]), weight) > room:
            count -= 1
        made.append(fit(" ".join(words[:count]), room, weight))
        words = words[count:]
    if words:
        made.append(fit(" ".join(words), room, weight))
    return made


def flow(
    text: str, room: int, lines: int, weight: Weight = Weight.MEDIUM
) -> list[tuple[Piece, ...]]:
    """Break text anywhere, its spaces kept, as code and output need; "…" ends what is cut."""
    made: list[tuple[Piece, ...]] = []
    row: list[Piece] = []
    left = room
    for piece in glyphs.pieces(text, weight):
        rest: Piece | None = piece
        while rest is not None and len(made) < lines:
            head, rest = split(rest, left)
            if head is None and not row:
                head, rest = glyphs.pieces(ELLIPSIS, weight)[0], None
            if head is not None:
                row.append(head)
                left -= head.columns
            if rest is not None:
                made.append(tuple(row))
                row, left = [], room
    if len(made) < lines:
        return [*made, tuple(row)]
    last = made[lines - 1]
    head, _tail = split(last[-1], last[-1].columns - 1)
    kept = (*last[:-1], head) if head is not None else last[:-1]
    made[lines - 1] = (*kept, *glyphs.pieces(ELLIPSIS, weight))
    return made


def draw(
    canvas: Canvas,
    place: tuple[int, int],
    line: tuple[Piece, ...],
    style: Type,
    colour: Colour,
    over: Colour,
) -> int:
    """Draw pieces on plain ``over``; ``place`` is the left end and the baseline.

    Nothing is drawn higher than 1.0 em above or lower than 0.3 em below the baseline. Returns
    where the text ends.
    """
    x, baseline = place
    for piece in line:
        if piece.kind is Kind.PLAIN:
            face = fonts.font(piece.file, style.size)
            canvas.columns((x, baseline), piece.text, face, style.column, (colour, over))
        else:
            _draw_piece(canvas, (x, baseline), piece, style, (colour, over))
        x += piece.columns * style.column
    return x


def draw_text(
    canvas: Canvas, place: tuple[int, int], text: str, style: Type, colour: Colour, over: Colour
) -> int:
    """Draw text that is known to fit; as `draw` otherwise."""
    return draw(canvas, place, glyphs.pieces(text, style.weight), style, colour, over)


def draw_right(
    canvas: Canvas, place: tuple[int, int], text: str, style: Type, colour: Colour, over: Colour
) -> int:
    """Draw text that ends at ``place``. Returns where it begins."""
    right, baseline = place
    left = right - columns(text, style.weight) * style.column
    draw_text(canvas, (left, baseline), text, style, colour, over)
    return left


def _draw_piece(
    canvas: Canvas,
    place: tuple[int, int],
    piece: Piece,
    style: Type,
    inks: tuple[Colour, Colour],
) -> None:
    x, baseline = place
    room = piece.columns * style.column
    top, bottom = baseline - round(style.size), baseline + round(style.size * 0.3)
    canvas.ground((x, top, x + room, bottom), *inks)
    if piece.kind is Kind.CHIP:
        _draw_chip(canvas, place, piece, style, inks)
        return
    face = fonts.font(piece.file, style.size, shaped=True)
    shaped = fonts.can_shape()
    # Without shaping, letters at least stand in the order in which they are read.
    text = "".join(reversed(_clusters(piece.text))) if piece.rtl and not shaped else piece.text
    rtl = piece.rtl and shaped
    taken = face.getlength(text, direction="rtl" if rtl else None)
    canvas.glyphs(x + max(0, round((room - taken) / 2)), baseline, text, face, rtl=rtl)


def _draw_chip(
    canvas: Canvas,
    place: tuple[int, int],
    piece: Piece,
    style: Type,
    inks: tuple[Colour, Colour],
) -> None:
    x, baseline = place
    room = piece.columns * style.column
    high, low = round(style.size * 0.85), round(style.size * 0.2)
    canvas.frame((x + 1, baseline - high, x + room - 1, baseline + low))
    small = Type(max(5, int(style.column * CHIP_SCALE)), Weight.BOLD)
    inset = (room - len(piece.text) * small.column) // 2
    at = (x + inset, baseline - round(style.size * 0.08))
    canvas.columns(at, piece.text, fonts.font(piece.file, small.size), small.column, inks)


def _clusters(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = glyphs.cluster_end(text, at)
        parts.append(text[at:end])
        at = end
    return parts
