"""The real bot in simcord's simulated Discord, with a page in the browser. No token, no network.

simcord's clock is virtual and stands at 2026-01-01 until it is moved: it is brought to now before
the bot starts and kept moving with real time, or every stopwatch would read 0.
"""

from __future__ import annotations

import asyncio
import webbrowser
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import discord

from bot.app import open_app
from bot.core.errors import ConfigError, NothingToPost, RoundExists, UnknownLesson
from bot.core.schedule import ALL_WEEKDAYS
from bot.hosting import examined
from bot.services.drafting import claim_welcome
from bot.services.moderating import post_now
from bot.services.opening import repost_round
from bot.services.schedules import set_up_guild

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import simcord
    from simcord.preview import Preview

    from bot.app import App
    from bot.config import Settings
    from bot.discord_app.client import SpeedrunClient

BEAT = 0.25
"""Seconds between two steps of the simulated clock."""
TICK_EVERY = timedelta(seconds=5)
TEST_AFTER = 1.0
"""Seconds until the sandbox is tested, beside the page: until it has held, nobody's code runs."""
POST_TIME = time(9, 0)
ZONE = ZoneInfo("UTC")


class Heart:
    """The bot's clock on the simulated Discord: follows real time, and wakes who sleeps on it."""

    def __init__(self) -> None:
        self.env: simcord.Env | None = None
        self.preview: Preview | None = None
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The simulated instant; the real one before there is a simulation."""
        return datetime.now(UTC) if self.env is None else self.env.now()

    def catch_up(self) -> None:
        """Bring the simulated clock to now, and wake who is due."""
        if self.env is None:
            return
        behind = (datetime.now(UTC) - self.env.now()).total_seconds()
        if behind > 0:
            self.env.backend.advance_clock(behind)
        if self.preview is not None:
            # The page counts "3 seconds ago" from here.
            self.preview.capture_time = self.env.now()
        due = [sleeper for at, sleeper in self._sleepers if at <= self.env.now()]
        self._sleepers = [(at, sleeper) for at, sleeper in self._sleepers if sleeper not in due]
        for sleeper in due:
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Sleep on the simulated clock without holding up a press: simcord waits for bot work."""
        if self.env is None:
            raise RuntimeError("nothing to sleep on before the simulation stands")
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now() + timedelta(seconds=seconds), sleeper))
        await self.env.external_wait(sleeper, reason="the ticker sleeps until its next tick")

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
    pep: int | None = None,
) -> None:
    """Serve the page until cancelled, or until the page's own End is pressed.

    ``pep`` is posted as today's round, the next in turn if None.

    Raises:
        ConfigError: simcord is not installed, the port can't be had, or there is no such lesson.
    """
    try:
        import simcord  # noqa: PLC0415  (an extra: everything else runs without it)
    except ImportError as error:
        problem = "The playground needs simcord: pip install 'pep-speedrun[playground]'"
        raise ConfigError((problem,)) from error
    heart = Heart()
    async with open_app(settings, heart) as app, examined(app.runner, TEST_AFTER):
        client = app.client(tick_every=TICK_EVERY, sleep=heart.sleep)
        env = heart.env = simcord.Env(client, check_errors=False)
        stage = _build(env)
        # Set up below: nobody has to be told how.
        await claim_welcome(app.db, stage.guild.id, app.clock.now())
        heart.catch_up()
        beat = asyncio.create_task(heart.beat())
        await env.start()
        try:
            await _first_round(app, client, env, stage, pep)
            async with _page(env, stage, port) as preview:
                heart.preview = preview
                say(_welcome(preview.url, stage))
                if open_browser:
                    webbrowser.open(preview.url)
                await preview.wait_closed()
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            await env.shutdown()


@asynccontextmanager
async def _page(env: simcord.Env, stage: Stage, port: int | None) -> AsyncIterator[Preview]:
    from simcord import SetupError  # noqa: PLC0415  (an extra)

    page = env.preview(stage.channel, viewers=stage.viewers, layout="channel", port=port)
    try:
        preview = await page.__aenter__()
    except SetupError as error:
        problem = f"--port {port} can't be had: {error}. Choose another, or leave it out."
        raise ConfigError((problem,)) from error
    try:
        yield preview
    finally:
        await page.close()


def _build(env: simcord.Env) -> Stage:
    # Made while the clock still stands at its start: the ids come out the same every time, so a
    # kept database recognises its members.
    env.backend.bot_user.name = "PEP Speedrun"
    guild = env.create_guild("Python Speedrunners")
    channel = guild.create_text_channel("daily-pep")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    ada = guild.add_member(env.create_user("ada", global_name="Ada"))
    grace = guild.add_member(env.create_user("grace", global_name="Grace"))
    mo = guild.add_member(env.create_user("mo", global_name="Mo (moderator)"), roles=[moderators])
    return Stage(guild, channel, (ada, grace, mo))


async def _first_round(
    app: App, client: SpeedrunClient, env: simcord.Env, stage: Stage, pep: int | None
) -> None:
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
            await post_now(client.ctx, stage.guild.id, now, pep=pep)
        except RoundExists as existing:
            # A kept database remembers today's round; this simulated channel does not have it.
            await repost_round(client.ctx, existing.round)
        except (UnknownLesson, NothingToPost) as error:
            problem = f"--pep {pep}: no lesson on it can be posted on this machine."
            raise ConfigError((problem,)) from error
    await env.settle()


def _welcome(url: str, stage: Stage) -> str:
    names = ", ".join(viewer.name for viewer in stage.viewers)
    return (
        f"The playground runs. Open this address in a browser:\n\n    {url}\n\n"
        f"You can be any of {names}: choose at the top of the page. Press Start the clock, guess, "
        "look at /speedrun leaderboard; as mo, try /speedrun-admin preview and reveal.\n"
        "Ctrl-C ends it."
    )
