"""The composition root: builds every object the bot is made of, and closes them in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.errors import BackupFailed, DatabaseInUse
from bot.core.health import GatewayState
from bot.core.pace import RunPace
from bot.discord_app.client import SpeedrunClient, redirect
from bot.discord_app.connection import keep_connected
from bot.discord_app.sharded import ShardedSpeedrunClient
from bot.health.facts import Health
from bot.health.metrics import Metrics, Unmetered
from bot.health.server import serving
from bot.library.loading import load_library
from bot.library.workbench import Workbench
from bot.rendering.pictures.album import Album
from bot.rendering.pictures.cache import PictureCache, Studio
from bot.sandbox.cache import CachedSandbox
from bot.sandbox.members import MemberLine
from bot.sandbox.runner import SandboxRunner
from bot.sandbox.strict import KeptStrict, StrictTrials
from bot.services.recounting import rebuild_if_outdated
from bot.services.running import Runs
from bot.storage.claim import Claim, agree_on_count, bot_claimed
from bot.storage.copying import refuse_half_a_copy
from bot.storage.daily import back_up_if_due
from bot.storage.database import Database, open_database
from bot.storage.measured import MeasuredDatabase
from bot.storage.migrate import load_migrations
from bot.storage.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

    from bot.config import Settings
    from bot.core.lessons import Library
    from bot.core.ports import Clock, LessonWorkbench, Meter, Sandbox

log = logging.getLogger(__name__)

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SELF_TEST_AFTER = 20.0
"""Seconds from the start to the sandbox's self-test: posts that are owed and presses come first.
Until it has held, no member's code runs."""
SELF_TEST_AGAIN = 600.0
"""Seconds to the next try, where a busy machine was why it did not hold."""


BACKUP_LOOK_EVERY = 3_600.0
"""Seconds between looks at whether the day's backup is due."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """The bot without its connection; `client` makes one."""

    settings: Settings
    db: Database
    library: Library
    sandbox: Sandbox
    runner: SandboxRunner
    runs: Runs
    workbench: LessonWorkbench
    own_sandbox: Sandbox
    clock: Clock
    album: Album
    metrics: Metrics | None
    claim: Claim

    def client(self, **options: Any) -> SpeedrunClient:  # noqa: ANN401  (passed on)
        """A new client on the same database; ``options`` as `SpeedrunClient` has them."""
        shards = self.settings.shards
        make: type[SpeedrunClient] = SpeedrunClient
        if shards.count != 1:
            make = ShardedSpeedrunClient
        return make(
            shards=shards,
            db=self.db,
            library=self.library,
            sandbox=self.sandbox,
            limits=self.settings.sandbox.authored,
            clock=self.clock,
            album=self.album,
            meter=self.metrics or Unmetered(),
            runs=self.runs,
            workbench=self.workbench,
            own_sandbox=self.own_sandbox,
            may_run_own=lambda: bool(self.runner.member_pythons()),
            keep_departed=self.settings.keep_departed,
            **options,
        )


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Open the database (migrating it), the lessons and the sandbox.

    Raises:
        CopyRefused: The database is a copy that was not finished.
        BackupFailed: A migration is pending, and the copy that comes before it can't be made.
        DatabaseInUse: Another bot runs on this database.
        DatabaseTooNew: A newer release migrated the database.
        OSError, sqlite3.Error: The database can't be opened.
    """
    clock = clock or SystemClock()
    # Figures cost a guess some microseconds: they are kept where they can be asked for.
    metrics = None if settings.health_port is None else Metrics()
    async with AsyncExitStack() as stack:
        claim = await stack.enter_async_context(bot_claimed(settings.database, settings.shards))
        db = await stack.enter_async_context(open_database(settings.database))
        migrations = load_migrations(bundled("migrations"))
        await upgrade(db, migrations, clock.now(), settings.backups_folder, is_alone=claim.is_alone)
        await refuse_half_a_copy(db)
        await agree_on_count(db, claim, settings.shards)
        if isinstance(settings.database, SqliteAddress):
            await stack.enter_async_context(counted_meanwhile(db))
        else:
            # The other processes wait for their claim: one counts, before all of them write.
            await rebuild_if_outdated(db)
        await claim.share()
        library, faults = await asyncio.to_thread(load_library, settings.lesson_folders)
        for fault in faults:
            log.error("lesson left out: %s", fault)
        runner = await stack.enter_async_context(sandbox_runner(settings, metrics))
        pythons = ", ".join(str(version) for version in runner.interpreters())
        log.info(
            "lessons=%s pythons=%s database=%s shards=%s",
            *(len(library), pythons, settings.database, settings.shards),
        )
        studio = Studio(PictureCache(settings.data_folder / "pictures"))
        stack.push_async_callback(studio.aclose)
        sandbox = CachedSandbox(runner)
        members = MemberLine(runner, settings.sandbox.member)
        trials = StrictTrials(members)
        runs = Runs(members, RunPace(*settings.sandbox.runs_a_minute))
        yield App(
            settings=settings,
            db=db if metrics is None else MeasuredDatabase(db, metrics),
            library=library,
            sandbox=sandbox,
            runner=runner,
            runs=runs,
            workbench=Workbench(trials),
            own_sandbox=KeptStrict(trials),
            clock=clock,
            album=Album(studio),
            metrics=metrics,
            claim=claim,
        )


@asynccontextmanager
async def meanwhile(
    work: Coroutine[Any, Any, None], name: str
) -> AsyncIterator[asyncio.Task[None]]:
    """Have ``work`` done beside what is done inside, and end it with that."""
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def counted_meanwhile(db: Database) -> AsyncIterator[None]:
    """Count anew what a release with other rules counted, while the bot works and until it stops.

    Members wait for a small transaction at a time; a stop in between has the next start go on.
    """

    async def count() -> None:
        try:
            await rebuild_if_outdated(db)
        except Exception:
            log.exception("the sums were not counted anew, the next start tries again")

    async with meanwhile(count(), "counting"):
        yield


def sandbox_runner(settings: Settings, meter: Meter | None = None) -> SandboxRunner:
    """The sandbox as the operator wants it; the caller opens and closes it."""
    return SandboxRunner(
        settings.python_folders,
        runs_at_once=settings.sandbox.runs_at_once,
        waiting=settings.sandbox.waiting,
        member_code=settings.sandbox.member_code,
        selftest_limits=settings.sandbox.selftest,
        meter=meter,
    )


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
    health = Health(app.db, app.clock, gateway, app.runs.members.health)
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


@asynccontextmanager
async def stopped_when(lost: asyncio.Event, stop: asyncio.Event) -> AsyncIterator[None]:
    """Set ``stop`` as soon as ``lost`` is set."""

    async def wait() -> None:
        await lost.wait()
        log.error("another bot has taken this one's place on the database")
        stop.set()

    task = asyncio.create_task(wait(), name="lost claim")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


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
