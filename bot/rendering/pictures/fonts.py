"""The bundled fonts: which file has a character, and the font object of a size. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

from bot.rendering.pictures.cmap import coverage

FOLDER = Path(__file__).parent.parent / "fonts"

COLUMN_EM = 0.6
"""The width of a column of JetBrains Mono, in ems: a size is chosen by its whole-pixel column."""


class Weight(StrEnum):
    """A weight of the main font, as its file's name."""

    MEDIUM = "JetBrainsMono-Medium.ttf"
    BOLD = "JetBrainsMono-Bold.ttf"


EMOJI = "NotoEmoji-Medium.ttf"
HAN = "DroidSansFallbackFull.ttf"
HANGUL = "NanumGothicCoding.ttf"
FALLBACKS = (
    "DejaVuSansMono.ttf",
    EMOJI,
    "DejaVuSans.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    HAN,
    HANGUL,
)
"""Tried in this order for what the main font lacks: what keeps to the columns comes first."""

_SCALE = {EMOJI: 0.9, HAN: 1.1, HANGUL: 1.15, "DejaVuSans.ttf": 0.95}
"""Sizes relative to the main font: two columns hold an emoji and are filled by a Han sign."""


@dataclass(frozen=True, slots=True)
class Type:
    """A size and weight of text. ``column`` is the width of a column in pixels, a whole number."""

    column: int
    weight: Weight = Weight.MEDIUM

    @property
    def size(self) -> float:
        """The size in pixels an em."""
        return self.column / COLUMN_EM


@lru_cache(maxsize=128)
def font(file: str, size: float, *, shaped: bool = False) -> ImageFont.FreeTypeFont:
    """The font object of a file of `FOLDER` at a main-font size in pixels an em.

    ``shaped`` joins and reorders letters where Pillow has Raqm (Arabic, Hindi). All else is laid
    out plainly: ligatures would turn ``!=`` into a sign that nobody can type.
    """
    engine = ImageFont.Layout.RAQM if shaped and can_shape() else ImageFont.Layout.BASIC
    return ImageFont.truetype(FOLDER / file, size * _SCALE.get(file, 1.0), layout_engine=engine)


@lru_cache(maxsize=1)
def can_shape() -> bool:
    """Whether this Pillow can shape text: its wheels can where the system has FriBiDi."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=8192)
def file_for(text: str, weight: Weight, *, emoji: bool = False) -> str | None:
    """The file that has every character of a cluster, or None where no bundled font has.

    Joiners and variation selectors ask for a form of their neighbour; no font need have them.
    ``emoji`` prefers the emoji font, as U+FE0F asks for.
    """
    wanted = [ord(char) for char in text if not is_selector(char)]
    order = (EMOJI, weight.value, *FALLBACKS) if emoji else (weight.value, *FALLBACKS)
    for file in order:
        covered = coverage(FOLDER / file)
        if all(code_point in covered for code_point in wanted):
            return file
    return None


def is_selector(char: str) -> bool:
    """Whether a character only chooses the form of its neighbours and draws nothing itself."""
    return char in "\u200d\ufe0e\ufe0f" or "\U000e0020" <= char <= "\U000e007f"
