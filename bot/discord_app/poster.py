"""Posts answers over connections of its own: HTTP/1.1, kept open, one request at a time on each.

Knows no Discord. aiohttp's client does far more than a callback needs (redirects, cookies, proxies,
compression, streams), and that was the largest share of a press. This one writes a request and
reads a status; whatever is out of the ordinary raises `Unsent`, and the caller sends it another
way. Tried on the wire (`tests/wire/test_poster.py`) with resets, delays and odd answers.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cached_property
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE_S = 15.0
"""An idle connection is not used after that long: routers forget such, and say nothing."""
PATIENCE_S = 2.0
"""How long an answer may take: of Discord's three seconds some are left for another way."""
_MAX_HEAD = 16_384


class Unsent(Exception):
    """No plain answer came; whether it arrived is not known."""


class Poster:
    """Connections to one server, as many as there are requests at once.

    Args:
        base: The address before every path, ``https://discord.com/api/v10``.
        agent: The User-Agent.
        tls: How to check the server; the system's way if left out.
    """

    def __init__(self, base: str, agent: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(base)
        self._is_secure = is_secure = parts.scheme == "https"
        self._given_tls = tls
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if is_secure else 80)
        self._head = (
            f"HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: {agent}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode("ascii")
        self._path = parts.path.encode("ascii")
        self._idle: list[_Line] = []
        self._lines: set[_Line] = set()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        # Made with the first connection: reading the system's certificates takes a while.
        return (self._given_tls or ssl.create_default_context()) if self._is_secure else None

    async def post(self, path: str, body: bytes) -> int:
        """Post JSON; the status, any below 300.

        Raises:
            Unsent: The status is another one, or there was none.
        """
        line = self._line() or await self._connected()
        request = b"POST %b%b %b%d\r\n\r\n%b" % (
            self._path, path.encode("ascii"), self._head, len(body), body
        )  # fmt: skip
        status = await line.ask(request)
        if line.is_open:
            self._idle.append(line)
        if status >= 300:
            raise Unsent(f"status {status}")
        return status

    def close(self) -> None:
        """End every connection."""
        for line in list(self._lines):
            line.abort()
        self._idle.clear()

    def _line(self) -> _Line | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            if line.is_open and now - line.used_at < IDLE_S:
                return line
            line.abort()
        return None

    async def _connected(self) -> _Line:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE_S):
                _, line = await loop.create_connection(
                    lambda: _Line(loop, self._lines.discard),
                    self._host, self._port, ssl=self._tls,
                    server_hostname=self._host if self._tls else None,
                )  # fmt: skip
        except (OSError, TimeoutError) as failure:
            raise Unsent(f"no connection: {failure!r}") from failure
        self._lines.add(line)
        return line


class _Line(asyncio.Protocol):
    """One connection, with at most one request on it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, lost: Callable[[_Line], None]) -> None:
        self._loop = loop
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._seen = b""
        self.is_open = False
        self.used_at = 0.0

    async def ask(self, request: bytes) -> int:
        """Send a request; its answer's status, once the answer is read to its end."""
        if self._transport is None:
            raise Unsent("the connection is closed")
        answer: asyncio.Future[int] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_later(PATIENCE_S, self._fail, "no answer in time")
        self._transport.write(request)
        try:
            return await answer
        finally:
            timer.cancel()
            self._answer = None
            if not answer.done() or answer.cancelled():
                self.abort()  # its answer, still to come, would be taken for the next one's

    def abort(self) -> None:
        """End it at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for a request."""
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes any more."""
        self._transport = None
        self._fail(f"the connection was lost: {exc or 'closed by the server'}")
        self._lost(self)

    def data_received(self, data: bytes) -> None:
        """Read the head of an answer, and as much body as it says there is."""
        answer = self._answer
        if answer is None or answer.done():
            self.abort()  # nobody asked
            return
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        if not end:
            if len(head) > _MAX_HEAD:
                self._fail("a head without an end")
            return
        try:
            status, length = _read_head(head)
        except (ValueError, IndexError):
            self._fail("an answer that can't be read")
            return
        if length is None or len(body) > length:
            # Its end is not known, so nothing more can be asked on this connection.
            self.abort()
        elif len(body) < length:
            return
        if b"\r\nconnection: close" in head.lower():
            self.abort()
        self._seen = b""
        self.used_at = self._loop.time()
        answer.set_result(status)

    def _fail(self, why: str) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unsent(why))
        self.abort()


def _read_head(head: bytes) -> tuple[int, int | None]:
    """The status and the body's length; None where only the body itself would tell it."""
    first, *lines = head.split(b"\r\n")
    version, status = first.split(b" ", 2)[:2]
    if version != b"HTTP/1.1" or int(status) < 200:
        raise ValueError(first)
    if int(status) == 204:
        return 204, 0
    for line in lines:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(status), int(value)
    return int(status), None
