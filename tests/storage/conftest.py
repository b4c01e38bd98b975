"""A migrated database of each engine: as the bot opens it, and as one bare connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.storage.database import open_database
from tests.engines import ENGINES, bare_tables, blank, ready

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.core.addresses import DatabaseAddress
    from bot.storage.database import Database, Transaction


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """``sqlite`` and, where there is a server, ``postgres``."""
    return request.param


@pytest.fixture
def where(engine: str, tmp_path: Path) -> Iterator[DatabaseAddress]:
    """A database without a table."""
    with blank(engine, tmp_path) as address:
        yield address


@pytest.fixture
def tx(engine: str, tmp_path: Path) -> Iterator[Transaction]:
    """The statements of one table, tried one by one."""
    with bare_tables(engine, tmp_path / "tables.db") as transaction:
        yield transaction


@pytest_asyncio.fixture
async def db(engine: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A database as the bot opens it."""
    with ready(engine, tmp_path) as address:
        async with open_database(address) as database:
            yield database
