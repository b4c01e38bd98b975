"""What the chart, the profile and the share card have in common: sizes, tiles, bars, badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.pictures import typeset
from bot.rendering.pictures.fonts import Type, Weight

if TYPE_CHECKING:
    from bot.rendering.pictures.canvas import Box, Canvas
    from bot.rendering.pictures.theme import Colour, Theme

WIDTH = 720
"""Pixels: a phone of 360 points at twice its size."""
MARGIN = 8
INSET = 24
"""From the panel's edge to its text."""
LEFT = MARGIN + INSET
RIGHT = WIDTH - LEFT
RADIUS = 14

HEADLINE = Type(20, Weight.BOLD)
FIGURE = Type(24, Weight.BOLD)
BODY = Type(16)
STRONG = Type(16, Weight.BOLD)
SMALL = Type(14)
"""The smallest text of a board: 8.3 points in a message on a phone."""


def room(style: Type, left: int = LEFT, right: int = RIGHT) -> int:
    """How many columns fit between two places."""
    return max(0, (right - left) // style.column)


def panel(canvas: Canvas, top: int, bottom: int, theme: Theme) -> None:
    """A panel over the whole width."""
    box = (MARGIN, top, WIDTH - MARGIN, bottom)
    canvas.rounded(box, RADIUS, theme.panel, theme.page)


def badge(
    canvas: Canvas, right: int, top: int, text: str, inks: tuple[Colour, Colour], over: Colour
) -> int:
    """A pill of 34 pixels that ends at ``right``; ``inks`` are its text and ground.

    Returns its left end.
    """
    colour, ground = inks
    left = right - typeset.columns(text, Weight.BOLD) * SMALL.column - 26
    canvas.rounded((left, top, right, top + 34), 17, ground, over)
    style = Type(SMALL.column, Weight.BOLD)
    typeset.draw_text(canvas, (left + 13, top + 25), text, style, colour, ground)
    return left


def bar(canvas: Canvas, box: Box, share: float, inks: tuple[Colour, Colour], over: Colour) -> None:
    """A bar filled to ``share`` (0-1); ``inks`` are its filled and empty colours.

    What is above zero shows at least a round end, so that one guess of thousands is seen.
    """
    filled, empty = inks
    left, top, right, bottom = box
    high = bottom - top
    canvas.rounded(box, high // 2, empty, over)
    if share <= 0:
        return
    end = left + max(high, round((right - left) * min(1.0, share)))
    canvas.rounded((left, top, end, bottom), high // 2, filled, empty if end < right else over)
    # The left end stands on what is around the bar, not on its empty part.
    canvas.rounded((left, top, left + high, bottom), high // 2, filled, over)
    if end - left > high:
        canvas.fill((left + high // 2, top, end - high // 2, bottom), filled)
