"""The PostgreSQL engine: a few connections, each used by one thread at a time. Knows no table.

psycopg's plain connections, not its async ones: a transaction here is a plain function, and would
otherwise need a greenlet or a second, awaiting form of every function of this package.

Writes are SERIALIZABLE: they may run beside each other, in this process and in others, and the
outcome is that of some order one after the other, as SQLite's one writer has it. Where PostgreSQL
finds no such order it refuses one of them, which is run again. Reads see one snapshot.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from bot.core.errors import ConfigError, StorageUnavailable
from bot.storage.database import Database, Transaction
from bot.storage.dialect import defined, numbered
from bot.storage.postgres_values import adapters, rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from concurrent.futures import Future

    from bot.core.addresses import PostgresAddress
    from bot.storage.database import Row, Value

log = logging.getLogger(__name__)
_T = TypeVar("_T")
Connection = psycopg.Connection[Any]

WRITERS = 4
READERS = 2
"""Connections a process, opened as they are needed; one more holds its claim. A transaction is some
fifteen ways to the server and back: four at a time keep up with our own pace of posts where each
way takes half a millisecond. More would only run guesses of one round again more often."""
TRIES = 12
"""How often a write is begun before it is given up as too contended."""
_PAUSE_S = 0.004
"""The first wait between tries, doubled up to 32 times; each is drawn between nothing and it."""
RECONNECT_S = (0.2, 5.0)
"""The first and the longest wait between attempts to reach a server that is away."""
_LOCK_TIMEOUT_MS = 2_000
"""As SQLite's busy timeout: a presser hears within Discord's three seconds that it did not work."""
_DEFAULTS = {
    "application_name": "pep-speedrun",
    "connect_timeout": "3",
    # A server that vanished without a word is noticed within seconds, not after TCP's two hours.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""What libpq is told unless the URL says otherwise."""
_SESSION = (
    f"SET lock_timeout = {_LOCK_TIMEOUT_MS}",
    # A process that was frozen half-way through must not keep its locks for ever.
    "SET idle_in_transaction_session_timeout = 60000",
)
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Each statement sees what is committed: after the wait for a lock, what its last holder did.
_ALONE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_IDLE, _FAILED = pq.TransactionStatus.IDLE, pq.TransactionStatus.INERROR
_AGAIN = ("40001", "40P01")
"""Serialization failure and deadlock: one of several had to go."""
_FORBIDDEN = ("42501", "3F000")
"""The role may not do this, or its search_path names no schema: the operator's to mend."""
_NO_WRITER = "25006"
"""The server only reads: it was made a standby, and another one leads."""


class PostgresTransaction(Transaction):
    """The statements of one transaction, on a thread that has the connection to itself."""

    def __init__(self, cursor: psycopg.RawCursor[Any]) -> None:
        self._cursor = cursor

    def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; the number of rows it changed."""
        return self._cursor.execute(numbered(sql), values).rowcount

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._cursor.execute(numbered(sql), values).fetchone()
        return row

    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row."""
        return self._cursor.execute(numbered(sql), values).fetchall()

    def has_table(self, name: str) -> bool:
        """Whether the database has a table of that name."""
        return self.scalar("SELECT to_regclass(?1) IS NOT NULL", name) is True

    def define(self, sql: str) -> None:
        """Run a statement of a migration."""
        self._cursor.execute(defined(sql))

    def mend_counters(self) -> None:
        """Let automatic ids go on after the highest there is, where rows came with their ids."""
        for table, column in self.all(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND is_identity = 'YES'"
        ):
            self.execute(
                "SELECT setval(pg_get_serial_sequence(?1, ?2), "  # noqa: S608  (its own names)
                f'(SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"), false)',
                table,
                column,
            )


class Server:
    """How a database's server is reached, and when it is worth trying again."""

    def __init__(self, address: PostgresAddress) -> None:
        try:
            options: dict[str, Any] = conninfo_to_dict(address.conninfo)
        except psycopg.Error:
            # Its message repeats the URL, password and all.
            raise ConfigError((f"DATABASE_URL can't be read; it names {address}.",)) from None
        self.address = address
        self._options = _DEFAULTS | options
        self._adapters = adapters()
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at = 0.0

    def connect(self) -> Connection:
        """A new connection, each statement a transaction of its own unless one is begun.

        Raises:
            StorageUnavailable: The server is away, or refuses.
        """
        with self._lock:
            if time.monotonic() < self._retry_at:
                raise StorageUnavailable(f"{self.address} is away; it is tried again in a moment")
        try:
            connection: Connection = psycopg.connect(
                **self._options,
                autocommit=True,
                cursor_factory=psycopg.RawCursor,
                context=self._adapters,
            )
            connection.row_factory = rows
            try:
                for statement in _SESSION:
                    connection.execute(statement.encode())
            except psycopg.Error:
                connection.close()
                raise
        except psycopg.Error as error:
            with self._lock:
                self._failures += 1
                first, longest = RECONNECT_S
                wait = min(first * 2 ** min(self._failures - 1, 20), longest)
                self._retry_at = time.monotonic() + wait * random.uniform(0.5, 1)  # noqa: S311
            raise StorageUnavailable(f"{self.address} can't be reached: {_said(error)}") from error
        with self._lock:
            self._failures = 0
        return connection


