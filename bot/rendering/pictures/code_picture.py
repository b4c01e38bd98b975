"""Draws a lesson's code before and after its PEP, what changed marked. No files, no Discord.

The picture is as narrow as its longest line allows: Discord scales it to the message's width, so
every column that is not there makes the letters larger on a phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.rendering.language import _
from bot.rendering.pictures import alt_text, code_rows, diff, typeset, words
from bot.rendering.pictures.canvas import Canvas
from bot.rendering.pictures.facts import Picture
from bot.rendering.pictures.fonts import Type, Weight
from bot.rendering.pictures.highlight import highlight
from bot.rendering.pictures.theme import DARK, Mark, Role

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Snippet
    from bot.rendering.pictures.code_rows import Row
    from bot.rendering.pictures.diff import LineMark
    from bot.rendering.pictures.glyphs import Piece
    from bot.rendering.pictures.highlight import Span
    from bot.rendering.pictures.theme import Colour, Theme

MIN_COLUMNS = 40
MAX_COLUMNS = 60
"""The lessons' rule; longer lines go on in the next row, behind an ellipsis."""
MAX_ROWS = 44
"""Rows of one snippet; what is beyond is counted, and is one press away as text."""

CODE = Type(14)
TITLE = Type(16, Weight.BOLD)
NOTE = Type(14)
BADGE = Type(14, Weight.BOLD)

_ROW = 33
_BASELINE = 24
_MARGIN = 8
_GUTTER = 30
_EDGE = 10
_RADIUS = 14
_HEAD = 50
_LABEL = 30
_LABEL_LINES = 2
_FOOT = 36


@dataclass(frozen=True, slots=True)
class _Panel:
    """One snippet, ready to be drawn."""

    title: str
    badge: str
    label: list[tuple[Piece, ...]]
    rows: tuple[Row, ...]
    is_new: bool

    @property
    def height(self) -> int:
        return _HEAD + _LABEL * len(self.label) + 10 + _ROW * len(self.rows) + 12


def draw_lesson(lesson: Lesson, theme: Theme = DARK) -> Picture:
    """The before/after picture, 1x = half its pixels, and its alt text. Same input, same bytes."""
    old, new = _lines(lesson.before), _lines(lesson.after)
    old_marks, new_marks = diff.compare(old, new)
    first, second = _rows(old, old_marks), _rows(new, new_marks)
    columns = max([MIN_COLUMNS, *(row.columns for row in (*first, *second))])
    panels = (
        _panel(lesson.before, _(words.BEFORE), first, columns, is_new=False),
        _panel(lesson.after, _(words.AFTER), second, columns, is_new=True),
    )
    width = 2 * _MARGIN + _GUTTER + columns * CODE.column + _EDGE
    height = sum(panel.height + _MARGIN for panel in panels) + _MARGIN + _FOOT
    canvas = Canvas(width, height, theme.page)
    top = _MARGIN
    for panel in panels:
        _draw_panel(canvas, panel, top, theme)
        top += panel.height + _MARGIN
    seen = {row.mark for row in (*first, *second)}
    _draw_foot(canvas, top, seen, f"PEP {lesson.pep}", theme)
    alt = alt_text.lesson(lesson, old_marks, new_marks)
    return Picture(canvas.png(), alt, width, height)


def _lines(snippet: Snippet) -> tuple[tuple[Span, ...], ...]:
    newest = snippet.python.max
    code = snippet.code.strip("\n")
    return highlight(code, python2=newest is not None and newest.major == 2)


def _rows(lines: tuple[tuple[Span, ...], ...], marks: tuple[LineMark, ...]) -> tuple[Row, ...]:
    drawn = code_rows.rows(lines[: MAX_ROWS + 1], marks[: MAX_ROWS + 1], MAX_COLUMNS)
    if len(drawn) <= MAX_ROWS:
        return drawn
    kept = drawn[: MAX_ROWS - 1]
    more = len(lines) - sum(row.sign != code_rows.CONTINUED for row in kept)
    note = f"{typeset.ELLIPSIS} {words.more_lines(more)}"
    inked = (code_rows.Inked(piece, Role.COMMENT) for piece in typeset.fit(note, MAX_COLUMNS))
    return (*kept, code_rows.Row(Mark.SAME, " ", tuple(inked)))


