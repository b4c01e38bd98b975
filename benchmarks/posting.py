"""CPU of one answer's POST over TLS on loopback, by what sends it. Prints, asserts nothing.

    python -m benchmarks.posting [--quick]

The server is a process of its own and answers with a head as long as Discord's. The ways run by
turns. The last row is the poster with a new connection each time, which is why it keeps them.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import statistics
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from aiohttp.client_reqrep import ClientRequest
from discord.webhook.async_ import AsyncWebhookAdapter
from yarl import URL

from benchmarks.wire import print_machine, print_table
from bot.discord_app.poster import Poster
from tests.wire.certificates import Certificate, make_certificate

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

BODY = b'{"type":7,"data":{"components":[{"type":10,"content":"%b"}]}}' % (b"x" * 1_600)
TOKEN = "t" * 170
HEAD = b"HTTP/1.1 204 No Content\r\n%b\r\n" % b"".join(
    b"x-field-%d: %b\r\n" % (n, b"v" * length)
    for n, length in enumerate([20] * 8 + [60] * 6 + [200] * 6)
)


class Answering(asyncio.Protocol):
    """The server's side."""

    def connection_made(self, transport: Any) -> None:
        self.transport, self.seen = transport, b""

    def data_received(self, data: bytes) -> None:
        self.seen += data
        if self.seen.endswith(b"}]}}"):
            self.seen = b""
            self.transport.write(HEAD)


async def serve(certificate: Certificate) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, ssl=certificate.server())
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


@asynccontextmanager
async def ways(base: str, tls: ssl.SSLContext) -> AsyncIterator[dict[str, Any]]:
    """What sends: name -> a function that posts once."""
    discord.http.Route.BASE = base
    path = f"/interactions/1234567890123456789/{TOKEN}/callback"
    adapter = AsyncWebhookAdapter()
    asked = iter(range(10**18, 10**19))

    params = discord.http.MultipartParameters(
        payload={"type": 7, "data": {"components": [{"type": 10, "content": "x" * 1_600}]}},
        multipart=None, files=None,
    )  # fmt: skip
    connector = aiohttp.TCPConnector(limit=0, ssl=tls)
    lower = ClientRequest("POST", URL(base), loop=asyncio.get_running_loop())
    patience = aiohttp.ClientTimeout(total=60)
    kept = Poster(base, "DiscordBot", tls, patience=60)
    anew = Poster(base, "DiscordBot", tls, patience=60, idle=0.0)
    head = kept._head  # noqa: SLF001  (the same request)

    async with aiohttp.ClientSession(connector=connector) as session:

        async def by_discord_py() -> None:
            await adapter.create_interaction_response(
                next(asked), TOKEN, session=session, params=params
            )

        async def by_session() -> None:
            headers = {"Content-Type": "application/json"}
            async with session.post(base + path, data=BODY, headers=headers) as response:
                await response.read()

        async def by_lower_layers() -> None:
            connection = await connector.connect(lower, [], patience)
            connection.protocol.set_response_params(auto_decompress=False)
            connection.transport.write(
                b"POST /api/v10%b %b%d\r\n\r\n%b" % (path.encode(), head, len(BODY), BODY)
            )
            await connection.protocol.read()
            connection.release()

        yield {
            "discord.py": by_discord_py,
            "aiohttp, `ClientSession.post`": by_session,
            "aiohttp's lower layers, `TCPConnector` and `ResponseHandler`": by_lower_layers,
            "`discord_app/poster.py`": lambda: kept.post(path, BODY),
            "the same, a new connection each time": lambda: anew.post(path, BODY),
        }
        kept.close()
        anew.close()
    await asyncio.sleep(0.1)


async def spent(post: Callable[[], Awaitable[object]], count: int, at_once: int) -> float:
    """CPU microseconds a request."""

    async def some() -> None:
        for _ in range(count // at_once):
            await post()

    began = time.process_time()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return (time.process_time() - began) / count * 1e6


async def measure(base: str, tls: ssl.SSLContext, turns: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    async with ways(base, tls) as all_ways:
        for at_once in (1, 20):
            seen: dict[str, list[float]] = {name: [] for name in all_ways}
            for turn in range(turns + 1):
                for name, post in all_ways.items():
                    cost = await spent(post, 100, at_once)
                    if turn:  # the first one warms up
                        seen[name].append(cost)
            for name, costs in seen.items():
                found.setdefault(name, []).append(f"{statistics.median(costs):,.0f}")
    return found


async def with_server(folder: Path, turns: int) -> dict[str, list[str]]:
    certificate = make_certificate(folder)
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.posting", "--serve", str(folder),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        return await measure(f"https://localhost:{port}/api/v10", certificate.client(), turns)
    finally:
        server.stdin.close()
        await server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 turns instead of 30")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        made = Certificate(arguments.serve / "server.pem", arguments.serve / "key.pem")
        asyncio.run(serve(made))
        return
    print_machine()
    loops: list[tuple[str, Any]] = [("asyncio", None)]
    if importlib.util.find_spec("uvloop"):
        import uvloop

        loops.append(("uvloop", uvloop.new_event_loop))
    rows: dict[str, list[str]] = {}
    for _, factory in loops:
        with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=factory) as run:
            found = run.run(with_server(Path(folder), 3 if arguments.quick else 30))
        for name, costs in found.items():
            rows.setdefault(name, []).extend(costs)
    columns = [f"{name}, {at_once} at a time" for name, _ in loops for at_once in (1, 20)]
    print_table(["CPU us a POST", *columns], [[name, *costs] for name, costs in rows.items()])


if __name__ == "__main__":
    main()
