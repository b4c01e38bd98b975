"""Fixtures of the wire tests: a server a test, clients pointed at it, the oracle's last word."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from .server import WireServer, redirected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    import discord

    from .clients import Start
    from .rig import Rig


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    """A running server that discord.py is pointed at. A rule broken by the end fails the test."""
    async with WireServer() as made:
        with redirected(made):
            yield made
        assert made.violations == []


@pytest.fixture
async def start(server: WireServer) -> AsyncIterator[Start]:
    """Start clients: ``client = await start(QuickClient())`` returns once it is ready.

    All are closed after.
    """
    clients: list[discord.Client] = []
    tasks: list[asyncio.Task[None]] = []

    async def start_one(client: discord.Client, *, token: str | None = None) -> discord.Client:
        clients.append(client)
        await client.login(token or server.token)
        task = asyncio.create_task(client.connect())
        tasks.append(task)
        ready = asyncio.create_task(client.wait_until_ready())
        done, _ = await asyncio.wait({task, ready}, timeout=10, return_when="FIRST_COMPLETED")
        if task in done:
            ready.cancel()
            await task
        assert done, "not ready within 10 s"
        return client

    yield start_one
    for client in clients:
        await client.close()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


@pytest.fixture
async def rig(
    server: WireServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rig]:
    # Only the Python that runs the tests: looking for more takes time at each start.
    monkeypatch.setenv("PATH", str(tmp_path / "no-pythons"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no-pythons"))
    # Imported here: most wire tests need no bot.
    from .rig import rigged

    async with rigged(server, tmp_path) as made:
        yield made


@pytest.fixture
def zlib_client() -> Iterator[None]:
    """Make discord.py ask for zlib-stream, as it does where zstandard is not installed."""
    from . import client_codecs

    with client_codecs.zlib_only():
        yield


@pytest.fixture
async def plain() -> AsyncIterator[WireServer]:
    """A server without the schema, so that each rule of our own has to catch its request alone."""
    async with WireServer(use_schema=False, limits=False) as made:
        made.add_guild("House")
        yield made