def _panel(
    snippet: Snippet, title: str, rows: tuple[Row, ...], columns: int, *, is_new: bool
) -> _Panel:
    label = typeset.wrap(snippet.label, columns, _LABEL_LINES, NOTE.weight)
    return _Panel(title, words.python(snippet.python), label, rows, is_new)


def _draw_panel(canvas: Canvas, panel: _Panel, top: int, theme: Theme) -> None:
    left, right = _MARGIN, canvas.width - _MARGIN
    canvas.rounded((left, top, right, top + panel.height), _RADIUS, theme.panel, theme.page)
    inner = left + _GUTTER
    typeset.draw_text(canvas, (inner, top + 37), panel.title, TITLE, theme.text, theme.panel)
    _draw_badge(canvas, right - 12, top + 12, panel, theme)
    y = top + _HEAD
    for line in panel.label:
        typeset.draw(canvas, (inner, y + 22), line, NOTE, theme.muted, theme.panel)
        y += _LABEL
    y += 10
    for row in panel.rows:
        _draw_row(canvas, row, y, theme)
        y += _ROW


def _draw_badge(canvas: Canvas, right: int, top: int, panel: _Panel, theme: Theme) -> None:
    colour, ground = (theme.on_accent, theme.accent) if panel.is_new else (theme.text, theme.faint)
    left = right - typeset.columns(panel.badge, BADGE.weight) * BADGE.column - 24
    canvas.rounded((left, top, right, top + 32), 16, ground, theme.panel)
    typeset.draw_text(canvas, (left + 12, top + 24), panel.badge, BADGE, colour, ground)


def _draw_row(canvas: Canvas, row: Row, top: int, theme: Theme) -> None:
    tint = theme.tint(row.mark)
    left, right = _MARGIN, canvas.width - _MARGIN
    if row.mark is not Mark.SAME:
        canvas.fill((left, top, right, top + _ROW), tint.row)
        canvas.fill((left, top, left + 4, top + _ROW), tint.sign)
    if row.sign != " ":
        sign = Type(CODE.column, Weight.BOLD)
        place = (left + 10, top + _BASELINE)
        typeset.draw_text(canvas, place, row.sign, sign, tint.sign, tint.row)
    x = left + _GUTTER
    for part in row.inked:
        ground = tint.word if part.differs else tint.row
        end = x + part.piece.columns * CODE.column
        if part.differs:
            canvas.fill((x, top, end, top + _ROW), ground)
        _draw_code(canvas, (x, top + _BASELINE), part, theme.colour(part.role), ground)
        x = end


def _draw_code(
    canvas: Canvas, place: tuple[int, int], part: code_rows.Inked, colour: Colour, over: Colour
) -> None:
    if part.piece.text.strip(" "):
        typeset.draw(canvas, place, (part.piece,), CODE, colour, over)


def _draw_foot(canvas: Canvas, top: int, seen: set[Mark], pep: str, theme: Theme) -> None:
    baseline = top + 24
    x = _MARGIN + _GUTTER
    for mark, word in words.MARKS.items():
        if mark in seen:
            sign = Type(NOTE.column, Weight.BOLD)
            place = (x, baseline)
            x = typeset.draw_text(
                canvas, place, mark.value, sign, theme.tint(mark).sign, theme.page
            )
            place = (x + 8, baseline)
            x = typeset.draw_text(canvas, place, _(word), NOTE, theme.muted, theme.page) + 26
    place = (canvas.width - _MARGIN - 12, baseline)
    typeset.draw_right(canvas, place, pep, NOTE, theme.muted, theme.page)
