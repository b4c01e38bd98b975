"""The few signs that pictures use beside words, as grey masks of any size. Chooses no colours."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PIL import Image, ImageDraw

_SHARP = 4
_GRID = 24
"""Shapes are given on a square of 24 units."""


class Shape(Enum):
    """A sign; each is told from the others without colour."""

    CHECK = "check"
    CROSS = "cross"
    SQUARE = "square"
    RING = "ring"
    DIAMOND = "diamond"
    DOT = "dot"
    FLAME = "flame"


@lru_cache(maxsize=64)
def mask(shape: Shape, size: int) -> Image.Image:
    """A mask of ``size`` pixels square, 255 where the shape is."""
    scale = size * _SHARP / _GRID
    large = Image.new("L", (size * _SHARP, size * _SHARP), 0)
    pen = ImageDraw.Draw(large)

    def points(*numbers: float) -> list[tuple[float, float]]:
        return [(x * scale, y * scale) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    def box(inset: float) -> tuple[float, float, float, float]:
        far = (_GRID - inset) * scale - 1
        return inset * scale, inset * scale, far, far

    if shape is Shape.CHECK:
        pen.line(points(4, 13, 9.5, 18.5, 20, 6), 255, round(4 * scale), joint="curve")
    elif shape is Shape.CROSS:
        pen.line(points(5, 5, 19, 19), 255, round(4 * scale))
        pen.line(points(19, 5, 5, 19), 255, round(4 * scale))
    elif shape is Shape.SQUARE:
        pen.rounded_rectangle(box(0), 5 * scale, 255)
    elif shape is Shape.RING:
        pen.rounded_rectangle(box(1), 5 * scale, outline=255, width=round(5 * scale))
    elif shape is Shape.DIAMOND:
        pen.polygon(points(12, 0, 24, 12, 12, 24, 0, 12), 255)
    elif shape is Shape.DOT:
        pen.ellipse(box(8), 255)
    else:
        pen.polygon(points(13, 0, 15, 7, 20, 11, 20, 17, 16, 23, 8, 23, 4, 17, 5, 11, 9, 7), 255)
        pen.polygon(points(12, 12, 15, 17, 14, 21, 10, 21, 9, 17), 0)
    return large.resize((size, size), Image.Resampling.BOX)
