"""Fixtures of the wire tests: a server a test, a client pointed at it, and the oracle's word at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import discord
import pytest

from .server import WireServer, redirected

Start = Callable[..., Awaitable[Any]]


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    """A running server that discord.py is pointed at. A rule broken by the end fails the test."""
    async with WireServer() as made:
        with redirected(made):
            yield made
        assert made.violations == []


class QuickMixin:
    """A client without discord.py's five seconds between two IDENTIFYs."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""


class QuickClient(QuickMixin, discord.Client):
    """A bare client with a command tree; ``ready`` is set when it is ready."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", discord.Intents(guilds=True))
        options.setdefault("guild_ready_timeout", 0.02)
        super().__init__(**options)
        self.tree = discord.app_commands.CommandTree(self)


class QuickShards(QuickMixin, discord.AutoShardedClient):
    """The same with shards."""


@pytest.fixture
async def start(server: WireServer) -> AsyncIterator[Start]:
    """Start clients: ``client = await start(QuickClient())`` returns once it is ready; all are closed after."""
    running: list[tuple[discord.Client, asyncio.Task[None]]] = []

    async def start_one(client: discord.Client, *, token: str | None = None) -> discord.Client:
        task = asyncio.create_task(client.start(token or server.token))
        running.append((client, task))
        ready = asyncio.ensure_future(_ready(client))
        done, _ = await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            ready.cancel()
            await task
        assert done, "not ready within 10 s"
        return client

    yield start_one
    for client, task in running:
        await client.close()
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def _ready(client: discord.Client) -> None:
    while client._ready is discord.utils.MISSING:
        await asyncio.sleep(0)
    await client.wait_until_ready()


@pytest.fixture
def zlib_client() -> Iterator[None]:
    """Make discord.py ask for zlib-stream, as it does where zstandard is not installed."""
    from . import client_codecs

    with client_codecs.zlib_only():
        yield
