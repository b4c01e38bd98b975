"""The real bot in simcord's simulated Discord, with a page in the browser. No token, no network.

simcord's clock is virtual and stands at 2026-01-01 until it is moved: it is brought to now before
the bot starts and kept moving with real time, or every stopwatch would read 0.
"""

from __future__ import annotations

import asyncio
import logging
import webbrowser
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import discord

from bot.app import open_app
from bot.core.errors import ConfigError, RoundExists
from bot.core.schedule import ALL_WEEKDAYS
from bot.services.moderating import post_now, set_up_guild
from bot.services.opening import repost_round

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    import simcord
    from simcord.preview import Preview

    from bot.app import App
    from bot.config import Settings
    from bot.discord_app.client import SpeedrunClient

log = logging.getLogger(__name__)

BEAT = 0.25
"""Seconds between two steps of the simulated clock."""
TICK_EVERY = timedelta(seconds=5)
POST_TIME = time(9, 0)
ZONE = ZoneInfo("UTC")


class EnvClock:
    """The simulated Discord's clock, for the bot."""

    def __init__(self) -> None:
        self.env: simcord.Env | None = None

    def now(self) -> datetime:
        """The simulated instant; the real one before there is a simulation."""
        return datetime.now(UTC) if self.env is None else self.env.now()


class Heart:
    """Moves the simulated clock with real time, and wakes who sleeps on it."""

    def __init__(self, env: simcord.Env) -> None:
        self._env = env
        self.preview: Preview | None = None
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def catch_up(self) -> None:
        """Bring the simulated clock to now, and wake who is due."""
        behind = (datetime.now(UTC) - self._env.now()).total_seconds()
        if behind > 0:
            self._env.backend.advance_clock(behind)
        if self.preview is not None:
            # The page counts "3 seconds ago" from here.
            self.preview.capture_time = self._env.now()
        due = [sleeper for at, sleeper in self._sleepers if at <= self._env.now()]
        self._sleepers = [(at, s) for at, s in self._sleepers if s not in due]
        for sleeper in due:
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Sleep on the simulated clock without holding up a press: simcord waits for bot work."""
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._env.now() + timedelta(seconds=seconds), sleeper))
        await self._env.external_wait(sleeper, reason="the ticker sleeps until its next tick")

    async def beat(self) -> None:
        """Go on for ever; runs outside the bot, on real time."""
        while True:
            await asyncio.sleep(BEAT)
            self.catch_up()


@dataclass(frozen=True, slots=True)
class Stage:
    """The simulated server: its channel, and who can be on the page."""

    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    viewers: tuple[simcord.MemberActor, ...]


async def run(
    settings: Settings,
    *,
    port: int | None,
    open_browser: bool,
    say: Callable[[str], None],
    until: Awaitable[object] | None = None,
) -> None:
    """Serve the page until cancelled, or until ``until`` is done.

    Raises:
        ConfigError: simcord is not installed, or the port can't be had.
    """
    try:
        import simcord
    except ImportError as error:
        problem = "The playground needs simcord: pip install 'pep-speedrun[playground]'"
        raise ConfigError((problem,)) from error
    clock = EnvClock()
    async with open_app(settings, clock) as app:
        client: SpeedrunClient
        heart: Heart
        client = app.client(tick_every=TICK_EVERY, sleep=lambda seconds: heart.sleep(seconds))
        env = simcord.Env(client, check_errors=False)
        heart, clock.env = Heart(env), env
        stage = _build(env)
        heart.catch_up()
        beat = asyncio.create_task(heart.beat())
        await env.start()
        try:
            await _first_round(app, client, env, stage)
            async with env.preview(
                stage.channel, viewers=stage.viewers, layout="channel", port=port
            ) as preview:
                heart.preview = preview
                say(_welcome(preview.url, stage))
                if open_browser:
                    webbrowser.open(preview.url)
                await (until or preview.wait_closed())
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            await env.shutdown()


def _build(env: simcord.Env) -> Stage:
    # Made while the clock still stands at its start: the ids come out the same every time, so a
    # kept database recognises its members.
    env.backend.bot_user.name = "PEP Speedrun"
    guild = env.create_guild("Python Speedrunners")
    channel = guild.create_text_channel("daily-pep")
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_guild=True)
    )
    ada = guild.add_member(env.create_user("ada", global_name="Ada"))
    grace = guild.add_member(env.create_user("grace", global_name="Grace"))
    mo = guild.add_member(env.create_user("mo", global_name="Mo (moderator)"), roles=[moderators])
    return Stage(guild, channel, (ada, grace, mo))


async def _first_round(app: App, client: SpeedrunClient, env: simcord.Env, stage: Stage) -> None:
    now = env.now()
    with env.time_context():
        await set_up_guild(
            app.db,
            guild_id=stage.guild.id,
            channel_id=stage.channel.id,
            post_time=POST_TIME,
            zone=ZONE,
            weekdays=ALL_WEEKDAYS,
            open_for=None,
            now=now,
        )
        try:
            await post_now(client.ctx, stage.guild.id, now)
        except RoundExists as existing:
            # A kept database remembers today's round; this simulated channel does not have it.
            await repost_round(client.ctx, existing.round)
    await env.settle()


def _welcome(url: str, stage: Stage) -> str:
    names = ", ".join(viewer.name for viewer in stage.viewers)
    return (
        f"The playground runs. Open this address in a browser:\n\n    {url}\n\n"
        f"You can be any of {names}: choose at the top of the page. Press Start the clock, guess, "
        "look at /speedrun leaderboard; as mo, try /speedrun-admin preview and reveal.\n"
        "Ctrl-C ends it."
    )
