"""A migrated SQLite file, as a database and as one bare connection."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.config import bundled
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from bot.storage.sqlite import SqliteTransaction
from tests.doubles import at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.storage.database import Database, Transaction


def migrated(target: Path | str) -> sqlite3.Connection:
    """A connection of its own on a database with the released schema."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # Nobody pulls the plug of a test; waiting for the disk is most of its time.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("BEGIN")
    for migration in load_migrations(bundled("migrations")):
        for statement in migration.statements:
            connection.execute(statement)
    connection.execute("COMMIT")
    return connection


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Transaction]:
    """The statements of one table, tried one by one on a real file."""
    with closing(migrated(tmp_path / "tables.db")) as connection:
        yield SqliteTransaction(connection)


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A database as the bot opens it."""
    async with open_database(tmp_path / "bot.db") as database:
        await migrate(database, load_migrations(bundled("migrations")), at("2026-01-01 00:00"))
        yield database
