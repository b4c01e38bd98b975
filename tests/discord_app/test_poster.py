"""The poster against a server that answers as it is told to, byte by byte."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.poster import Answer, Poster, Unsent, _Line

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

NO_CONTENT = b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
END = object()
"""Among the pieces of an answer: the connection's end."""


class Told:
    """Answers each request with the next of ``answers``; a list is sent piece by piece."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.heard = asyncio.Event()
        self.connections = 0
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                self.heard.set()
                answer = self.answers.pop(0)
                for piece in answer if isinstance(answer, list) else [answer]:
                    if piece is END:
                        raise ConnectionError
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.001)
        writer.close()


@asynccontextmanager
async def told(
    *answers: Any, host: str = "127.0.0.1", secured: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Told, Poster]]:
    """A server, and a poster to it that is patient and always ready to try again."""
    server = Told(*answers)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=secured)
    port = listening.sockets[0].getsockname()[1]
    server.address = f"{host}:{port}"
    base = f"{'https' if secured else 'http'}://{server.address}/api/v10"
    poster = Poster(base, "DiscordBot (test)", **{"patience": 60.0, "rest": 0.0} | options)
    try:
        yield server, poster
    finally:
        poster.close()
        listening.close()
        await listening.wait_closed()
        await asyncio.sleep(0.01)  # the server's tasks see the end


async def test_a_request_is_whole_and_the_connection_is_used_again() -> None:
    async with told(NO_CONTENT, OK, NO_CONTENT) as (server, poster):
        assert await poster.post("/a/1/callback", b'{"x":1}') == (204, b"")
        assert await poster.post("/a/2/callback", b"{}") == (200, b"{}")
        assert await poster.post("/a/3/callback", b"{}") == (204, b"")
    assert server.connections == 1
    assert server.requests[0] == (
        b"POST /api/v10/a/1/callback HTTP/1.1\r\nHost: " + server.address.encode() + b"\r\n"
        b"User-Agent: DiscordBot (test)\r\nContent-Type: application/json\r\n"
        b'Content-Length: 7\r\n\r\n{"x":1}'
    )


async def test_requests_at_once_have_a_connection_each_and_their_own_answer() -> None:
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % n for n in range(9)]
    async with told(*answers) as (server, poster):
        sent = await asyncio.gather(*(poster.post(f"/{n}", b"{}") for n in range(5)))
        asked = [int(request.split(b"/")[3].split()[0]) for request in server.requests]
        assert [int(sent[n].body) for n in asked] == [0, 1, 2, 3, 4]
        assert server.connections == 5
        await asyncio.gather(*(poster.post(f"/{n}", b"{}") for n in range(4)))
        assert server.connections == 5


NONE: dict[str, Any] = {
    "a server's error, in chunks": b"HTTP/1.1 502 B\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "too many": b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    "elsewhere": b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
    "closed without a word": [END],
    "closed within the head": [b"HTTP/1.1 20", END],
    "closed after an interim answer": [b"HTTP/1.1 100 Continue\r\n\r\n", END],
    "another protocol": b"HTTP/1.1 101 Hm\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "not HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": OK.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "a head without an end": [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 50_000, b"x" * 50_000],
}  # fmt: skip


@pytest.mark.parametrize("answer", NONE.values(), ids=NONE)
async def test_what_is_no_answer_is_told_and_the_next_one_succeeds(answer: Any) -> None:
    async with told(answer, NO_CONTENT) as (_, poster):
        with pytest.raises(Unsent):
            await poster.post("/a", b"{}")
        assert (await poster.post("/b", b"{}")).status == 204


LAST: dict[str, tuple[Any, Answer]] = {
    "with the connection's end": (
        b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", Answer(204, b"")),
    "until the connection's end": ([b"HTTP/1.1 200 OK\r\n\r\n{", b"}", END], Answer(200, b"{}")),
    "of the older version": (b"HTTP/1.0 204 No Content\r\n\r\n", Answer(204, b"")),
    "with more than it said": (OK + b"HTTP/1.1 500 Another\r\n\r\n", Answer(200, b"{}")),
    "with the beginning of more": (OK + b"HTT", Answer(200, b"{}")),
    "with a piece that is none": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nhm", Answer(200, b"{")),
    "cut off in its body": (
        [b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n{}", END], Answer(404, b"{}")),
}  # fmt: skip
WHOLE: dict[str, tuple[Any, Answer]] = {
    "in chunks": (CHUNKED, Answer(200, b"{}")),
    "refused": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", Answer(404, b"{}")),
    "after interim ones": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n" + OK,
        Answer(200, b"{}")),
    "with names in any case": (
        b"HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\n\r\n{}", Answer(200, b"{}")),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "read"), LAST.values(), ids=LAST)
async def test_after_some_answers_the_connection_is_not_used_again(
    answer: Any, read: Answer
) -> None:
    async with told(answer, NO_CONTENT) as (server, poster):
        assert await poster.post("/a", b"{}") == read
        assert (await poster.post("/b", b"{}")).status == 204
        assert server.connections == 2


@pytest.mark.parametrize(("answer", "read"), WHOLE.values(), ids=WHOLE)
async def test_after_others_it_is(answer: Any, read: Answer) -> None:
    async with told(answer, NO_CONTENT) as (server, poster):
        assert await poster.post("/a", b"{}") == read
        assert (await poster.post("/b", b"{}")).status == 204
        assert server.connections == 1


async def test_of_a_body_without_an_end_no_more_is_read_than_is_needed() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    async with told([head, *[chunk] * 30], NO_CONTENT) as (server, poster):
        status, body = await poster.post("/a", b"{}")
        assert (status, 0 < len(body) <= 65_536) == (403, True)
        assert (await poster.post("/b", b"{}")).status == 204
        assert server.connections == 2


class Wire:
    """A transport that goes nowhere."""

    def __init__(self, line: _Line) -> None:
        self.line = line
        self.is_open = True
        line.connection_made(self)  # type: ignore[arg-type]

    def abort(self) -> None:
        self.is_open = False

    def write(self, data: bytes) -> None:
        pass


def fed(pieces: list[bytes]) -> tuple[bool, Answer | Unsent | None]:
    """Whether a connection can be used again after it heard that, and the answer."""
    loop = asyncio.new_event_loop()
    try:
        line = _Line(loop, lambda _: None)
        wire = Wire(line)
        answer = line._answer = loop.create_future()
        for piece in pieces:
            if wire.is_open:
                line.data_received(piece)
        if not answer.done():
            return line.is_open, None
        return line.is_open, answer.exception() or answer.result()  # type: ignore[return-value]
    finally:
        loop.close()


@pytest.mark.parametrize("answer", [each for each in NONE.values() if isinstance(each, bytes)])
def test_what_is_no_answer_is_no_error_of_the_loop_s_either(answer: bytes) -> None:
    is_open, read = fed([answer])
    # Those with a status that is no yes are told apart by the poster.
    assert isinstance(read, Answer) or (isinstance(read, Unsent) and not is_open)


ANSWERS = [a for a, _ in (*WHOLE.values(), *LAST.values()) if isinstance(a, bytes)]


@given(st.sampled_from(ANSWERS), st.sets(st.integers(1, 120)))
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(whole: bytes, cuts: set[int]) -> None:
    bounds = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(bounds)]
    assert fed(pieces) == fed([whole])


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([OK, CHUNKED, b"\r\n"]))))
def test_whatever_comes_is_an_answer_or_none_and_never_another_error(pieces: list[bytes]) -> None:
    is_open, answer = fed(pieces)
    assert answer is None or isinstance(answer, Answer | Unsent)
    assert not (is_open and isinstance(answer, Unsent))


async def test_one_that_the_server_closes_as_we_write_is_replaced() -> None:
    async with told(NO_CONTENT, [END], NO_CONTENT) as (server, poster):
        await poster.post("/a", b"{}")
        assert (await poster.post("/b", b"{}")).status == 204
        assert [request.split()[1] for request in server.requests] == [
            b"/api/v10/a", b"/api/v10/b", b"/api/v10/b",
        ]  # fmt: skip
        assert server.connections == 2


async def test_once() -> None:
    async with told(NO_CONTENT, [END], [END], NO_CONTENT) as (server, poster):
        await poster.post("/a", b"{}")
        with pytest.raises(Unsent, match="closed by the server"):
            await poster.post("/b", b"{}")
        assert len(server.requests) == 3


async def test_not_where_an_answer_had_begun() -> None:
    async with told(NO_CONTENT, [b"HTTP/1.1", END]) as (server, poster):
        await poster.post("/a", b"{}")
        with pytest.raises(Unsent, match="closed by the server"):
            await poster.post("/b", b"{}")
        assert len(server.requests) == 2


async def test_one_that_was_closed_meanwhile_is_not_used() -> None:
    async with told([NO_CONTENT, END], NO_CONTENT) as (server, poster):
        await poster.post("/a", b"{}")
        async with asyncio.timeout(60):
            while poster._lines:  # noqa: ASYNC110  (its end has no event)
                await asyncio.sleep(0)
        assert (await poster.post("/b", b"{}")).status == 204
        assert len(server.requests) == server.connections == 2


async def test_one_that_lay_idle_for_long_is_not_used() -> None:
    async with told(NO_CONTENT, NO_CONTENT, idle=0.0) as (server, poster):
        await poster.post("/a", b"{}")
        await poster.post("/b", b"{}")
        assert server.connections == 2


async def test_what_a_crowd_left_idle_is_closed_while_others_are_used() -> None:
    async with told(*[NO_CONTENT] * 5) as (_, poster):
        await asyncio.gather(*(poster.post(f"/{n}", b"{}") for n in range(4)))
        for line in list(poster._idle)[:2]:
            line.used_at -= 91.0
        await poster.post("/last", b"{}")
        assert len(poster._idle) == 2
        assert all(line.is_open for line in poster._idle)


async def test_an_answer_that_does_not_come_is_not_waited_for_for_long() -> None:
    async with told(NO_CONTENT, NO_CONTENT, b"", NO_CONTENT) as (server, poster):
        await asyncio.gather(poster.post("/0", b"{}"), poster.post("/1", b"{}"))
        poster._patience = 0.02
        with pytest.raises(Unsent, match="in time"):
            await poster.post("/a", b"{}")
        # What made the one fall silent, a router or a network that changed, did so to all.
        assert not poster._idle
        poster._patience = 60.0
        assert (await poster.post("/b", b"{}")).status == 204
        assert server.connections == 3


async def test_the_patience_is_one_for_connection_answer_and_second_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends: list[float] = []
    ask, connected = _Line.ask, Poster._connected

    def watched_ask(self: _Line, request: bytes, until: float) -> Any:
        ends.append(until)
        return ask(self, request, until)

    def watched_connected(self: Poster, until: float) -> Any:
        ends.append(until)
        return connected(self, until)

    monkeypatch.setattr(_Line, "ask", watched_ask)
    monkeypatch.setattr(Poster, "_connected", watched_connected)
    async with told(NO_CONTENT, [END], NO_CONTENT) as (_, poster):
        await poster.post("/a", b"{}")
        assert (len(ends), len(set(ends))) == (2, 1)
        ends.clear()
        began = asyncio.get_running_loop().time()
        await poster.post("/b", b"{}")
        assert (len(ends), len(set(ends))) == (3, 1)
        assert began + 60.0 <= ends[0] <= asyncio.get_running_loop().time() + 60.0


async def test_a_connection_that_does_not_come_about_is_not_waited_for_for_long() -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    poster = Poster(f"https://127.0.0.1:{port}", "x", patience=0.05)
    async with silent:
        with pytest.raises(Unsent, match="no connection: TimeoutError"):
            await poster.post("/a", b"{}")  # no handshake
        assert not poster._lines
        poster.close()


async def test_where_nothing_can_be_reached_it_is_not_tried_for_a_while() -> None:
    async with told() as (server, _):
        pass
    poster = Poster(f"http://{server.address}", "x", rest=1_000.0)
    with pytest.raises(Unsent, match="no connection"):
        await poster.post("/a", b"{}")
    with pytest.raises(Unsent, match="for a while"):
        await poster.post("/a", b"{}")
    poster._rests_until = asyncio.get_running_loop().time()
    with pytest.raises(Unsent, match="no connection"):
        await poster.post("/a", b"{}")
    assert not poster._lines


async def test_nor_where_everything_is_refused() -> None:
    async with told(NONE["too many"], rest=1_000.0) as (server, poster):
        with pytest.raises(Unsent, match="429"):
            await poster.post("/a", b"{}")
        with pytest.raises(Unsent, match="for a while"):
            await poster.post("/a", b"{}")
        assert len(server.requests) == 1


async def test_an_error_of_the_server_is_no_reason_for_that() -> None:
    error = NONE["a server's error, in chunks"]
    async with told(error, [END], NO_CONTENT, rest=1_000.0) as (server, poster):
        with pytest.raises(Unsent, match="502"):
            await poster.post("/a", b"{}")
        assert (await poster.post("/b", b"{}")).status == 204
        assert len(server.requests) == 3


@pytest.mark.parametrize("path", ["", "a", "/a b", "/a\r\nX: y", "/a\n", "/a\x00", "/ä", "/\x7f"])
async def test_a_path_that_is_none_is_not_sent(path: str) -> None:
    async with told(NO_CONTENT) as (server, poster):
        with pytest.raises(Unsent, match="path"):
            await poster.post(path, b"{}")
        assert server.connections == 0


async def test_whoever_gives_up_leaves_no_answer_to_the_next_one() -> None:
    async with told([b"", OK], NO_CONTENT) as (server, poster):
        task = asyncio.create_task(poster.post("/a", b"{}"))
        async with asyncio.timeout(60):
            await server.heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await poster.post("/b", b"{}")).status == 204


async def test_closed_it_holds_nothing_and_sends_nothing() -> None:
    async with told(NO_CONTENT, NO_CONTENT, b"", NO_CONTENT) as (server, poster):
        await asyncio.gather(poster.post("/0", b"{}"), poster.post("/1", b"{}"))
        server.heard.clear()
        under_way = asyncio.create_task(poster.post("/a", b"{}"))
        async with asyncio.timeout(60):
            await server.heard.wait()
        poster.close()
        with pytest.raises(Unsent):
            await under_way
        with pytest.raises(Unsent, match="closed"):
            await poster.post("/b", b"{}")
        assert server.connections == 2
        assert not poster._lines
        assert not poster._idle
