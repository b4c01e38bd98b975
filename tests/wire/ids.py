"""Snowflakes, timestamps and JSON: how Discord writes values. Knows nothing of the world."""

from __future__ import annotations

import importlib
import importlib.util
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH_MS = 1_420_070_400_000
"""Discord's epoch, the first second of 2015, in Unix milliseconds."""


def _encoder() -> Callable[[Any], str]:
    """Return the fastest JSON writer there is: orjson where it is installed, as for discord.py."""
    if importlib.util.find_spec("orjson") is not None:
        write = importlib.import_module("orjson").dumps
        return lambda value: str(write(value), "utf-8")
    # One encoder for all: `json.dumps` with arguments builds a new one each time.
    return json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


dumps = _encoder()
"""Writes compact JSON."""


class Snowflakes:
    """Makes ids that are unique and, at one instant, rising; the instant is an argument or now.

    ``offset`` moves the server's now, for a bot whose clock a test has moved.
    """

    def __init__(self) -> None:
        self._counter = 0
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the server's now."""
        return datetime.now(UTC) + self.offset

    def at(self, instant: datetime | None = None) -> int:
        """Return a new id for an instant, or for now."""
        ms = int((instant or self.now()).timestamp() * 1000)
        self._counter += 1
        # The counter fills the worker bits too: 4 million ids of one millisecond stay unique.
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
