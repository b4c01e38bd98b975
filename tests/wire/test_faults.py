"""Every fault of the REST side, and the rate limits, as discord.py feels them."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from .buckets import Limit
from .clients import QuickClient, Start

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Channel

SEND = "POST /channels/{channel_id}/messages"


@pytest.fixture(autouse=True)
def _no_waits_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py waits 1, 3, 5 s between tries, always whole seconds.

    The tries are what is tested here.
    """

    class QuickAsyncio:
        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(0.01 if isinstance(seconds, int) else seconds)

    monkeypatch.setattr("discord.http.asyncio", QuickAsyncio())


async def ready(server: WireServer, start: Start) -> tuple[discord.TextChannel, Channel]:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    channel = client.guilds[0].text_channels[0]
    return channel, guild.channels[channel.id]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, discord.HTTPException),
        (403, discord.Forbidden),
        (404, discord.NotFound),
        (503, discord.DiscordServerError),
    ],
)
async def test_an_error_status_reaches_the_caller_and_nothing_is_sent(
    server, start, status, error
) -> None:
    channel, stored = await ready(server, start)
    fault = server.faults.add(SEND, status=status)
    with pytest.raises(error) as caught:
        await channel.send("hi")
    assert (caught.value.status, fault.hits, len(stored.messages)) == (status, 1, 0)
    await channel.send("hi")
    assert len(stored.messages) == 1


@pytest.mark.parametrize("status", [500, 502])
async def test_500_and_502_are_tried_again_and_may_have_been_applied(server, start, status) -> None:
    server.buckets.limits[SEND] = Limit(50, 1.0)
    channel, stored = await ready(server, start)
    server.faults.add(SEND, status=status, times=2)
    await channel.send("hi")
    assert len(stored.messages) == 1
    server.faults.add(SEND, status=status, applied=True)
    await channel.send("applied, then tried again")
    assert len(stored.messages) == 2, "discord.py sends a random nonce of its own with every send"
    server.faults.add(SEND, status=503, times=1, applied=True)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("a retry of ours")
    await channel.send("a retry of ours")
    assert len(stored.messages) == 4, "that nonce is another with the next send"
    server.faults.add(SEND, status=503, applied=True)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("ours, with a nonce", nonce="n1")
    await channel.send("ours, with a nonce", nonce="n1")
    assert len(stored.messages) == 5


@pytest.mark.parametrize("applied", [False, True])
async def test_a_reset_is_errno_104_and_not_tried_again(
    server: WireServer, start: Start, applied: bool
) -> None:
    channel, stored = await ready(server, start)
    server.faults.add(SEND, reset=True, applied=applied)
    with pytest.raises(aiohttp.ClientOSError) as caught:
        await channel.send("hi")
    assert caught.value.errno == 104
    assert len(stored.messages) == int(applied)
    assert len(server.calls(SEND)) == 1


async def test_a_delay_only_delays_and_a_hang_lasts_until_released(
    server: WireServer, start: Start
) -> None:
    channel, stored = await ready(server, start)
    server.faults.add(SEND, delay=0.05)
    before = time.perf_counter()
    await channel.send("late")
    assert time.perf_counter() - before >= 0.05
    fault = server.faults.add(SEND, hang=True, applied=True)
    hanging = asyncio.create_task(channel.send("never answered"))
    await fault.hit()
    await asyncio.sleep(0)
    assert not hanging.done()
    server.rest.release()
    with pytest.raises((OSError, aiohttp.ServerDisconnectedError)):
        await hanging
    assert len(stored.messages) == 2


async def test_faults_can_skip_choose_and_be_removed(server: WireServer, start: Start) -> None:
    channel, stored = await ready(server, start)
    server.faults.add(f"* /channels/{channel.id}/**", skip=1, status=403)
    await channel.send("one")
    with pytest.raises(discord.Forbidden):
        await channel.send("two")
    server.faults.add(
        "POST /channels/*/messages",
        times=None,
        status=403,
        when=lambda call: "1" not in call.path[:1],
    )
    for _ in range(2):
        with pytest.raises(discord.Forbidden):
            await channel.send("three")
    server.faults.clear()
    await channel.send("four")
    assert [m.content for m in stored.messages.values()] == ["one", "four"]


