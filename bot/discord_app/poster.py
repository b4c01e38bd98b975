"""Posts answers over connections of its own: HTTP/1.1, kept open, one request at a time on each.

Knows no Discord. aiohttp's client does far more than a callback needs (redirects, cookies, proxies,
compression, streams), and that was the largest share of a press; docs/performance.md compares the
ways. This one writes a request, and `httptools` (llhttp, Node's parser) reads the answer; where
none comes it raises `Unsent`, and the caller sends it another way.

**A request may arrive twice:** where a connection ends without a word, nobody knows whether it was
heard. So this is for requests of which the server refuses the second, as Discord does.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

import httptools

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 1.2
"""How long a request may take with all it needs, a connection too. Discord wants its answer within
three seconds of the press: half of them are left for the other way, a little for the press."""
IDLE_S = 90.0
"""An idle connection is not used after that long: some routers forget one after four minutes, and
say nothing. A new one costs three journeys to the server and back, and the CPU of many requests."""
REST_S = 5.0
"""Where nothing can be reached, or everything is refused, for that long all goes the other way, at
once and not after `PATIENCE_S`. Not after an error or a silence: those may be one request's own."""
_LARGEST = 65_536
"""Bytes of an answer that are read."""
_OK, _MOVED, _NO, _TOO_MANY, _BROKEN = 200, 300, 400, 429, 500


class Unsent(Exception):
    """No answer came, or one that says to come again; whether the request arrived is not known."""


class _Dropped(Unsent):
    """The connection ended before a byte of the answer came."""


class Answer(NamedTuple):
    """What the server said: an HTTP status, and the body as it came."""

    status: int
    body: bytes


