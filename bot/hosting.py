"""Hosting: the bot on Discord until it is told to stop, and what a host does beside it meanwhile.

The sandbox is examined, the database backed up, health served; none of it keeps the bot waiting.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.app import meanwhile, open_app
from bot.core.addresses import SqliteAddress
from bot.core.errors import BackupFailed, DatabaseInUse
from bot.core.health import GatewayState
from bot.discord_app.client import redirect
from bot.discord_app.connection import keep_connected
from bot.health.facts import Health
from bot.health.server import serving
from bot.storage.daily import back_up_if_due

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.app import App
    from bot.config import Settings
    from bot.discord_app.client import SpeedrunClient
    from bot.sandbox.runner import SandboxRunner

log = logging.getLogger(__name__)

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SELF_TEST_AFTER = 20.0
"""Seconds from the start to the sandbox's self-test: posts that are owed and presses come first.
Until it has held, no member's code runs."""
SELF_TEST_AGAIN = 600.0
"""Seconds to the next try, where a busy machine was why it did not hold."""
GC_THRESHOLDS = (20_000, 20, 20)
"""So many new containers until the collector looks at them; Python's own 700 took 8 % of the loop's
time under load, in which hardly anything is a cycle (measured)."""
BACKUP_LOOK_EVERY = 3_600.0
"""Seconds between looks at whether the day's backup is due."""


class Watched:
    """Makes clients one after the other, and knows how the newest one is connected."""

    def __init__(self, make_client: Callable[[], SpeedrunClient]) -> None:
        self._make_client = make_client
        self._newest: SpeedrunClient | None = None

    def __call__(self) -> SpeedrunClient:
        """A new client."""
        self._newest = self._make_client()
        return self._newest

    def state(self) -> GatewayState:
        """How the newest client is connected; not at all before there is one."""
        return GatewayState() if self._newest is None else self._newest.gateway_state()


@asynccontextmanager
async def health_served(app: App, gateway: Callable[[], GatewayState]) -> AsyncIterator[int | None]:
    """Serve /healthz and /metrics where the settings give a port; the port.

    Raises:
        ConfigError: The port can't be had.
    """
    settings = app.settings
    if settings.health_port is None or app.metrics is None:
        yield None
        return
    health = Health(app.db, app.clock, gateway, app.runs.members.health, settings.shards)
    async with serving(health, app.metrics, settings.health_host, settings.health_port) as port:
        yield port


@asynccontextmanager
async def examined(
    runner: SandboxRunner, after: float, again: float = SELF_TEST_AGAIN
) -> AsyncIterator[asyncio.Task[None]]:
    """Have the sandbox tested ``after`` seconds from now, beside what is done inside; the test.

    Where the machine was too busy for it, it is tried again every ``again`` seconds. What it
    finds is in the log, and decides for which Pythons members' code is on.
    """

    async def examine() -> None:
        await asyncio.sleep(after)
        reports = await runner.self_test()
        log.info("sandbox: %s", runner.health().summary)
        while late := [report.python for report in reports if report.is_chance]:
            await asyncio.sleep(again)
            reports = await runner.self_test(*late)
            log.info("sandbox, tried again: %s", runner.health().summary)

    async with meanwhile(examine(), "self-test") as task:
        yield task


@asynccontextmanager
async def backed_up(app: App, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[None]:
    """Copy a SQLite database once a day meanwhile, where the settings give a folder for it."""
    settings = app.settings
    if settings.backup_folder is None or not isinstance(settings.database, SqliteAddress):
        yield
        return
    path, folder, keep = settings.database.path, settings.backup_folder, settings.backup_keep

    async def keep_copies() -> None:
        while True:
            try:
                made = await asyncio.to_thread(back_up_if_due, path, folder, keep, app.clock.now())
            except (BackupFailed, OSError) as error:
                log.error("no backup was made, tried again in an hour: %s", error)  # noqa: TRY400
            else:
                if made is not None:
                    log.info("backed up the database to %s (%s bytes)", made.path, made.size_bytes)
            await sleep(BACKUP_LOOK_EVERY)

    async with meanwhile(keep_copies(), "backups"):
        yield


def settle() -> None:
    """Exempt what lives as long as the bot from garbage collection.

    With ten thousand servers a full collection walks through their objects for most of a second,
    again and again, while every press waits (measured).
    """
    if gc.get_freeze_count():
        # Not the first time: a new session has replaced the servers, and the old ones may go.
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@asynccontextmanager
async def stopped_when(lost: asyncio.Event, stop: asyncio.Event) -> AsyncIterator[None]:
    """Set ``stop`` as soon as ``lost`` is set."""

    async def wait() -> None:
        await lost.wait()
        log.error("another bot has taken this one's place on the database")
        stop.set()

    async with meanwhile(wait(), "lost claim"):
        yield


async def run(settings: Settings) -> None:
    """Run the bot on Discord until SIGINT or SIGTERM, then finish what is under way.

    A second signal ends the process at once, by the system's own default: what is committed
    survives that as it survives SIGKILL.

    Raises:
        ConfigError: Discord refuses the token or an intent, or HEALTH_PORT can't be had: final,
            no use trying again.
        DatabaseInUse: Another bot runs on this database.
    """
    redirect(settings.api_base, settings.gateway_url)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal() -> None:
        stop.set()
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in _STOP_SIGNALS:
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt does it
            loop.add_signal_handler(number, on_signal)
    async with open_app(settings) as app, examined(app.runner, SELF_TEST_AFTER):
        watched = Watched(partial(app.client, when_ready=settle))
        async with (
            health_served(app, watched.state),
            backed_up(app, asyncio.sleep),
            stopped_when(app.claim.lost, stop),
        ):
            await keep_connected(watched, settings.token.reveal(), stop)
        if app.claim.lost.is_set():
            raise DatabaseInUse(settings.database)
    log.info("stopped")
