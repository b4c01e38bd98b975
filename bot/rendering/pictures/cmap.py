"""Which characters a TrueType file has a glyph for. Reads the file's `cmap`, draws nothing.

Pillow can't say whether a font has a character, and draws an empty box where it has not. The
format is https://learn.microsoft.com/typography/opentype/spec/cmap; formats 4 and 12 are read.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_UNICODE_TABLES = ((3, 10), (0, 4), (3, 1), (0, 3))
"""Platform and encoding of the tables to read, the most complete first."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Code points as ranges, both ends belonging to them, in ascending order."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code_point: int) -> bool:
        index = bisect_right(self.starts, code_point) - 1
        return index >= 0 and code_point <= self.ends[index]


@lru_cache(maxsize=32)
def coverage(path: Path) -> Coverage:
    """The characters that the font file has glyphs for.

    Raises:
        ValueError: The file has no Unicode table of format 4 or 12.
    """
    data = path.read_bytes()
    table = _table(data, b"cmap")
    count = struct.unpack_from(">H", data, table + 2)[0]
    records = {
        (platform, encoding): table + offset
        for platform, encoding, offset in struct.iter_unpack(
            ">HHL", data[table + 4 : table + 4 + 8 * count]
        )
    }
    for key in _UNICODE_TABLES:
        if key in records:
            return _subtable(data, records[key])
    raise ValueError(f"{path.name} has no Unicode cmap")


def _table(data: bytes, tag: bytes) -> int:
    count = struct.unpack_from(">H", data, 4)[0]
    for index in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"no {tag!r} table")


def _subtable(data: bytes, at: int) -> Coverage:
    kind = struct.unpack_from(">H", data, at)[0]
    if kind == 12:
        count = struct.unpack_from(">L", data, at + 12)[0]
        groups = list(struct.iter_unpack(">LLL", data[at + 16 : at + 16 + 12 * count]))
        return Coverage(tuple(g[0] for g in groups), tuple(g[1] for g in groups))
    if kind != 4:
        raise ValueError(f"cmap format {kind} is not read")
    length, _language, doubled = struct.unpack_from(">HHH", data, at + 2)
    count = doubled // 2
    words = struct.unpack_from(f">{(length - 14) // 2}H", data, at + 14)
    ends, starts = words[:count], words[count + 1 : 2 * count + 1]
    deltas = words[2 * count + 1 : 3 * count + 1]
    offsets = words[3 * count + 1 : 4 * count + 1]
    ranges: list[tuple[int, int]] = []
    for index in range(count):
        if offsets[index] == 0:
            ranges.append((starts[index], ends[index]))
            continue
        # The offset counts from its own place in the file; a glyph of 0 means "none".
        base = 3 * count + 1 + index + offsets[index] // 2 - starts[index]
        ranges.extend(
            (code, code)
            for code in range(starts[index], ends[index] + 1)
            if base + code < len(words) and (words[base + code] + deltas[index]) & 0xFFFF
        )
    # The format ends with a segment for U+FFFF that maps to "none".
    ranges = [(start, end) for start, end in ranges if start != 0xFFFF]
    return Coverage(tuple(r[0] for r in ranges), tuple(r[1] for r in ranges))
