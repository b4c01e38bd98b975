"""Writes a palette picture as PNG. Knows nothing of what it shows.

Pillow's own writer keeps the interpreter's lock while it compresses, 15 ms in which no click is
answered; `zlib` lets it go. The format is https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.rendering.pictures.theme import Colour

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 7
"""Of zlib: 6 is a fifth faster and 4 % larger, 9 four times slower and 4 % smaller."""


def encode(indices: Image.Image, palette: Sequence[Colour]) -> bytes:
    """A PNG of a grey picture whose values are indices into at most 256 colours."""
    width, height = indices.size
    # Every line begins with its filter's number; 0, none, is best for flat colours.
    lines = Image.new("L", (width + 1, height), 0)
    lines.paste(indices, (1, 0))
    header = struct.pack(">LLBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = bytes(channel for colour in palette for channel in colour)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", colours),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), _LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
