"""Draws the reveal of a round: what was guessed, who was fastest. No files, no Discord.

The right option is told by a tick and a word, not by its colour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.language import _, number
from bot.rendering.pictures import alt_text, board, plain, shapes, typeset, words
from bot.rendering.pictures.board import BODY, HEADLINE, LEFT, MARGIN, RIGHT, SMALL, STRONG
from bot.rendering.pictures.canvas import Canvas
from bot.rendering.pictures.facts import Picture
from bot.rendering.pictures.shapes import Shape
from bot.rendering.pictures.theme import DARK
from bot.rendering.text import seconds

if TYPE_CHECKING:
    from bot.rendering.pictures.facts import ChartFacts, ChartOption, ChartPlace
    from bot.rendering.pictures.glyphs import Piece
    from bot.rendering.pictures.theme import Theme

MAX_PLACES = 5
"""Places drawn; ties may make a podium longer."""

_HEAD = 134
_TEXT_LINES = 2
_LINE = 34
_OPTION = 54
_PLACE = 46


def draw_reveal(facts: ChartFacts, theme: Theme = DARK) -> Picture:
    """The reveal's chart and podium with its alt text. Same input, same bytes."""
    texts = [_text(option) for option in facts.options]
    guessed = _HEAD + sum(_OPTION + _LINE * len(lines) for lines in texts) + 8
    # Without players there is no podium to speak of, and the first panel has said why.
    places = facts.podium if facts.players else None
    podium = 0 if places is None else _podium_height(places)
    height = MARGIN + guessed + MARGIN + (podium + MARGIN if podium else 0)
    canvas = Canvas(board.WIDTH, height, theme.page)
    board.panel(canvas, MARGIN, MARGIN + guessed, theme)
    _head(canvas, facts, theme)
    top = MARGIN + _HEAD
    for option, lines in zip(facts.options, texts, strict=True):
        top = _option(canvas, top, option, lines, facts, theme)
    if places is not None:
        top = 2 * MARGIN + guessed
        board.panel(canvas, top, top + podium, theme)
        _podium(canvas, top, places, theme)
    return Picture(canvas.png(), alt_text.reveal(facts), board.WIDTH, height)


def _podium_height(places: tuple[ChartPlace, ...]) -> int:
    drawn = max(1, min(len(places), MAX_PLACES))
    return 62 + _PLACE * drawn + (34 if len(places) > MAX_PLACES else 0) + 12


def _head(canvas: Canvas, facts: ChartFacts, theme: Theme) -> None:
    pep = f"PEP {facts.pep}"
    inks = (theme.on_accent, theme.accent)
    right = board.badge(canvas, RIGHT, MARGIN + 16, pep, inks, theme.panel)
    title = typeset.fit(_(words.GUESSED), board.room(HEADLINE, LEFT, right), HEADLINE.weight)
    typeset.draw(canvas, (LEFT, MARGIN + 42), title, HEADLINE, theme.text, theme.panel)
    lesson = typeset.fit(plain.name(facts.title, ""), board.room(SMALL))
    typeset.draw(canvas, (LEFT, MARGIN + 76), lesson, SMALL, theme.muted, theme.panel)
    line = typeset.fit(words.played(facts.players, facts.median_ms), board.room(SMALL))
    typeset.draw(canvas, (LEFT, MARGIN + 106), line, SMALL, theme.muted, theme.panel)


def _text(option: ChartOption) -> list[tuple[Piece, ...]]:
    right = RIGHT - (110 if option.is_right else 0)
    room = board.room(BODY, LEFT + 46, right)
    told = words.option(option.text, raises=option.raises)
    parts = told.split()
    # Between words where none is too long and no spaces would be lost; output may be all spaces.
    if " ".join(parts) == told and all(len(part) <= room for part in parts):
        return typeset.wrap(told, room, _TEXT_LINES)
    return typeset.flow(told, room, _TEXT_LINES)


