"""The server as a whole: starts and stops, keeps the world, and offers what tests use.

Each room does its own part. In a test, with the fixtures of `conftest`::

    guild = server.add_guild("House", users=[ada := server.add_user("Ada")])
    client = await start(QuickClient())
    answer = await server.press(ada, server.latest(channel), "speedrun:start:1")
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Protocol, Self

import yarl
from aiohttp import web

from . import payloads
from .buckets import Buckets
from .building import Building
from .faults import Faults
from .gateway import Gateway
from .oracle import Oracle, Violation
from .people import People
from .rest import PREFIX, Rest, reset
from .state import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .calls import Call
    from .state import Channel, Json, Message

TOKEN = "MTAwMDAw.wire.token-of-the-bot"


class Addresses(Protocol):
    """Where a server is: this process's, or another's."""

    @property
    def api_base(self) -> str: ...

    @property
    def gateway_url(self) -> str: ...


class WireServer(Building):
    """A Discord of our own.

    Everything is reachable: ``world``, ``faults``, ``buckets``, ``gateway``, ``oracle``.
    """

    def __init__(
        self,
        *,
        limits: bool = True,
        use_schema: bool = True,
        heartbeat_interval: float = 41.25,
        recommended_shards: int = 1,
        remember: int = 5000,
    ) -> None:
        self.world = World()
        self.oracle = Oracle(use_schema=use_schema)
        self.faults = Faults()
        self.buckets = Buckets(enabled=limits)
        self.recommended_shards = recommended_shards
        self.command_creations: dict[int | None, int] = {}
        self.token = TOKEN
        self.bot = self.add_user("Speedrun", bot=True)
        self.application_id = self.bot.id
        self.rest = Rest(self, remember=remember)
        self.gateway = Gateway(self, heartbeat_interval=heartbeat_interval)
        people = People(self)
        self.press, self.select, self.slash = people.press, people.select, people.slash
        self.submit_modal, self.act = people.submit_modal, people.act
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0

    # Life

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; 0 takes a free port."""
        self._port = port
        self._runner = web.ServerRunner(
            web.Server(self._handle, request_factory=_request, access_log=None),
            shutdown_timeout=0.2,
        )
        await self._runner.setup()
        await self._listen()

    async def stop(self) -> None:
        """End every connection and stop listening."""
        self.rest.release()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Be gone for a while: connections are reset and new ones refused.

        The same port comes back after.
        """
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        self.gateway.drop_connection(hard=True)
        for connection in self._runner.server.connections if self._runner.server else ():
            reset(connection.transport)
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if path.startswith(PREFIX):
            return await self.rest.handle(request)
        if path.startswith("/attachments/"):
            return self.rest.attachment(request)
        if path.rstrip("/") == "/gateway":
            return await self.gateway.accept(request)
        return web.Response(status=404)

    @property
    def base(self) -> str:
        """The server's address, for files."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_base(self) -> str:
        """What ``DISCORD_API_BASE`` is to be."""
        return self.base + PREFIX

    @property
    def gateway_url(self) -> str:
        """What ``DISCORD_GATEWAY_URL`` is to be."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    # What it has seen

    @property
    def violations(self) -> list[Violation]:
        """Every rule that a request, or an answer of this server, broke."""
        return self.oracle.violations

    def take_violations(self) -> list[Violation]:
        """Return the violations so far, forgotten: for a test that breaks a rule on purpose."""
        taken = list(self.oracle.violations)
        self.oracle.violations.clear()
        return taken

    def calls(self, pattern: str) -> list[Call]:
        """Return the remembered requests for ``"METHOD /path"``, oldest first.

        Patterns as for faults.
        """
        return self.rest.calls(pattern)

    def latest(self, channel: Channel) -> Message:
        """Return the newest message of a channel."""
        return max(channel.messages.values(), key=lambda m: m.id)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Take bodies as large as ten files: aiohttp's own megabyte would refuse before our rules."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=128 << 20
    )


@contextlib.contextmanager
def redirected(server: Addresses) -> Iterator[None]:
    """Point discord.py at the server, and back after: it keeps both addresses on its classes."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_base, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def json_of(server: WireServer, message: Message) -> Json:
    """Return a message as REST would give it."""
    return payloads.message(server.world, server.base, message)