class _Lane:
    """One connection, made as it is needed and made again where it broke."""

    def __init__(self, server: Server, begin: str) -> None:
        self._server = server
        self._begin = begin.encode()
        self._connection: Connection | None = None

    def run(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` in one transaction, again from its start where PostgreSQL asks for it."""
        for tries in range(TRIES):
            if tries:
                time.sleep(random.uniform(0, _PAUSE_S * min(2**tries, 32)))  # noqa: S311
            try:
                return self._once(work)
            except psycopg.Error as error:
                if error.sqlstate not in _AGAIN:
                    raise self._told(error) from error
                last = error
        raise StorageUnavailable(f"gave up after {TRIES} tries: {_said(last)}") from last

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _once(self, work: Callable[[Transaction], _T]) -> _T:
        connection = self._begun()
        try:
            with connection.cursor() as cursor:
                result = work(PostgresTransaction(cursor))  # type: ignore[arg-type]
            _commit(connection)
        except BaseException:
            self._roll_back(connection)
            raise
        return result

    def _begun(self) -> Connection:
        if self._connection is not None:
            try:
                self._connection.execute(self._begin)
            except psycopg.OperationalError:
                # The server restarted since; nothing is lost by knocking once more.
                self.close()
            else:
                return self._connection
        self._connection = self._server.connect()
        self._connection.execute(self._begin)
        return self._connection

    def _roll_back(self, connection: Connection) -> None:
        try:
            if not connection.closed and connection.info.transaction_status != _IDLE:
                connection.execute(b"ROLLBACK")
        except psycopg.Error:
            self.close()
        if connection.closed:
            self.close()

    def _told(self, error: psycopg.Error) -> Exception:
        if error.sqlstate == _NO_WRITER and self._begin != _READ.encode():
            self.close()
            return StorageUnavailable(f"{self._server.address} only reads")
        if isinstance(error, psycopg.OperationalError) or error.sqlstate in _FORBIDDEN:
            return StorageUnavailable(_said(error))
        return error


class _Lanes:
    """Connections of one kind; a work waits for the first that is free."""

    def __init__(self, server: Server, begin: str, count: int, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._count = count
        # Last in, first out: what the server knows of a connection stays warm, and a quiet bot
        # needs one.
        self._free: asyncio.LifoQueue[_Lane] = asyncio.LifoQueue()
        for _ in range(count):
            self._free.put_nowait(_Lane(server, begin))

    async def run(self, work: Callable[[Transaction], _T]) -> _T:
        lane = await self._free.get()
        loop = asyncio.get_running_loop()

        def give_back(_: Future[_T]) -> None:
            loop.call_soon_threadsafe(self._free.put_nowait, lane)

        # A caller that is cancelled gives up its answer; the work ends, and then frees the lane.
        future = self._threads.submit(lane.run, work)
        future.add_done_callback(give_back)
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Wait for what is under way, and close every connection."""
        for _ in range(self._count):
            lane = await self._free.get()
            await asyncio.get_running_loop().run_in_executor(self._threads, lane.close)


class PostgresDatabase(Database):
    """A few connections to one database of a server; made by `open_postgres`."""

    engine = "postgres"
    address: PostgresAddress

    def __init__(self, server: Server, threads: ThreadPoolExecutor) -> None:
        self.address = server.address
        self.server = server
        self._writers = _Lanes(server, _WRITE, WRITERS, threads)
        self._readers = _Lanes(server, _READ, READERS, threads)
        self._alone = _Lanes(server, _ALONE, 1, threads)

    async def write(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` in one transaction: committed as it returns, rolled back as it raises.

        Raises:
            StorageUnavailable: The server is away or the database too contended. Nothing was
                stored, but where the connection broke in the commit itself: then nobody knows.
        """
        return await self._writers.run(work)

    async def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` on one consistent snapshot; it can't change anything.

        Raises:
            StorageUnavailable: The server is away.
        """
        return await self._readers.run(work)

    async def write_alone(self, work: Callable[[Transaction], _T]) -> _T:
        """As `write`, after every other work of this kind, in whatever process, has ended.

        Raises:
            StorageUnavailable: The server is away.
        """

        def locked(tx: Transaction) -> _T:
            tx.execute("SET LOCAL lock_timeout = 0")
            schema = tx.scalar("SELECT current_schema()")
            tx.one("SELECT pg_advisory_xact_lock(?1)", lock_key(schema, "alone"))
            return work(tx)

        return await self._alone.run(locked)

    async def close(self) -> None:
        """Wait for what is under way, and close every connection."""
        for lanes in (self._writers, self._readers, self._alone):
            await lanes.close()


@asynccontextmanager
async def open_postgres(address: PostgresAddress) -> AsyncIterator[PostgresDatabase]:
    """Open the database and close it at the end.

    Raises:
        ConfigError: The URL can't be read.
        StorageUnavailable: The server can't be reached, or refuses.
    """
    server = Server(address)
    with ThreadPoolExecutor(WRITERS + READERS + 1, thread_name_prefix="postgres") as threads:
        database = PostgresDatabase(server, threads)
        try:
            # A wrong password is told now, and not by the first press.
            await database.read(lambda tx: tx.scalar("SELECT 1"))
            yield database
        finally:
            await database.close()


def lock_key(schema: str | None, name: str) -> int:
    """The number of an advisory lock: they are numbers, and one space for a whole database.

    Bots in schemas of their own, and other programs, must not meet in it.
    """
    digest = sha256(f"pep-speedrun {schema} {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _commit(connection: Connection) -> None:
    if connection.info.transaction_status == _FAILED:
        # PostgreSQL would take the COMMIT for a ROLLBACK, and say nothing.
        raise RuntimeError("a transaction went on after a statement of it failed")
    connection.execute(b"COMMIT")


def _said(error: psycopg.Error) -> str:
    """The first line of what the server or the driver said; neither repeats a password."""
    return next(iter(str(error).splitlines()), type(error).__name__)
