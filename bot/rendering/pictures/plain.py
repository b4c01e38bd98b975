"""Makes text of others harmless for a picture or an alt text. Changes strings, draws nothing.

Names may be anything Discord allows, and lessons may show anything Python allows: what is
invisible, turns the reading order or can't be encoded must not reach a reader unseen.
"""

from __future__ import annotations

import unicodedata

from bot.rendering.pictures import glyphs
from bot.rendering.pictures.fonts import Weight
from bot.rendering.pictures.glyphs import MAX_MARKS, Kind

ALT_LIMIT = 1024
"""Discord's limit for the description of an attachment, here in UTF-16 units."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def name(text: str, instead: str) -> str:
    """A display name on one line, without invisible, turning or private characters.

    Letters that no bundled font has are replaced by their compatibility forms (a bold
    mathematical J by J), and piles of accents are cut. ``instead`` stands for an empty rest.
    """
    made: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if glyphs.is_mark(char) else 0
        if category in {"Cc", "Zl", "Zp", "Zs"}:
            made.append(" ")
        elif category in {"Cs", "Co", "Cn"}:
            made.append(_REPLACEMENT)
        elif category == "Cf" or char in "\ufe0e\ufe0f":
            # Joiners and selectors build emoji; anywhere else they are invisible.
            if made and char in "\u200d\ufe0f" and glyphs.is_pictograph(made[-1][-1]):
                made.append(char)
        elif marks == 0 or (marks <= MAX_MARKS and _stands_on(char, made)):
            made.append(_drawable(char))
    kept = " ".join("".join(made).split())
    return kept.strip("\u200d\ufe0f ") or instead


def _stands_on(mark: str, made: list[str]) -> bool:
    """Whether an accent belongs to the letter before: to any of its own script, or a common one.

    What else piles up on Latin letters is play, and no font places it.
    """
    base = next((text for text in reversed(made) if not glyphs.is_mark(text)), " ")
    return base[-1] > "\u052f" or mark <= "\u030c" or mark in "\u0323\u0327\u0328\u0331"


def _drawable(char: str) -> str:
    if char.isascii() or all(p.kind is not Kind.CHIP for p in glyphs.pieces(char, Weight.MEDIUM)):
        return char
    simple = unicodedata.normalize("NFKC", char)
    kinds = {piece.kind for piece in glyphs.pieces(simple, Weight.MEDIUM)}
    return char if Kind.CHIP in kinds else simple


def code(text: str) -> str:
    """Code for an alt text: its lines kept, what can't be seen written as an escape."""
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in _ESCAPED else _escape(char)
        for char in text.replace("\r\n", "\n").expandtabs(4)
    )


_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _escape(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def units(text: str) -> int:
    """The length of text in UTF-16 units, the larger of the ways in which clients count."""
    return len(text) + sum(char > "\uffff" for char in text)


def shorten(text: str, limit: int) -> str:
    """Text of at most ``limit`` UTF-16 units, cut after a word where one ends nearby, with "…"."""
    if units(text) <= limit:
        return text
    left = limit - 1
    end = 0
    while end < len(text) and (left := left - units(text[end])) >= 0:
        end += 1
    kept = text[:end]
    head, space, tail = kept.rpartition(" ")
    if space and len(tail) < 40:
        kept = head
    return kept.rstrip() + "\N{HORIZONTAL ELLIPSIS}"
