"""The composition root: builds every object the bot is made of, and closes them in reverse."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.pace import RunPace
from bot.discord_app.client import SpeedrunClient
from bot.discord_app.sharded import ShardedSpeedrunClient
from bot.health.metrics import Metrics, Unmetered
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
from bot.storage.database import Database, open_database
from bot.storage.measured import MeasuredDatabase
from bot.storage.migrate import load_migrations
from bot.storage.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from bot.config import Settings
    from bot.core.lessons import Library
    from bot.core.ports import Clock, LessonWorkbench, Meter, Sandbox

log = logging.getLogger(__name__)


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
