"""What the doctor asks Discord, over real HTTP: the account, its channels, the clock, refusals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.discord_app import inspection
from bot.discord_app.inspection import inspect_account

if TYPE_CHECKING:
    from .server import WireServer


class Clock:
    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def inspected(server: WireServer, channels: Any = (), **options: Any) -> Any:
    clock = options.pop("clock", Clock())
    return await inspect_account(options.get("token", server.token), channels, clock)


async def test_the_account_its_sessions_and_a_channel_that_is_open(server: WireServer) -> None:
    guild = server.add_guild("House")
    channel = next(iter(guild.channels.values()))
    seen = await inspected(server, [(guild.id, channel.id)])
    assert seen.refusal is None
    assert seen.account.name == server.bot.name.lower()
    assert seen.account.sessions_a_day >= seen.account.sessions_left > 0
    [access] = seen.account.channels
    assert (access.guild_id, access.channel_id, access.missing) == (guild.id, channel.id, ())
    assert {call.method for call in server.rest.seen} == {"GET"}


async def test_what_is_missing_in_a_channel_is_named(server: WireServer) -> None:
    guild = server.add_guild("House")
    channel = next(iter(guild.channels.values()))
    everyone = guild.roles[guild.id]
    denied = discord.Permissions(send_messages=True, attach_files=True)
    server.allow(channel, everyone, deny=denied.value)
    seen = await inspected(server, [(guild.id, channel.id), (guild.id, 1), (2, 3)])
    assert [access.missing for access in seen.account.channels] == [
        ("Send Messages", "Attach Files"),
        ("the channel is gone",),
        ("the bot is not in that server",),
    ]


async def test_a_token_that_is_refused_is_said_and_not_shown(server: WireServer) -> None:
    seen = await inspected(server, token="not.the.token-at-all")
    assert (seen.account, seen.refusal) == (None, "Discord refused the token")
    assert seen.clock_ahead_s is not None


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": True}, {"hang": True}])
async def test_a_discord_that_is_away_is_given_up_soon(
    server: WireServer, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    monkeypatch.setattr(inspection, "PATIENCE", 0.5)
    server.faults.add("GET /users/@me", times=None, **fault)
    async with asyncio.timeout(20):
        seen = await inspected(server)
    assert seen.account is None
    assert "can't be reached" in seen.refusal
    assert server.token not in seen.refusal


@pytest.mark.parametrize("seconds", [-3_600, 0, 90])
async def test_the_clock_is_held_against_discord_s(server: WireServer, seconds: int) -> None:
    seen = await inspected(server, clock=Clock(timedelta(seconds=seconds)))
    assert seen.clock_ahead_s == pytest.approx(seconds, abs=5)
