"""Snowflakes, timestamps and JSON: how Discord writes values. Knows nothing of the world."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1_420_070_400_000
"""Discord's epoch, the first second of 2015, in Unix milliseconds."""

dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""Compact JSON. One encoder for all: `json.dumps` with arguments builds a new one each time."""


class Snowflakes:
    """Makes ids that are unique and, at one instant, rising; the instant is an argument or now."""

    def __init__(self) -> None:
        self._counter = 0

    def at(self, instant: datetime | None = None) -> int:
        """Return a new id.

        Two of one millisecond differ by the 12-bit counter, so 4,096 of them are safe.
        """
        ms = time.time_ns() // 1_000_000 if instant is None else int(instant.timestamp() * 1000)
        self._counter += 1
        # The counter also fills the worker bits, so a burst of up to 4 million in one millisecond
        # stays unique.
        return ((ms - EPOCH_MS) << 22) | (self._counter & 0x3FFFFF)


def instant_of(snowflake: int) -> datetime:
    """Return the aware UTC instant that an id carries, to the millisecond."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC)


def iso(instant: datetime) -> str:
    """Write an instant the way Discord does: with offset and microseconds."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def as_id(value: Any) -> int | None:
    """Read an id that may be written as a string or a number; None when it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return int(value)
    except ValueError:
        return None
