"""The client with several shards: its turns to identify, and what it knows of each of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.errors import StorageUnavailable
from bot.core.shards import Shards
from bot.discord_app.client import TICK_EVERY
from bot.services.turns import IDENTIFY_EVERY

if TYPE_CHECKING:
    from .rig import Rig

STEP = IDENTIFY_EVERY.total_seconds()


@pytest.fixture
async def sharded(rig: Rig, start: Any) -> Any:
    """Connects a client with those shards; it waits for nothing, and its waits are in ``waits``."""

    async def connect(shards: Shards) -> Any:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            if seconds == TICK_EVERY.total_seconds():
                await asyncio.Event().wait()  # one tick is enough
            waits.append(seconds)

        app = replace(rig.app, settings=replace(rig.app.settings, shards=shards))
        client: Any = app.client(sleep=sleep)
        client.waits = waits
        await start(client)
        return client

    return connect


async def test_its_shards_identify_in_turn_and_serve_all_servers(rig: Rig, sharded: Any) -> None:
    client = await sharded(Shards(3))
    assert [round(wait / STEP) for wait in client.waits] == [0, 1, 2]
    assert sorted((s.shard, s.shards) for s in rig.server.gateway.sessions.values()) == [
        (0, 3), (1, 3), (2, 3),
    ]  # fmt: skip
    assert client.ctx.shards.owns(rig.guild.id)


async def test_it_takes_its_own_shards_alone_and_a_bigger_bot_identifies_in_groups(
    rig: Rig, sharded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Limits:
        max_concurrency = 2

    async def fetch(_: Any) -> Limits:
        return Limits()

    monkeypatch.setattr(
        "bot.discord_app.sharded.ShardedSpeedrunClient.fetch_session_start_limits", fetch
    )
    client = await sharded(Shards(4, (0, 1, 2)))
    assert [round(wait / STEP) for wait in client.waits] == [0, 0, 1]
    assert sorted(s.shard for s in rig.server.gateway.sessions.values()) == [0, 1, 2]


async def test_it_knows_of_each_shard_whether_presses_arrive(rig: Rig, sharded: Any) -> None:
    client = await sharded(Shards(2))
    async with asyncio.timeout(10):
        while len(client.connected_shards()) < 2:  # noqa: ASYNC110  (discord.py tells it)
            await asyncio.sleep(0)
    assert client.gateway_state().is_connected
    await client.on_shard_disconnect(1)
    assert client.connected_shards() == [(0, 2)]
    assert not client.gateway_state().is_connected
    await client.on_shard_resumed(1)
    assert client.connected_shards() == [(0, 2), (1, 2)]
    assert client.gateway_state().is_connected


async def test_a_turn_that_can_t_be_taken_is_a_whole_wait(
    rig: Rig, sharded: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: Any) -> None:
        raise StorageUnavailable("away")

    monkeypatch.setattr("bot.discord_app.sharded.turn_to_identify", away)
    client = await sharded(Shards(2))
    assert client.waits == [STEP, STEP]
    assert "shard=1 identifies without a turn: away" in caplog.text