class Poster:
    """Connections to one server, as many as there are requests at once: `rush` bounds those.

    Args:
        base: The address before every path, ``https://discord.com/api/v10``.
        agent: The User-Agent.
        tls: How to check the server; the system's way if left out.
        patience: Seconds that a request may take, `PATIENCE_S`.
        idle: Seconds after which an idle connection is not used, `IDLE_S`.
        rest: Seconds without a try where it would be in vain, `REST_S`.
    """

    def __init__(
        self,
        base: str,
        agent: str,
        tls: ssl.SSLContext | None = None,
        *,
        patience: float = PATIENCE_S,
        idle: float = IDLE_S,
        rest: float = REST_S,
    ) -> None:
        parts = urlsplit(base)
        self._is_secure = is_secure = parts.scheme == "https"
        self._given_tls = tls
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if is_secure else 80)
        self._head = (
            f"HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nUser-Agent: {agent}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode("ascii")
        self._path = parts.path.encode("ascii")
        self._patience, self._idle_s, self._rest_s = patience, idle, rest
        self._rests_until = 0.0
        # The longest idle first.
        self._idle: deque[_Line] = deque()
        self._lines: set[_Line] = set()
        self._is_closed = False

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        # Made with the first connection: reading the system's certificates takes a while.
        return (self._given_tls or ssl.create_default_context()) if self._is_secure else None

    async def post(self, path: str, body: bytes) -> Answer:
        """Post JSON; the answer, whether it is a yes or a no.

        Raises:
            Unsent: There was none in time, or it was a redirect, a 429 or a server's error.
        """
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            raise Unsent("nothing is sent for a while")
        if not (path[:1] == "/" and path.isascii() and path.isprintable() and " " not in path):
            # With a line break in it, it would be two requests.
            raise Unsent("not a path")
        request = b"POST %b%b %b%d\r\n\r\n%b" % (
            self._path, path.encode("ascii"), self._head, len(body), body
        )  # fmt: skip
        status, _ = answer = await self._ask(request, now, now + self._patience)
        if status == _TOO_MANY:
            self._rest()
        if status == _TOO_MANY or status >= _BROKEN or _MOVED <= status < _NO:
            raise Unsent(f"status {status}")
        return answer

    def close(self) -> None:
        """End every connection; nothing is sent any more."""
        self._is_closed = True
        for line in list(self._lines):
            line.abort()
        self._idle.clear()

    async def _ask(self, request: bytes, now: float, until: float) -> Answer:
        try:
            line = self._kept(now)
            if line is not None:
                try:
                    return self._keep(line, await line.ask(request, until))
                except _Dropped:
                    # The server closed it as we wrote, as servers do with idle ones: no trouble.
                    pass
            line = await self._connected(until)
            return self._keep(line, await line.ask(request, until))
        except Unsent:
            # Whatever made one connection fall silent did so to the idle ones, too.
            while self._idle:
                self._idle.pop().abort()
            raise

    def _keep(self, line: _Line, answer: Answer) -> Answer:
        if line.is_open:
            self._idle.append(line)
            while line.used_at - self._idle[0].used_at > self._idle_s:
                self._idle.popleft().abort()
        return answer

    def _rest(self) -> None:
        self._rests_until = asyncio.get_running_loop().time() + self._rest_s

    def _kept(self, now: float) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_open and now - line.used_at < self._idle_s:
                return line
            line.abort()
        return None

    async def _connected(self, until: float) -> _Line:
        self._ensure_open()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(until):
                _, line = await loop.create_connection(
                    lambda: _Line(loop, self._lines.discard),
                    self._host, self._port, ssl=self._tls,
                    server_hostname=self._host if self._tls else None,
                )  # fmt: skip
        except (OSError, TimeoutError) as failure:
            self._rest()
            raise Unsent(f"no connection: {failure!r}") from failure
        self._lines.add(line)
        try:
            self._ensure_open()
        except Unsent:
            line.abort()
            raise
        return line

    def _ensure_open(self) -> None:
        if self._is_closed:
            raise Unsent("closed")


class _Line(asyncio.Protocol):
    """One connection, with at most one request on it; the ``on_`` methods are httptools' calls."""

    def __init__(self, loop: asyncio.AbstractEventLoop, lost: Callable[[_Line], None]) -> None:
        self._loop = loop
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._seen = self._status = 0
        self._body = b""
        self.is_open = False
        self.used_at = 0.0

    async def ask(self, request: bytes, until: float) -> Answer:
        """Send a request; its answer, once that is read to its end, or as far as it came.

        Raises:
            Unsent: There is none at that time of the loop's clock, or none that can be read.
        """
        if self._transport is None:
            raise _Dropped("the connection is closed")
        self._seen = self._status = 0
        self._body = b""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_at(until, self._fail, "no answer in time")
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
        """Nothing comes any more; a status that came is an answer, however little of its body."""
        self._transport = None
        why = f"the connection was lost: {exc or 'closed by the server'}"
        self._end(why, Unsent if self._seen else _Dropped)
        self._lost(self)

    def data_received(self, data: bytes) -> None:
        """Read some more of the answer."""
        self._seen += len(data)
        if not self._is_asked() or self._seen > _LARGEST:
            self._end("an answer without an end")
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as failure:
            self._end(f"an answer that can't be read: {failure}")

    def on_message_begin(self) -> None:
        """The first byte of an answer; of one too many there is nobody to hear it."""
        if not self._is_asked():
            self.abort()

    def on_headers_complete(self) -> None:
        """The status is known."""
        self._status = self._parser.get_status_code()

    def on_body(self, piece: bytes) -> None:
        """A piece of the body, chunks already put together."""
        self._body += piece

    def on_message_complete(self) -> None:
        """All of it; after an interim answer (100 Continue) the real one follows."""
        if self._status < _OK or not self._is_asked():
            return
        self.used_at = self._loop.time()
        if not self._parser.should_keep_alive():
            self.abort()
        self._succeed()

    def _is_asked(self) -> bool:
        return self._answer is not None and not self._answer.done()

    def _succeed(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._status, self._body))

    def _fail(self, why: str, kind: type[Unsent] = Unsent) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(kind(why))
        self.abort()

    def _end(self, why: str, kind: type[Unsent] = Unsent) -> None:
        """Nothing more can be read: what was read is the answer, if its head was whole."""
        if self._status >= _OK:
            self._succeed()
        self._fail(why, kind)
