"""A bot process on a real database, with a channel and a sandbox that do as they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.storage.database import open_database
from tests.doubles import FakeAnnouncer, FakeSandbox, FixedClock, World, a_lesson, at, library_of
from tests.engines import ENGINES, ready

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """``sqlite`` and, where there is a server, ``postgres``."""
    return request.param


@pytest_asyncio.fixture
async def world(engine: str, tmp_path: Path) -> AsyncIterator[World]:
    """Nothing is set up; it is 2 March 2026 (a Monday), 08:00 UTC; there are three lessons."""
    clock = FixedClock(at("2026-03-02 08:00"))
    library = library_of(a_lesson(8), a_lesson(20), a_lesson(484))
    with ready(engine, tmp_path) as address:
        async with open_database(address) as db:
            if engine == "sqlite":
                # Nobody pulls the plug of a test; waiting for the disk is most of its time.
                await db._writer.execute_fetchall("PRAGMA synchronous = OFF")
            yield World(db, library, clock, FakeSandbox(), FakeAnnouncer(clock))
