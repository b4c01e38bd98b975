"""Draws the card and writes the line that a player shares, neither with a word on the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.language import _
from bot.rendering.pictures import alt_text, board, plain, shapes, typeset, words
from bot.rendering.pictures.board import BODY, FIGURE, HEADLINE, LEFT, MARGIN, RIGHT, SMALL
from bot.rendering.pictures.canvas import Canvas
from bot.rendering.pictures.facts import Picture
from bot.rendering.pictures.shapes import Shape
from bot.rendering.pictures.theme import DARK

if TYPE_CHECKING:
    from bot.rendering.pictures.facts import ShareFacts
    from bot.rendering.pictures.theme import Theme

_HEIGHT = 328


def share_line(facts: ShareFacts) -> str:
    """One line of plain words for the channel: day, PEP, right or not, time band, streak."""
    return words.share(facts)


def draw_share(facts: ShareFacts, theme: Theme = DARK) -> Picture:
    """The share card; its alt text is the share line. Same input, same bytes."""
    canvas = Canvas(board.WIDTH, _HEIGHT, theme.page)
    board.panel(canvas, MARGIN, _HEIGHT - MARGIN, theme)
    inks = (theme.on_accent, theme.accent)
    left = board.badge(canvas, RIGHT, 26, f"PEP {facts.pep}", inks, theme.panel)
    head = typeset.fit(words.day(facts.day), board.room(HEADLINE, LEFT, left), HEADLINE.weight)
    typeset.draw(canvas, (LEFT, 54), head, HEADLINE, theme.text, theme.panel)
    title = typeset.fit(plain.name(facts.title, ""), board.room(SMALL))
    typeset.draw(canvas, (LEFT, 92), title, SMALL, theme.muted, theme.panel)
    _result(canvas, facts, theme)
    _bands(canvas, facts, theme)
    flame = shapes.mask(Shape.FLAME, 28)
    canvas.stamp(LEFT, 264, flame, theme.changed.sign, theme.panel)
    streak = words.streak(facts.streak)
    typeset.draw_text(canvas, (LEFT + 40, 287), streak, BODY, theme.text, theme.panel)
    return Picture(canvas.png(), alt_text.share(facts), board.WIDTH, _HEIGHT)


def _result(canvas: Canvas, facts: ShareFacts, theme: Theme) -> None:
    shape, colour = (
        (Shape.CHECK, theme.added.sign) if facts.is_right else (Shape.CROSS, theme.removed.sign)
    )
    canvas.stamp(LEFT, 122, shapes.mask(shape, 44), colour, theme.panel)
    result = _(words.RESULT_RIGHT if facts.is_right else words.RESULT_WRONG)
    x = typeset.draw_text(canvas, (LEFT + 58, 158), result, FIGURE, theme.text, theme.panel)
    _index, band = words.band(facts.elapsed_ms)
    line = typeset.fit(band, board.room(BODY, x + 24))
    typeset.draw(canvas, (x + 24, 158), line, BODY, theme.muted, theme.panel)


def _bands(canvas: Canvas, facts: ShareFacts, theme: Theme) -> None:
    """One step a time band, filled from the slow end: the more, the faster. Words say it too."""
    index, _name = words.band(facts.elapsed_ms)
    steps = len(words.TIME_BANDS)
    gap = 8
    for step in range(steps):
        left = LEFT + (RIGHT - LEFT + gap) * step // steps
        right = LEFT + (RIGHT - LEFT + gap) * (step + 1) // steps - gap
        filled = step < steps - index
        ink = theme.accent if facts.is_right else theme.muted
        colour = ink if filled else theme.faint
        high = 24 if filled else 8
        top = 206 - high // 2
        canvas.rounded((left, top, right, top + high), 6, colour, theme.panel)
