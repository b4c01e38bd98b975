"""The colours of the pictures, and how far apart they must be. No drawing in here.

Every text colour of a theme reaches 4.5:1 (WCAG 2.2, 1.4.3) on every ground it can stand on;
`tests/rendering/test_pictures_theme.py` computes it for all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[int, int, int]
"""Red, green and blue, 0-255 each, in sRGB."""

MINIMUM_CONTRAST = 4.5
"""WCAG 2.2 level AA for text of any size."""


class Role(StrEnum):
    """What a piece of code is, as far as colour goes."""

    TEXT = "text"
    KEYWORD = "keyword"
    BUILTIN = "builtin"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"


class Mark(StrEnum):
    """How a line differs from the other snippet; the value is the sign in the gutter."""

    SAME = " "
    ADDED = "+"
    REMOVED = "\N{MINUS SIGN}"
    CHANGED = "~"


@dataclass(frozen=True, slots=True)
class Tint:
    """The colours of one kind of marked line: its sign, its row, and the words that differ."""

    sign: Colour
    row: Colour
    word: Colour


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours. ``name`` is part of a cached picture's key."""

    name: str
    page: Colour
    panel: Colour
    line: Colour
    text: Colour
    muted: Colour
    accent: Colour
    on_accent: Colour
    faint: Colour
    """Decoration that carries no meaning by itself, such as the empty part of a bar."""
    roles: tuple[tuple[Role, Colour], ...]
    added: Tint
    removed: Tint
    changed: Tint

    def colour(self, role: Role) -> Colour:
        """The colour of code of that role."""
        return dict(self.roles)[role]

    def tint(self, mark: Mark) -> Tint:
        """The colours of a line with that mark; an unmarked line stands on the panel."""
        tints = {Mark.ADDED: self.added, Mark.REMOVED: self.removed, Mark.CHANGED: self.changed}
        return tints.get(mark, Tint(self.muted, self.panel, self.panel))


def rgb(value: str) -> Colour:
    """Read ``"#rrggbb"``."""
    number = int(value.removeprefix("#"), 16)
    return number >> 16, number >> 8 & 255, number & 255


def luminance(colour: Colour) -> float:
    """Relative luminance, 0-1, as WCAG 2.2 defines it."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1-21, as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


DARK = Theme(
    name="dark",
    page=rgb("#12141a"),
    panel=rgb("#1a1d25"),
    line=rgb("#323846"),
    text=rgb("#e6e9f0"),
    muted=rgb("#a3adbf"),
    accent=rgb("#ffd166"),
    on_accent=rgb("#12141a"),
    faint=rgb("#2a2f3b"),
    roles=(
        (Role.TEXT, rgb("#e6e9f0")),
        (Role.KEYWORD, rgb("#cdb4ff")),
        (Role.BUILTIN, rgb("#7fd6e8")),
        (Role.NAME, rgb("#9cc4ff")),
        (Role.STRING, rgb("#b0dd94")),
        (Role.NUMBER, rgb("#f7bd86")),
        (Role.COMMENT, rgb("#a8b1c2")),
    ),
    added=Tint(rgb("#7ee0a0"), rgb("#18291f"), rgb("#1f4a32")),
    removed=Tint(rgb("#ff9c9c"), rgb("#2d1c21"), rgb("#552530")),
    changed=Tint(rgb("#ffd166"), rgb("#28241a"), rgb("#4a3d16")),
)

LIGHT = Theme(
    name="light",
    page=rgb("#eef0f4"),
    panel=rgb("#ffffff"),
    line=rgb("#c6ccd8"),
    text=rgb("#1c2230"),
    muted=rgb("#4d576a"),
    accent=rgb("#1f5aa0"),
    on_accent=rgb("#ffffff"),
    faint=rgb("#dfe3ea"),
    roles=(
        (Role.TEXT, rgb("#1c2230")),
        (Role.KEYWORD, rgb("#6a2bb8")),
        (Role.BUILTIN, rgb("#005c70")),
        (Role.NAME, rgb("#0b4fa8")),
        (Role.STRING, rgb("#1d5c1a")),
        (Role.NUMBER, rgb("#8a3d00")),
        (Role.COMMENT, rgb("#4d576a")),
    ),
    added=Tint(rgb("#0f6b37"), rgb("#e9f8ee"), rgb("#c3ebcf")),
    removed=Tint(rgb("#a81d2b"), rgb("#fdeeee"), rgb("#f8d0d2")),
    changed=Tint(rgb("#7a4b00"), rgb("#fdf6e2"), rgb("#f6e2a8")),
)

THEMES = (DARK, LIGHT)
