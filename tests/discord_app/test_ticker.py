"""The ticker: what is slow keeps no post waiting, and many posts no press."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import bundled
from bot.core.shards import Shards
from bot.discord_app import ticker as module
from bot.discord_app.ticker import BEGUN_AT_ONCE, Ticker
from bot.services.chores import CHORES_EVERY
from bot.services.outages import ONE_CONNECTION
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import (
    CHANNEL,
    GUILD,
    FakeAnnouncer,
    FakeSandbox,
    FixedClock,
    World,
    a_lesson,
    at,
    library_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = at("2026-03-02 09:00")
GUILDS = list(range(1, 10 * BEGUN_AT_ONCE + 1))


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
        while ticker.ticked_at is None:
            await world.db.read(lambda tx: tx.one("SELECT 1"))
        assert begun == [], "not before every process has said which servers there are"
        nine = at("2026-03-02 09:00")
        for now in (nine, nine + CHORES_EVERY):
            world.clock.set(now)
            turn.set()
            while ticker.ticked_at != now or not world.announcer.of("post"):
                await world.db.read(lambda tx: tx.one("SELECT 1"))
        assert len(begun) == 1, "not again while they last"
    assert ended == begun, "they end with the ticker"


@pytest.fixture
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The guilds whose work was done, of many that are due."""
    done: list[int] = []

    async def due(*_: Any) -> list[int]:
        return GUILDS

    async def advance(_: Any, guild_id: int, __: Any) -> None:
        done.append(guild_id)

    monkeypatch.setattr(module, "due_guilds", due)
    monkeypatch.setattr(module, "advance_guild", advance)
    return done


def a_ticker() -> Ticker:
    async def nothing(*_: Any) -> None:
        pass

    world = World(None, library_of(), FixedClock(NOW), None, None)  # type: ignore[arg-type]
    object.__setattr__(world.ctx, "shards", Shards(2, (1,)))  # no chores
    return Ticker(world.ctx, world.clock, timedelta(0), nothing, lambda: (), nothing)


async def test_presses_have_their_turns_while_the_work_of_many_guilds_begins(advanced) -> None:
    ticker, turns = a_ticker(), 0

    async def press() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    presses = asyncio.create_task(press())
    await ticker.tick()
    presses.cancel()
    assert turns >= len(GUILDS) / BEGUN_AT_ONCE - 1
    await asyncio.gather(*ticker._running.values())
    assert sorted(advanced) == GUILDS


async def test_a_stop_in_between_begins_no_further_guild(advanced) -> None:
    ticker = a_ticker()
    asyncio.get_running_loop().call_soon(ticker.stop)
    await ticker.tick()
    await asyncio.gather(*ticker._running.values())
    assert advanced == [], "nor do those that had a task already"


async def test_a_guild_that_waits_for_its_place_begins_nothing_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GUILDS_AT_ONCE", 1)
    async with ticking(tmp_path) as (world, ticker, turn), asyncio.timeout(20):
        await world.set_up(guild_id=GUILD + 1, channel_id=CHANNEL + 1)
        post, began, ended = world.announcer.post, asyncio.Event(), asyncio.Event()

        async def slow(*args: Any) -> Any:
            began.set()
            await ended.wait()
            return await post(*args)

        monkeypatch.setattr(world.announcer, "post", slow)
        world.clock.set(at("2026-03-02 09:00"))
        while len(ticker._running) < 2:
            turn.set()
            await world.db.read(lambda tx: tx.one("SELECT 1"))
        await began.wait()
        under_way = ticker.stop()
        ended.set()
        await asyncio.wait(under_way)
        assert len(world.announcer.of("post")) == 1
        assert await world.states(GUILD + 1) == []
