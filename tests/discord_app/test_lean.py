"""What is kept of a guild, and that nothing the bot does needs more."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.discord_app import lean
from bot.discord_app.commands.tree import all_commands
from tests.wire.guild_payloads import guild_create
from tests.wire.payloads import me
from tests.wire.server import WireServer
from tests.wire.state import User


def payload(padding: int = 40_000) -> dict[str, Any]:
    """GUILD_CREATE of a medium guild, with its roles, channels and emojis."""
    server = WireServer(use_schema=False)
    guild = server.add_guild("House", padding=padding)
    body = guild_create(guild, bot_id=server.bot.id, with_members=False)
    assert all(len(body[name]) > 9 for name in ("roles", "channels", "emojis"))
    return body


@pytest.fixture
async def client() -> discord.Client:
    made = discord.Client(intents=discord.Intents(guilds=True))
    state = made._connection
    state.user = discord.user.ClientUser(state=state, data=me(User(9, "Speedrun", bot=True)))
    return made


def hear(client: discord.Client, event: str, data: dict[str, Any]) -> None:
    client._connection.parsers[event](data)


async def test_of_a_medium_guild_its_name_is_kept_and_no_role_channel_or_emoji(client) -> None:
    lean.install(client)
    data = payload()
    hear(client, "GUILD_CREATE", data)
    [guild] = client.guilds
    assert (guild.id, guild.name, guild.member_count) == (int(data["id"]), "House", 2)
    assert not any((guild.roles, guild.channels, guild.threads, guild.emojis, guild.features))
    assert [*client.emojis, *client.get_all_channels()] == []
    hear(client, "GUILD_UPDATE", payload() | {"id": data["id"], "name": "Home"})
    assert (guild.name, list(guild.roles)) == ("Home", [])


async def test_what_is_not_kept_is_not_heard_of(client) -> None:
    stock = set(client._connection.parsers)
    lean.install(client)
    heard = set(client._connection.parsers)
    assert heard == lean._HEARD
    assert heard < stock, "each is an event that this discord.py still has"


async def test_what_it_empties_is_what_discord_py_reads(client) -> None:
    """A list that Discord renames would be kept again: then this names what to add."""
    hear(client, "GUILD_CREATE", payload())
    [whole] = client.guilds
    assert len(whole.roles) > 9
    lists = {name for name, value in payload().items() if isinstance(value, list)}
    assert lists <= set(lean._LISTS)


async def test_where_discord_py_needs_a_list_the_guild_is_kept_whole(client, caplog) -> None:
    stock = client._connection.parsers["GUILD_CREATE"]

    def newer(data: dict[str, Any]) -> None:
        if not data["roles"]:
            raise LookupError("no @everyone")
        stock(data)

    client._connection.parsers["GUILD_CREATE"] = newer
    lean.install(client)
    with caplog.at_level(logging.WARNING):
        hear(client, "GUILD_CREATE", payload())
    assert len(client.guilds[0].roles) > 9
    assert "GUILD_CREATE is kept whole" in caplog.text


async def test_rate_limits_of_quiet_channels_are_looked_for_once_in_a_while(
    client, monkeypatch
) -> None:
    now, looks = 1_000.0, []
    monkeypatch.setattr(lean.time, "monotonic", lambda: now)
    http = client.http
    stock = http._try_clear_expired_ratelimits
    http._try_clear_expired_ratelimits = lambda: looks.append(stock())
    lean.install(client)
    for channel in range(1_000):
        http.get_ratelimit(f"post:{channel}")
    assert looks == [], "discord.py's own looks at each beyond 256"
    for later in (lean.FORGET_EVERY_S, 1.0, lean.FORGET_EVERY_S):
        now += later
        http.get_ratelimit(f"post at {now}")
    assert len(looks) == 2
    assert len(http._buckets) == 1_003, "none has rested for five minutes"
    for limit in http._buckets.values():
        limit._last_request -= 301
    now += lean.FORGET_EVERY_S
    http.get_ratelimit("post:new")
    assert list(http._buckets) == ["post:new"]


def options(group: app_commands.Group) -> list[app_commands.commands.CommandParameter]:
    return [
        parameter
        for command in group.walk_commands()
        if isinstance(command, app_commands.Command)
        for parameter in command._params.values()
    ]


async def test_no_command_looks_a_channel_up_among_those_that_are_not_kept() -> None:
    """Write `choices.TextChannel`; discord.py refuses every channel of a `discord.TextChannel`."""
    desk: Any = SimpleNamespace(ctx=SimpleNamespace(library=()), clock=None, album=None)
    found = [
        parameter
        for command in all_commands(desk)
        if isinstance(command, app_commands.Group)
        for parameter in options(command)
        if parameter.type is discord.AppCommandOptionType.channel
    ]
    assert found, "setup has one"
    looks_up = app_commands.transformers.BaseChannelTransformer.transform
    assert [p.name for p in found if type(p._annotation).transform is looks_up] == []
