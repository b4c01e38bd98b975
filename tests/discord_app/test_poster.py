"""The poster against a server that answers as it is told to, byte by byte."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_app import poster as room
from bot.discord_app.poster import Poster, Unsent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NO_CONTENT = b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Told:
    """Answers each request with the next of ``answers``; None ends the connection without a word.

    A list is sent piece by piece.
    """

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
                if answer is None:
                    break
                for piece in answer if isinstance(answer, list) else [answer]:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.001)
        writer.close()


@asynccontextmanager
async def told(*answers: Any) -> AsyncIterator[tuple[Told, Poster]]:
    server = Told(*answers)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.address = f"127.0.0.1:{port}"
    poster = Poster(f"http://{server.address}/api/v10", "DiscordBot (test)")
    try:
        yield server, poster
    finally:
        poster.close()
        listening.close()
        await listening.wait_closed()
        await asyncio.sleep(0.01)  # the server's tasks see the end


async def test_a_request_is_whole_and_the_connection_is_used_again() -> None:
    async with told(NO_CONTENT, OK, NO_CONTENT) as (server, poster):
        assert await poster.post("/a/1/callback", b'{"x":1}') == 204
        assert await poster.post("/a/2/callback", b"{}") == 200
        assert await poster.post("/a/3/callback", b"{}") == 204
    assert server.connections == 1
    assert server.requests[0] == (
        b"POST /api/v10/a/1/callback HTTP/1.1\r\nHost: " + server.address.encode() + b"\r\n"
        b"User-Agent: DiscordBot (test)\r\nContent-Type: application/json\r\n"
        b'Content-Length: 7\r\n\r\n{"x":1}'
    )


async def test_requests_at_once_have_a_connection_each_and_their_own_answer() -> None:
    async with told(*[NO_CONTENT] * 9) as (server, poster):
        sent = await asyncio.gather(*(poster.post(f"/{n}", b"{}") for n in range(5)))
        assert (sent, server.connections) == ([204] * 5, 5)
        await asyncio.gather(*(poster.post(f"/{n}", b"{}") for n in range(4)))
        assert server.connections == 5


ODD: dict[str, Any] = {
    "refused": b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
    "an error in chunks": b"HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n",
    "closed without a word": None,
    "closed half-way": [b"HTTP/1.1 20", None],
    "not HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "another version": b"HTTP/1.0 204 No Content\r\n\r\n",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n",
    "a head without an end": [b"X" * 9_000, b"X" * 9_000],
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
async def test_what_is_no_success_is_told_and_the_next_one_succeeds(answer: Any) -> None:
    if isinstance(answer, list) and answer[-1] is None:
        answer = answer[0] + b"\r\n\r\n"
    async with told(answer, NO_CONTENT) as (_, poster):
        with pytest.raises(Unsent):
            await poster.post("/a", b"{}")
        assert await poster.post("/b", b"{}") == 204


WHOLE: dict[str, Any] = {
    "in pieces": [OK[:5], OK[5:30], OK[30:]],
    "head and body apart": [OK[:-2], OK[-2:]],
    "with the connection's end": b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "of unknown length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "with more than it said": OK + b"HTTP/1.1 500 Another\r\n\r\n",
}


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE)
async def test_a_success_is_one_however_it_comes_and_mixes_with_no_other(answer: Any) -> None:
    async with told(answer, NO_CONTENT) as (_, poster):
        assert await poster.post("/a", b"{}") < 300
        assert await poster.post("/b", b"{}") == 204


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    async with told(NO_CONTENT, None, NO_CONTENT) as (server, poster):
        await poster.post("/a", b"{}")
        [line] = poster._idle
        line.abort()
        await asyncio.sleep(0.01)
        with pytest.raises(Unsent, match="lost"):
            await poster.post("/b", b"{}")
        assert server.connections == 2
        assert await poster.post("/c", b"{}") == 204


async def test_one_that_lay_idle_for_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "IDLE_S", 0.0)
    async with told(NO_CONTENT, NO_CONTENT) as (server, poster):
        await poster.post("/a", b"{}")
        await poster.post("/b", b"{}")
        assert server.connections == 2


async def test_an_answer_that_does_not_come_is_not_waited_for_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with told(NO_CONTENT, b"", NO_CONTENT) as (_, poster):
        await poster.post("/0", b"{}")
        monkeypatch.setattr(room, "PATIENCE_S", 0.02)
        with pytest.raises(Unsent, match="in time"):
            await poster.post("/a", b"{}")
        monkeypatch.setattr(room, "PATIENCE_S", 20.0)
        assert await poster.post("/b", b"{}") == 204


async def test_whoever_gives_up_leaves_no_answer_to_the_next_one() -> None:
    late = [b"", OK]
    async with told(late, NO_CONTENT) as (server, poster):
        task = asyncio.create_task(poster.post("/a", b"{}"))
        async with asyncio.timeout(60):
            await server.heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await poster.post("/b", b"{}") == 204


async def test_nobody_listening_is_told_and_a_closed_one_holds_nothing() -> None:
    async with told() as (server, poster):
        address = server.address
    with pytest.raises(Unsent, match="no connection"):
        await Poster(f"http://{address}", "x").post("/a", b"{}")
    assert not poster._lines