def _option(
    canvas: Canvas,
    top: int,
    option: ChartOption,
    lines: list[tuple[Piece, ...]],
    facts: ChartFacts,
    theme: Theme,
) -> int:
    ground = theme.added.sign if option.is_right else theme.faint
    colour = theme.page if option.is_right else theme.text
    canvas.rounded((LEFT, top + 2, LEFT + 34, top + 36), 8, ground, theme.panel)
    if option.letter:
        letter = typeset.fit(option.letter, 1, STRONG.weight)
        typeset.draw(canvas, (LEFT + 9, top + 29), letter, STRONG, colour, ground)
    else:
        sign = Shape.CHECK if option.is_right else Shape.CROSS
        mark = theme.page if option.is_right else theme.muted
        canvas.stamp(LEFT + 7, top + 9, shapes.mask(sign, 20), mark, ground)
    for row, line in enumerate(lines):
        place = (LEFT + 46, top + 28 + row * _LINE)
        typeset.draw(canvas, place, line, BODY, theme.text, theme.panel)
    if option.is_right:
        _right(canvas, top, theme)
    top += _LINE * len(lines) + 12
    total = sum(tally.guesses for tally in facts.options)
    told = f"{number(option.guesses)} \u00b7 {words.percent(option.guesses, total)}"
    # The widest text any bar of this chart may bear, so that all bars end at one place.
    widest = f"{number(total)} \u00b7 {words.percent(1, 1)}"
    end = RIGHT - SMALL.column * len(widest) - 10
    box = (LEFT, top, end, top + 20)
    filled = theme.added.sign if option.is_right else theme.muted
    share = option.guesses / total if total else 0.0
    board.bar(canvas, box, share, (filled, theme.faint), theme.panel)
    style = STRONG if option.is_right else BODY
    small = type(SMALL)(SMALL.column, style.weight)
    typeset.draw_right(canvas, (RIGHT, top + 18), told, small, theme.text, theme.panel)
    return top + _OPTION - 12


def _right(canvas: Canvas, top: int, theme: Theme) -> None:
    left = typeset.draw_right(
        canvas, (RIGHT, top + 28), _(words.RIGHT), STRONG, theme.added.sign, theme.panel
    )
    tick = shapes.mask(Shape.CHECK, 24)
    canvas.stamp(left - 30, top + 8, tick, theme.added.sign, theme.panel)


def _podium(canvas: Canvas, top: int, places: tuple[ChartPlace, ...], theme: Theme) -> None:
    typeset.draw_text(canvas, (LEFT, top + 42), _(words.PODIUM), HEADLINE, theme.text, theme.panel)
    top += 62
    if not places:
        line = typeset.fit(_(words.NO_PODIUM), board.room(BODY))
        typeset.draw(canvas, (LEFT, top + 28), line, BODY, theme.muted, theme.panel)
    for place in places[:MAX_PLACES]:
        _place(canvas, top, place, theme)
        top += _PLACE
    more = len(places) - MAX_PLACES
    if more > 0:
        note = words.more_places(more)
        typeset.draw_text(canvas, (LEFT, top + 24), note, SMALL, theme.muted, theme.panel)


def _place(canvas: Canvas, top: int, place: ChartPlace, theme: Theme) -> None:
    is_first = place.rank == 1
    colour, ground = (theme.on_accent, theme.accent) if is_first else (theme.text, theme.faint)
    rank = f"{place.rank}"
    end = LEFT + 34 + max(0, len(rank) - 1) * STRONG.column
    canvas.rounded((LEFT, top + 2, end, top + 36), 17, ground, theme.panel)
    typeset.draw_text(canvas, (LEFT + 9, top + 29), rank, STRONG, colour, ground)
    time = seconds(place.elapsed_ms)
    at = (RIGHT, top + 28)
    style = STRONG if is_first else BODY
    left = typeset.draw_right(canvas, at, time, style, theme.text, theme.panel)
    room = board.room(BODY, end + 12, left - BODY.column)
    name = typeset.fit(plain.name(place.name, _(words.NO_NAME)), room, style.weight)
    typeset.draw(canvas, (end + 12, top + 28), name, style, theme.text, theme.panel)
