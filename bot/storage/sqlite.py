"""The SQLite engine: one writer and one reader on a file. Knows no table.

A transaction runs whole on its connection's own thread. (Coroutines that share a connection are
not isolated from each other: one's rollback erases another's insert.) Those that wait for the
writer at the same moment share one commit (`together`).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import aiosqlite

from bot.core.errors import StorageUnavailable
from bot.storage.database import Database
from bot.storage.together import Outcome, run_together
from bot.storage.transaction import SqliteTransaction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from bot.core.addresses import SqliteAddress
    from bot.storage.database import Transaction
    from bot.storage.together import Work

_T = TypeVar("_T")

BUSY_TIMEOUT_MS = 2_000
"""How long a statement waits for another process's lock, such as a backup's: a presser hears
within Discord's three seconds that it did not work."""
TOGETHER = 64
"""How many transactions share a commit at the most: the first of them waits for the last."""
CHECKPOINT_PAGES = 4_000
"""The log is written back into the file when it has so many pages (16 MB): at SQLite's own 1,000
that is a tenth of what a guess costs here under load."""
_SWITCH_TRIES = 50
_SWITCH_PAUSE_S = 0.02
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
"""SQLite's primary codes for what a person or another process may mend while the bot runs."""


class SqliteDatabase(Database):
    """One writer and one reader on a SQLite file; made by `open_sqlite`."""

    engine = "sqlite"
    address: SqliteAddress

    def __init__(
        self, address: SqliteAddress, writer: aiosqlite.Connection, reader: aiosqlite.Connection
    ) -> None:
        self.address = address
        self._writer = writer
        self._reader = reader
        # Until 3.12, to ask which loop runs costs a system call.
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Work, asyncio.Future[Outcome]]] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.address.path

    async def write(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` in one transaction: committed as it returns, rolled back as it raises.

        Raises:
            StorageUnavailable: The database is locked, or the disk full; nothing was stored.
        """
        waiter: asyncio.Future[Outcome] = self._loop.create_future()
        self._waiting.append((work, waiter))
        if self._writing is None:
            self._writing = self._loop.create_task(self._write_all(), name="writer")
        outcome = await waiter
        if outcome.failure is not None:
            with _told_apart():
                raise outcome.failure
        result: _T = outcome.result
        return result

    async def _write_all(self) -> None:
        """Run what waits, whatever came meanwhile together, until nothing does."""
        try:
            while self._waiting:
                batch = self._waiting[:TOGETHER]
                del self._waiting[:TOGETHER]
                # Until told otherwise: the process ends, and nobody is to wait for ever.
                outcomes = [Outcome(failure=StorageUnavailable("the database closes"))] * len(batch)
                try:
                    run = partial(run_together, works=[work for work, _ in batch])
                    outcomes = await _on_thread(self._writer, run)
                except Exception as failure:  # noqa: BLE001  (handed to whoever waits)
                    outcomes = [Outcome(failure=failure)] * len(batch)
                finally:
                    for (_, waiter), outcome in zip(batch, outcomes, strict=True):
                        if not waiter.done():  # whoever was cancelled waits no more
                            waiter.set_result(outcome)
        finally:
            self._writing = None

    async def aclose(self) -> None:
        """Finish what was begun."""
        if self._writing is not None:
            await self._writing

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
            db = SqliteDatabase(address, writer, reader)
            try:
                yield db
            finally:
                await db.aclose()


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
    with _told_apart():
        result: _T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]  # noqa: SLF001
    return result


@contextmanager
def _told_apart() -> Iterator[None]:
    """Raise `StorageUnavailable` for what may pass, everything else as it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        # The low byte is the primary code; extended ones say more of the same.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
            raise StorageUnavailable(str(error)) from error
        raise


def _prepare_writer(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    # With WAL, NORMAL can lose the last commits at a power cut, never consistency.
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
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
