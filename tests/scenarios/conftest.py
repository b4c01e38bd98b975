"""A simulated Discord with the real bot in it: real lessons, real sandbox, real SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.app import App, open_app
from bot.config import Settings, read_settings
from bot.discord_app.client import SpeedrunClient
from bot.rendering.sentences import sentence
from tests.engines import copy_migrated
from tests.kept import kept_between_tests

TICK_EVERY = timedelta(hours=1)


class EnvClock:
    """The simulated clock, as the bot's port."""

    env: simcord.Env

    def now(self) -> datetime:
        return self.env.now()


@dataclass
class Server:
    """One simulated guild with the bot, two channels, a moderator and three members."""

    env: simcord.Env
    app: App
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    mo: simcord.MemberActor
    ada: simcord.MemberActor
    grace: simcord.MemberActor
    linus: simcord.MemberActor

    async def set_up(self, **options: Any) -> simcord.InteractionResult:
        """Run the moderator's set-up: 09:00 in Berlin unless said otherwise."""
        given = {"timezone": "Europe/Berlin", "time": "09:00", **options}
        return await self.mo.slash(self.channel, "speedrun-admin setup", **given)

    async def at(self, hours: float) -> None:
        """Let that many hours pass."""
        # simcord gives each advance a patience of its own, and a busy machine needs a day's.
        while hours > 0:
            await self.env.advance_time(min(hours, 12) * 3600)
            hours -= 12

    async def restart(self) -> None:
        """A new process, as far as the bot can tell: a new client on the same database."""
        await self.env.restart_bot(make_client(self.app, lambda: self.env))

    def posts(self, marker: str) -> list[discord.Message]:
        """The channel's messages that show ``marker``, oldest first."""
        return [message for message in self.channel.history() if marker in shown(message)]

    async def query(self, sql: str, *values: int | str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        return await self.app.db.read(lambda tx: [tuple(row) for row in tx.all(sql, *values)])


def make_client(app: App, env: Any) -> SpeedrunClient:
    async def sleep(seconds: float) -> None:
        await env().external_wait(asyncio.sleep(seconds), reason="the ticker sleeps")

    return app.client(tick_every=TICK_EVERY, sleep=sleep)


@asynccontextmanager
async def open_server(settings: Settings) -> AsyncIterator[Server]:
    clock = EnvClock()
    async with open_app(settings, clock=_Before()) as opened:
        app = replace(opened, clock=clock)
        env = simcord.Env(make_client(app, lambda: env), settle_timeout=20)
        clock.env = env
        await env.start()
        try:
            yield _people(env, app)
            causes = [getattr(error, "original", error) for error in env.errors]
            # What a member or moderator was told in a sentence is no failure of the bot.
            assert [cause for cause in causes if sentence(cause) is None] == []
        finally:
            await env.shutdown()


def _people(env: simcord.Env, app: App) -> Server:
    guild = env.create_guild("Speedrunners")
    channel = guild.create_text_channel("daily-pep")
    mods = guild.create_role("Mods", permissions=discord.Permissions(manage_guild=True))
    people = {
        name: guild.add_member(env.create_user(name), roles=[mods] if name == "mo" else [])
        for name in ("mo", "ada", "grace", "linus")
    }
    return Server(env, app, guild, channel, **people)


class _Before:
    def now(self) -> datetime:
        return datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="package", autouse=True)
def found_once() -> Iterator[None]:
    """Lessons, Pythons and what the sandbox's self-test finds are those of the first app."""
    with kept_between_tests():
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    copy_migrated(tmp_path / "bot.db")
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    return read_settings(environ, needs_token=False)


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[Server]:
    async with open_server(settings) as opened:
        yield opened


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a message, however deep."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def shown(message: Any) -> str:
    """All the text of a message's layout."""
    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    return "\n".join(item.get("content", "") for item in walk(raw) if item.get("type") == 10)


def buttons(message: Any) -> dict[str, str]:
    """A message's buttons: label -> custom_id, or the address it opens."""
    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    return {
        item["label"]: item.get("custom_id") or item["url"]
        for item in walk(raw)
        if item.get("type") == 2
    }


def pictures(message: Any) -> list[dict[str, Any]]:
    """A message's pictures as Discord's media items, with their alt texts."""
    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    return [media for item in walk(raw) if item.get("type") == 12 for media in item["items"]]


def answer(result: simcord.InteractionResult) -> str:
    """What the one who pressed was told, privately."""
    assert result.acknowledged
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert message.ephemeral
    return shown(message)
