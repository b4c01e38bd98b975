"""Switches discord.py's gateway compression in a test; it picks one at import by itself."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING, Any
from unittest import mock

from discord import utils

if TYPE_CHECKING:
    from collections.abc import Iterator


class ZlibContext:
    """discord.py 2.7.1's own zlib context, which it does not define when zstandard is installed."""

    COMPRESSION_TYPE = "zlib-stream"

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()

    def decompress(self, data: bytes, /) -> str | None:
        """Return the message, None for a piece of one."""
        if not data.endswith(b"\x00\x00\xff\xff"):
            return None
        return self._stream.decompress(data).decode()


@contextlib.contextmanager
def zlib_only() -> Iterator[None]:
    """Let clients that connect in here use zlib-stream."""
    context: Any = ZlibContext
    with mock.patch.object(utils, "_ActiveDecompressionContext", context):
        yield
