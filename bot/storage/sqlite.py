"""The SQLite engine: one writer and one reader on a file. Knows no table.

A transaction runs whole on its connection's own thread. (Coroutines that share a connection are
not isolated from each other: one's rollback erases another's insert.)
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import aiosqlite

from bot.core.errors import StorageUnavailable
from bot.storage.database import Database, Transaction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.core.addresses import SqliteAddress
    from bot.storage.database import Row, Value

_T = TypeVar("_T")

BUSY_TIMEOUT_MS = 2_000
"""How long a statement waits for another process's lock, such as a backup's: a presser hears
within Discord's three seconds that it did not work."""
_SWITCH_TRIES = 50
_SWITCH_PAUSE_S = 0.02
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
"""SQLite's primary codes for what a person or another process may mend while the bot runs."""


class SqliteTransaction(Transaction):
    """The statements of one transaction, on the connection's own thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row."""
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def has_table(self, name: str) -> bool:
        """Whether the database has a table of that name."""
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1"
        return self.one(sql, name) is not None


class SqliteDatabase(Database):
    """One writer and one reader on a SQLite file; made by `open_sqlite`."""

    address: SqliteAddress

    def __init__(
        self, address: SqliteAddress, writer: aiosqlite.Connection, reader: aiosqlite.Connection
    ) -> None:
        self.address = address
        self._writer = writer
        self._reader = reader

    @property
    def path(self) -> Path:
        """The file."""
        return self.address.path

    async def write(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` in one transaction: committed as it returns, rolled back as it raises.

        Raises:
            StorageUnavailable: The database is locked, or the disk full; nothing was stored.
        """

        def transaction(connection: sqlite3.Connection) -> _T:
            # IMMEDIATE takes the write lock at once: a reader that became a writer half-way
            # through could be refused with what it read already out of date.
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(SqliteTransaction(connection))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        return await _on_thread(self._writer, transaction)

    async def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` on the reader, on one consistent snapshot; it can't change anything.

        Raises:
            StorageUnavailable: The database is locked, or its disk fails.
        """

        def snapshot(connection: sqlite3.Connection) -> _T:
            connection.execute("BEGIN")
            try:
                return work(SqliteTransaction(connection))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

        return await _on_thread(self._reader, snapshot)


@asynccontextmanager
async def open_sqlite(address: SqliteAddress) -> AsyncIterator[SqliteDatabase]:
    """Open the file, made with its folder if absent, and close it at the end.

    Raises:
        OSError: The folder can't be made.
        sqlite3.Error: The file can't be opened, or is no database.
    """
    path = address.path
    path.parent.mkdir(parents=True, exist_ok=True)
    async with _connect(path) as writer:
        await _on_thread(writer, _prepare_writer)
        async with _connect(path) as reader:
            await _on_thread(reader, _prepare_reader)
            yield SqliteDatabase(address, writer, reader)


@asynccontextmanager
async def _connect(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    # aiosqlite's thread outlives a connection that was not closed, and the process with it.
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


async def _on_thread(
    connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], _T]
) -> _T:
    # aiosqlite has no public way to run several statements in one hop; each awaited call of its
    # API is a hop, and a guess in one instead of eight is several times cheaper. The version is
    # pinned to a minor release, and every storage test goes through here.
    try:
        result: _T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]  # noqa: SLF001
    except sqlite3.OperationalError as error:
        # The low byte is the primary code; extended ones say more of the same.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
            raise StorageUnavailable(str(error)) from error
        raise
    return result


def _prepare_writer(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    # With WAL, NORMAL can lose the last commits at a power cut, never consistency.
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # Of two processes that switch the same new file at once, SQLite refuses one without waiting.
    for tries_left in reversed(range(_SWITCH_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            time.sleep(_SWITCH_PAUSE_S)
        else:
            return


def _prepare_reader(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")