async def test_503_at_login_is_raised(server: WireServer, start: Start) -> None:
    server.faults.add("GET /users/@me", status=503)
    with pytest.raises(discord.DiscordServerError):
        await start(QuickClient())


async def test_a_bucket_is_kept_and_discord_py_waits_for_it(
    server: WireServer, start: Start
) -> None:
    server.buckets.limits[SEND] = Limit(2, 0.2)
    channel, stored = await ready(server, start)
    before = time.perf_counter()
    await asyncio.gather(*(channel.send(str(n)) for n in range(5)))
    assert time.perf_counter() - before >= 0.1
    assert (len(stored.messages), server.buckets.too_many) == (5, 0)


async def test_past_a_bucket_there_is_a_429_with_everything_it_needs(server: WireServer) -> None:
    server.buckets.limits["GET /users/@me"] = Limit(1, 60.0)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as session:
        async with session.get(f"{server.api_base}/users/@me") as first:
            assert (first.status, first.headers["X-RateLimit-Remaining"]) == (200, "0")
            assert first.headers["Content-Type"] == "application/json"
        async with session.get(f"{server.api_base}/users/@me") as second:
            body = await second.json()
            assert (second.status, body["global"], second.headers["X-RateLimit-Scope"]) == (
                429,
                False,
                "user",
            )
            assert 59 < body["retry_after"] <= 60
            assert second.headers["Via"]
            assert second.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]
    assert server.buckets.invalid == 1


async def test_the_global_limit_stops_all_routes_but_not_answers_to_people(
    server: WireServer, start: Start
) -> None:
    server.buckets.overall = Limit(3, 0.3)
    ada = server.add_user("Ada")
    guild = server.add_guild("House", users=[ada], channels=[f"c{n}" for n in range(8)])
    client = QuickClient()

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hi", ephemeral=True)

    await start(client)
    sending = asyncio.gather(*(c.send("hi") for c in client.guilds[0].text_channels))
    answer = server.act(
        3, ada, next(iter(guild.channels.values())), {"custom_id": "x", "component_type": 2}
    )
    await sending
    assert all(len(c.messages) == 1 for c in guild.channels.values())
    assert server.buckets.too_many > 0, "discord.py has no global limiter of its own"
    assert answer.callback_type == 4


@pytest.mark.parametrize("is_global", [True, False])
async def test_a_429_is_waited_out(server: WireServer, start: Start, is_global: bool) -> None:
    channel, stored = await ready(server, start)
    server.faults.add(SEND, status=429, times=2, is_global=is_global, retry_after=0.02)
    await channel.send("hi")
    assert len(stored.messages) == 1
    assert server.buckets.invalid == 2


async def test_a_429_without_via_is_raised_at_once(server: WireServer, start: Start) -> None:
    channel, _ = await ready(server, start)
    server.faults.add(SEND, status=429, via=False)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("hi")
    assert caught.value.status == 429


async def test_too_many_invalid_requests_shut_the_address_out(
    server: WireServer, start: Start
) -> None:
    channel, stored = await ready(server, start)
    server.buckets.most_invalid = 2
    server.faults.add(SEND, status=403, times=2)
    for _ in range(2):
        with pytest.raises(discord.Forbidden):
            await channel.send("hi")
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("hi")
    assert (caught.value.status, len(stored.messages)) == (429, 0)


async def test_edits_of_old_messages_have_a_limit_of_their_own(
    server: WireServer, start: Start
) -> None:
    server.buckets.old_edit = Limit(3, 0.2)
    channel, stored = await ready(server, start)
    server.buckets.limits["PATCH /channels/{channel_id}/messages/{message_id}"] = Limit(50, 1.0)
    old = server.say(server.bot, stored, "old", at=datetime.now(UTC) - timedelta(hours=2))
    for n in range(4):
        await channel.get_partial_message(old.id).edit(content=f"edit {n}")
    assert (old.content, server.buckets.too_many) == ("edit 3", 1)
