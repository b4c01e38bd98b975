"""A picture of few colours, as shares of ink over a ground; knows no lessons and no text layout.

Two grey layers are drawn instead of colours: which *ink* (a colour over a ground) a pixel has,
and how much of it. A palette picture then is one addition, where drawing in true colour and
reducing it to 256 takes longer than the drawing, and gives other colours than were chosen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from bot.rendering.pictures.png import encode

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from bot.rendering.pictures.theme import Colour

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom no longer belong to it."""

MAX_STEPS = 6
"""Steps from ground to ink. More can't be told apart at reading size, and compress worse."""

_SHARP = 4
"""Shapes are drawn this many times larger and reduced, for smooth edges."""


class Canvas:
    """A picture being drawn. Sizes and places are whole pixels from the top left corner."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width = width
        self.height = height
        self._inks: dict[tuple[Colour, Colour], int] = {}
        self._ink = Image.new("L", (width, height), self._number(ground, ground))
        self._level = Image.new("L", (width, height), 0)
        self._ink_pen = ImageDraw.Draw(self._ink)
        self._level_pen = ImageDraw.Draw(self._level)

    def _number(self, colour: Colour, over: Colour) -> int:
        number = self._inks.setdefault((colour, over), len(self._inks))
        if number > 255:
            raise ValueError("a picture has at most 256 inks")
        return number

    def ground(self, box: Box, colour: Colour, over: Colour) -> None:
        """Make a box plain ``over``, ready for marks in ``colour``."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            inside = (left, top, right - 1, bottom - 1)
            self._ink_pen.rectangle(inside, fill=self._number(colour, over))
            self._level_pen.rectangle(inside, fill=0)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a box with one colour."""
        self.ground(box, colour, colour)

    def glyphs(self, x: int, baseline: int, text: str, font: FreeTypeFont, *, rtl: bool) -> None:
        """Draw text on a box that `ground` prepared. ``rtl`` needs a font made for shaping."""
        direction = "rtl" if rtl else None
        self._level_pen.text((x, baseline), text, 255, font, anchor="ls", direction=direction)

    def columns(
        self,
        place: tuple[int, int],
        text: str,
        font: FreeTypeFont,
        column: int,
        inks: tuple[Colour, Colour],
    ) -> None:
        """Draw ASCII text on plain ground, one character in each ``column`` pixels.

        ``place`` is the left end and the baseline, ``inks`` the text's colour and the ground's.
        Each character is rasterised once a size and pasted from then on, in a fifth of the time.
        """
        x, baseline = place
        number = self._number(*inks)
        for char in text:
            if char != " ":
                shape, left, top = _glyph(char, font, column)
                at = (x + left, baseline + top)
                self._level.paste(shape, at)
                self._ink.paste(number, (*at, at[0] + shape.width, at[1] + shape.height))
            x += column

    def frame(self, box: Box) -> None:
        """Draw a thin frame on a box that `ground` prepared."""
        left, top, right, bottom = box
        self._level_pen.rounded_rectangle((left, top, right - 1, bottom - 1), 5, outline=150)

    def stamp(self, left: int, top: int, shape: Image.Image, colour: Colour, over: Colour) -> None:
        """Draw a shape from `shapes` in ``colour`` on plain ``over``."""
        self.ground((left, top, left + shape.width, top + shape.height), colour, over)
        self._level.paste(shape, (left, top))

    def rounded(self, box: Box, radius: int, colour: Colour, over: Colour) -> None:
        """Fill a box with rounded corners; ``over`` is the colour behind the corners."""
        left, top, right, bottom = box
        radius = min(radius, (right - left) // 2, (bottom - top) // 2)
        if radius < 1:
            self.fill(box, colour)
            return
        self.fill(box, colour)
        corner = _corner(radius)
        places = ((left, top), (right - radius, top), (left, bottom - radius))
        for (x, y), turn in zip(
            (*places, (right - radius, bottom - radius)), (0, 1, 2, 3), strict=True
        ):
            self.stamp(x, y, _turned(corner, turn), colour, over)

    def png(self) -> bytes:
        """The finished picture. The same drawing gives the same bytes."""
        grounds: dict[Colour, int] = {}
        for _colour, over in self._inks:
            grounds.setdefault(over, len(grounds))
        mixed = sum(colour != over for colour, over in self._inks)
        steps = min(MAX_STEPS, (256 - len(grounds)) // max(1, mixed))
        if steps < 1:
            raise ValueError("too many inks for a palette of 256")
        palette = list(grounds)
        # By ink: the index before its first step, its highest step, its ground's index.
        first, most, under = [0] * 256, [0] * 256, [0] * 256
        for (colour, over), number in self._inks.items():
            under[number] = grounds[over]
            if colour != over:
                first[number], most[number] = len(palette) - 1, steps
                palette.extend(_mix(colour, over, step / steps) for step in range(1, steps + 1))
        levels = self._level.point([(level * steps + 127) // 255 for level in range(256)])
        # What strays outside its ground is cut off, rather than shown in a neighbour's colours.
        levels = ImageChops.darker(levels, self._ink.point(most))
        picture = ImageChops.add(self._ink.point(first), levels)
        # One index for all bare ground of a colour: long equal stretches are what PNG packs best.
        picture.paste(self._ink.point(under), mask=levels.point([255] + [0] * 255))
        return encode(picture, palette)


def _mix(colour: Colour, over: Colour, share: float) -> Colour:
    red, green, blue = (round(b + (f - b) * share) for f, b in zip(colour, over, strict=True))
    return red, green, blue


@lru_cache(maxsize=1024)
def _glyph(char: str, font: FreeTypeFont, column: int) -> tuple[Image.Image, int, int]:
    """A character's shape, cut to its column, and its place relative to the baseline's left end."""
    room = Image.new("L", (column, 3 * column), 0)
    ImageDraw.Draw(room).text((0, 2 * column), char, 255, font, anchor="ls")
    box = room.getbbox() or (0, 0, 1, 1)
    return room.crop(box), box[0], box[1] - 2 * column


@lru_cache(maxsize=16)
def _corner(radius: int) -> Image.Image:
    large = Image.new("L", (radius * _SHARP, radius * _SHARP), 0)
    ends = 2 * radius * _SHARP
    ImageDraw.Draw(large).ellipse((0, 0, ends - 1, ends - 1), fill=255)
    return large.resize((radius, radius), Image.Resampling.BOX)


def _turned(corner: Image.Image, turn: int) -> Image.Image:
    if turn in (1, 3):
        corner = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if turn in (2, 3):
        corner = corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return corner
