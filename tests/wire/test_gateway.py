"""The gateway proven with discord.py: resume, replay, op 7 and 9, silence, shards, codecs."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from .clients import QuickClient, QuickShards, Start
from .server import WireServer, redirected
from .sessions import envelope


class Listener(QuickClient):
    """Keeps the ids of the interactions it hears of, and counts its events."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.heard: asyncio.Queue[int] = asyncio.Queue()
        self.joined: asyncio.Queue[str] = asyncio.Queue()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.put_nowait(interaction.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.joined.put_nowait(f"joined {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.joined.put_nowait(f"left {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.joined.put_nowait(f"lost {guild.name}")

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.joined.put_nowait(f"found {guild.name}")

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.joined.put_nowait(f"no {channel.name}")

    async def next(self) -> int:
        return await asyncio.wait_for(self.heard.get(), 5)

    async def news(self) -> str:
        return await asyncio.wait_for(self.joined.get(), 5)


def pressed(server: WireServer) -> int:
    """Let a member do something and return the interaction's id."""
    guild = next(iter(server.world.guilds.values()))
    channel = next(iter(guild.channels.values()))
    owner = server.world.users[guild.owner_id]
    return server.act(3, owner, channel, {"custom_id": "x", "component_type": 2}).id


@pytest.mark.parametrize(
    "how",
    [{}, {"hard": True}, {"code": 4000}, {"code": 1000}],
    ids=["closed without a word", "reset", "closed with 4000", "closed with 1000"],
)
async def test_events_of_the_gap_are_replayed_on_resume(
    server: WireServer, start: Start, how: dict[str, Any]
) -> None:
    server.add_guild("House")
    client = await start(Listener())
    first = pressed(server)
    assert await client.next() == first
    server.gateway.drop_connection(**how)
    missed = [pressed(server) for _ in range(3)]
    await server.gateway.saw("resume")
    assert [await client.next() for _ in missed] == missed
    assert server.gateway.counts["identify"] == 1
    server.gateway.replay(2)  # RESUMED and the last press once more: duplicates do happen
    assert await client.next() == missed[-1]


async def test_op_7_makes_the_client_reconnect_and_resume(server: WireServer, start: Start) -> None:
    server.add_guild("House")
    client = await start(Listener())
    server.gateway.request_reconnect()
    await server.gateway.saw("resume")
    later = pressed(server)
    assert await client.next() == later


@pytest.mark.parametrize("resumable", [True, False])
async def test_op_9_makes_the_client_resume_or_identify(
    server: WireServer, start: Start, resumable: bool
) -> None:
    server.add_guild("House")
    client = await start(Listener())
    server.gateway.invalidate_session(resumable)
    await server.gateway.saw("resume" if resumable else "identify", 1 if resumable else 2)
    assert server.gateway.counts["identify"] == (1 if resumable else 2)
    later = pressed(server)
    assert await client.next() == later


async def test_a_forgotten_session_cannot_be_resumed(server: WireServer, start: Start) -> None:
    server.add_guild("House")
    client = await start(Listener())
    server.gateway.drop_connection()
    server.gateway.forget_sessions()
    await server.gateway.saw("resume refused")
    await server.gateway.saw("identify", 2)
    later = pressed(server)
    assert await client.next() == later


async def test_a_silent_gateway_is_left_after_the_heartbeat_timeout(
    server: WireServer, start: Start
) -> None:
    server.gateway.heartbeat_interval = 0.05
    server.add_guild("House")
    client = await start(Listener(heartbeat_timeout=0.2))
    await server.gateway.saw("heartbeat", 3)
    server.gateway.go_silent()
    missed = pressed(server)
    await server.gateway.saw("resume")
    assert await client.next() == missed


async def test_heartbeats_without_acks_end_the_connection_too(
    server: WireServer, start: Start
) -> None:
    server.gateway.heartbeat_interval = 0.05
    server.add_guild("House")
    await start(Listener(heartbeat_timeout=0.2))
    server.gateway.stop_acking()
    await server.gateway.saw("resume")
    server.gateway.start_acking()


async def test_guilds_come_go_and_fail_while_connected(server: WireServer, start: Start) -> None:
    server.add_guild("House")
    client = await start(Listener())
    assert await client.news() == "found House"
    barn = server.add_guild("Barn", channels=["hay"])
    assert await client.news() == "joined Barn"
    server.delete_channel(next(iter(barn.channels.values())))
    assert await client.news() == "no hay"
    server.outage(barn)
    assert await client.news() == "lost Barn"
    server.recover(barn)
    assert await client.news() == "found Barn"
    server.remove_guild(barn)
    assert await client.news() == "left Barn"
    server.rejoin(barn)
    assert await client.news() == "joined Barn"


async def test_an_unreadable_event_ends_connect_as_the_facts_say(server: WireServer) -> None:
    server.add_guild("House")
    client = Listener()
    running = asyncio.create_task(client.start(server.token))
    await server.gateway.saw("identify")
    server.gateway.send_raw(envelope("MESSAGE_CREATE", 99, {"id": "not even close"}))
    with pytest.raises(KeyError):
        await asyncio.wait_for(running, 5)
    await client.close()


@pytest.mark.parametrize(
    ("intents", "error"),
    [(discord.Intents(guilds=True, members=True), discord.PrivilegedIntentsRequired)],
)
async def test_a_missing_intent_is_final(
    server: WireServer, start: Start, intents: discord.Intents, error: type
) -> None:
    with pytest.raises(error):
        await start(QuickClient(intents=intents))
    assert server.gateway.counts["refused 4014"] == 1


async def test_a_handshake_refused_is_tried_again(
    server: WireServer, start: Start, monkeypatch
) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.01)
    server.add_guild("House")
    client = await start(Listener())
    server.gateway.refuses_with = 503
    server.gateway.drop_connection()
    later = pressed(server)
    await server.gateway.saw("disconnect")
    server.gateway.refuses_with = None
    await server.gateway.saw("resume")
    assert await client.next() == later


async def test_away_is_refused_connections_and_the_same_address_after(
    server: WireServer, start: Start, monkeypatch
) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.02)
    server.add_guild("House")
    client = await start(Listener())
    async with server.away():
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.http.request(discord.http.Route("GET", "/users/@me"))
        missed = pressed(server)
    await server.gateway.saw("resume")
    assert await client.next() == missed


async def test_three_shards_get_each_their_guilds(server: WireServer, start: Start) -> None:
    guilds = [server.add_guild(f"G{n}", guild_id=(1000 + n) << 22) for n in range(6)]
    server.recommended_shards = 3
    heard: asyncio.Queue[tuple[int, int]] = asyncio.Queue()

    class Shards(QuickShards):
        async def on_interaction(self, interaction: discord.Interaction) -> None:
            heard.put_nowait((interaction.guild_id, self.guild_shard(interaction)))

        def guild_shard(self, interaction: discord.Interaction) -> int:
            return interaction.guild.shard_id

    client = await start(Shards(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05))
    assert (client.shard_count, len(client.guilds), server.gateway.counts["identify"]) == (3, 6, 3)
    assert sorted((s.shard, s.shards) for s in server.gateway.sessions.values()) == [
        (0, 3),
        (1, 3),
        (2, 3),
    ]
    for guild in guilds:
        channel = next(iter(guild.channels.values()))
        server.act(
            3, server.world.users[guild.owner_id], channel, {"custom_id": "x", "component_type": 2}
        )
        assert await asyncio.wait_for(heard.get(), 5) == (guild.id, (guild.id >> 22) % 3)
    server.gateway.drop_connection(shard=1)
    await server.gateway.saw("resume")
    assert server.gateway.counts["resume"] == 1


async def test_a_zlib_client_is_served_too(
    zlib_client: None, server: WireServer, start: Start
) -> None:
    server.add_guild("House", padding=40_000)
    client = await start(Listener())
    assert len(client.guilds[0].roles) > 20
    later = pressed(server)
    assert await client.next() == later


async def test_padding_makes_a_guild_as_large_as_asked(server: WireServer, start: Start) -> None:
    server.add_guild("House", padding=40_000)
    await start(QuickClient())
    [session] = server.gateway.sessions.values()
    size = len(session.sent[1][1]())
    assert 36_000 < size < 48_000


async def test_the_addresses_of_discord_py_are_put_back() -> None:
    before = discord.http.Route.BASE
    async with WireServer() as server:
        with redirected(server):
            assert server.api_base == discord.http.Route.BASE
    assert before == discord.http.Route.BASE
