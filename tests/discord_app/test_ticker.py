"""The ticker: what is slow keeps no post waiting."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import bundled
from bot.discord_app import ticker as module
from bot.discord_app.ticker import Ticker
from bot.services.chores import CHORES_EVERY
from bot.services.outages import ONE_CONNECTION
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import FakeAnnouncer, FakeSandbox, FixedClock, World, a_lesson, at, library_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def ticking(folder: Path) -> AsyncIterator[tuple[World, Ticker, asyncio.Event]]:
    """A guild whose post is due at 09:00; the event begins the next tick of a running ticker."""
    clock, turn = FixedClock(at("2026-03-02 08:00")), asyncio.Event()

    async def sleep(_: float) -> None:
        await turn.wait()
        turn.clear()

    async def remind(*_: Any) -> None:
        pass

    async def ready() -> None:
        pass

    async with open_database(folder / "bot.db") as db:
        await migrate(db, load_migrations(bundled("migrations")), clock.now())
        world = World(db, library_of(a_lesson(8)), clock, FakeSandbox(), FakeAnnouncer(clock))
        await world.set_up()
        every = timedelta(seconds=5)
        ticker = Ticker(world.ctx, clock, every, sleep, lambda: ONE_CONNECTION, remind)
        running = asyncio.create_task(ticker.run(ready))
        try:
            yield world, ticker, turn
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_chores_that_take_their_time_keep_no_post_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = [], []

    async def long_chores(_: Any, now: Any) -> None:
        begun.append(now)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(now)

    monkeypatch.setattr(module, "do_chores", long_chores)
    async with ticking(tmp_path) as (world, ticker, turn), asyncio.timeout(20):
        for now in (at("2026-03-02 09:00"), at("2026-03-02 09:00") + CHORES_EVERY):
            world.clock.set(now)
            turn.set()
            while ticker.ticked_at != now or not world.announcer.of("post"):
                await world.db.read(lambda tx: tx.one("SELECT 1"))
        assert len(begun) == 1, "not again while they last"
    assert ended == begun, "they end with the ticker"
