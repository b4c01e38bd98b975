"""One gateway connection's outgoing side: compression and an ordered queue.

Knows nothing of events.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from .rest import reset

if TYPE_CHECKING:
    from aiohttp import web

Text = str | Callable[[], str]
"""A frame's text, or what renders it when its turn comes: ten thousand guilds are not held as text.
"""


class Codec(Protocol):
    """Makes frames from text; ``bytes`` go out as binary."""

    def encode(self, text: str) -> str | bytes: ...


class Plain:
    """No compression."""

    def encode(self, text: str) -> str | bytes:
        """Return the text as it is."""
        return text


class ZlibStream:
    """One zlib stream a connection, flushed after every message so that it ends in 00 00 FF FF."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(1)

    def encode(self, text: str) -> str | bytes:
        """Return the next piece of the stream."""
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """One zstd frame a connection, flushed by blocks: discord.py reads no second frame."""

    def __init__(self) -> None:
        self._encode = _zstandard() if find_spec("zstandard") else _standard_library()

    def encode(self, text: str) -> str | bytes:
        """Return the next blocks of the frame."""
        return self._encode(text.encode())


def _zstandard() -> Callable[[bytes], bytes]:
    package = import_module("zstandard")
    stream = package.ZstdCompressor(level=1).compressobj()
    return lambda data: stream.compress(data) + stream.flush(package.COMPRESSOBJ_FLUSH_BLOCK)


def _standard_library() -> Callable[[bytes], bytes]:
    """Return the same from Python 3.14 on, whose own module discord.py takes too."""
    stream = import_module("compression.zstd").ZstdCompressor(level=1)
    return lambda data: bytes(stream.compress(data, mode=stream.FLUSH_BLOCK))


def codec_for(compress: str | None) -> Codec | None:
    """Return the codec for a gateway address's ``compress``, None for an unknown one."""
    if not compress:
        return Plain()
    makers: dict[str, Callable[[], Codec]] = {"zlib-stream": ZlibStream, "zstd-stream": ZstdStream}
    maker = makers.get(compress)
    return maker() if maker else None


class Outgoing:
    """Sends texts in order, one task a connection, so that whoever sends never waits."""

    def __init__(
        self, socket: web.WebSocketResponse, codec: Codec, request: web.BaseRequest
    ) -> None:
        self._socket = socket
        self._codec = codec
        self._request = request
        self._queue: asyncio.Queue[Text | int] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())
        self.is_gone = False

    def send(self, text: Text) -> None:
        """Queue a text."""
        if not self.is_gone:
            self._queue.put_nowait(text)

    def close(self, code: int) -> None:
        """Close with a code once everything queued has gone out."""
        self._queue.put_nowait(code)

    def drop(self, *, hard: bool) -> None:
        """End the connection at once, without a close frame; what is queued is lost."""
        self.is_gone = True
        self._task.cancel()
        reset(self._request.transport, hard=hard)

    async def finish(self) -> None:
        """Stop the sending task."""
        self.is_gone = True
        self._task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await self._task

    async def _run(self) -> None:
        rendered = 0
        with suppress(ConnectionError, RuntimeError):  # the other side went away: nobody to tell
            while True:
                item: Any = await self._queue.get()
                if isinstance(item, int):
                    self.is_gone = True
                    await self._socket.close(code=item)
                    return
                if not isinstance(item, str):
                    item = item()
                    rendered += 1
                    if rendered % 16 == 0:  # let requests in between ten thousand guilds
                        await asyncio.sleep(0)
                frame = self._codec.encode(item)
                if isinstance(frame, str):
                    await self._socket.send_str(frame)
                else:
                    await self._socket.send_bytes(frame)
