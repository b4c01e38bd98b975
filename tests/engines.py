"""Both engines for the tests: a blank or a migrated database of each, quickly.

PostgreSQL takes part where ``TEST_POSTGRES_URL`` names a server (``scripts/postgres.sh`` makes
one). A test has a schema to itself. Migrated ones are used again by the same worker, emptied: to
make one costs a tenth of a second. SQLite's are copies of one that the worker migrated once.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from bot.config import bundled, database_address
from bot.core.addresses import SqliteAddress
from bot.storage.migrate import apply, load_migrations
from bot.storage.postgres import PostgresTransaction, Server
from bot.storage.transaction import SqliteTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.core.addresses import DatabaseAddress, PostgresAddress
    from bot.storage.database import Transaction

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "")
ENGINES = ("sqlite", "postgres") if POSTGRES_URL else ("sqlite",)
"""Without a server there is one test that says so, and not a skipped one beside each other."""

NEEDS_POSTGRES = pytest.mark.skipif(
    not POSTGRES_URL, reason="TEST_POSTGRES_URL names no PostgreSQL server"
)

IntegrityError = (sqlite3.IntegrityError, psycopg.IntegrityError)
DatabaseError = (sqlite3.Error, psycopg.Error)

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBERS = count(1)
_MIGRATED: list[tuple[PostgresAddress, psycopg.Connection]] = []
"""Schemas that nobody uses at the moment."""


def postgres_address(schema: str) -> PostgresAddress:
    """That schema of the test server, which need not be there."""
    join = "&" if "?" in POSTGRES_URL else "?"
    return database_address(f"{POSTGRES_URL}{join}options={quote(f'-csearch_path={schema}')}")


def run_on_server(*statements: str) -> None:
    """Run statements outside every schema."""
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def blank_schema() -> Iterator[PostgresAddress]:
    """A schema that is gone afterwards."""
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    run_on_server(f"CREATE SCHEMA {name}")
    try:
        yield postgres_address(name)
    finally:
        run_on_server(f"DROP SCHEMA {name} CASCADE")


@contextmanager
def migrated_schema() -> Iterator[tuple[PostgresAddress, psycopg.Connection]]:
    """A schema with every table, all of them empty, and a connection to it."""
    address, connection = _MIGRATED.pop() if _MIGRATED else _new_migrated_schema()
    yield address, connection
    _empty(connection)
    # Not after a failure: what it left behind may hold locks.
    _MIGRATED.append((address, connection))


def _new_migrated_schema() -> tuple[PostgresAddress, psycopg.Connection]:
    name = f"kept_{os.getpid()}_{next(_NUMBERS)}"
    run_on_server(f"DROP SCHEMA IF EXISTS {name} CASCADE", f"CREATE SCHEMA {name}")
    address = postgres_address(name)
    connection = Server(address).connect()
    atexit.register(connection.close)
    tx = PostgresTransaction(connection.cursor())
    connection.execute("BEGIN")
    for migration in load_migrations(bundled("migrations")):
        apply(migration, "postgres", _FIRST_DAY, tx)
    connection.execute("COMMIT")
    return address, connection


def _empty(connection: psycopg.Connection) -> None:
    """As TRUNCATE, which makes a new file a table and index: this takes a tenth of the time."""
    filled, started = _looks_of(connection)
    tables = [row[0] for row in connection.execute(filled).fetchall()]
    if tables:
        connection.execute(
            # Foreign keys look away: a superuser may.
            "BEGIN; SET LOCAL session_replication_role = replica; "
            + "".join(f"DELETE FROM {table}; " for table in tables)
            + "COMMIT"
        )
    connection.execute(started)


@cache
def _looks_of(connection: psycopg.Connection) -> tuple[str, str]:
    """What asks which tables hold a row, and what has each sequence begin anew."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
        "AND tablename <> 'schema_versions'"
    ).fetchall()
    sequences = connection.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
    ).fetchall()
    looks = (f"SELECT '{row[0]}' WHERE EXISTS (SELECT FROM {row[0]})" for row in tables)
    starts = (f"setval('{row[0]}', 1, false)" for row in sequences)
    return " UNION ALL ".join(looks), f"SELECT {', '.join(starts)}"


@cache
def _migrated_sqlite() -> sqlite3.Connection:
    """Every table, all of them empty: what others are copied from."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    atexit.register(made.close)
    made.row_factory = sqlite3.Row
    tx = SqliteTransaction(made)
    for migration in load_migrations(bundled("migrations")):
        apply(migration, "sqlite", _FIRST_DAY, tx)
    return made


def copy_migrated(path: Path) -> None:
    """Make that file a SQLite database with every table, all of them empty."""
    path.write_bytes(_migrated_sqlite().serialize())


@contextmanager
def blank(engine: str, folder: Path) -> Iterator[DatabaseAddress]:
    """A database without a table."""
    if engine == "sqlite":
        yield SqliteAddress(folder / "bot.db")
    else:
        with blank_schema() as address:
            yield address


@contextmanager
def ready(engine: str, folder: Path) -> Iterator[DatabaseAddress]:
    """A database with every table, all of them empty: `migrate` has nothing left to do."""
    if engine == "sqlite":
        copy_migrated(folder / "bot.db")
        yield SqliteAddress(folder / "bot.db")
    else:
        with migrated_schema() as (address, _):
            yield address


@contextmanager
def bare_tables(engine: str, target: Path | str) -> Iterator[Transaction]:
    """Every table, and a connection on which each statement is its own transaction.

    ``target`` is the file of a SQLite database, or ``:memory:``.
    """
    if engine == "postgres":
        with migrated_schema() as (_, connection):
            yield PostgresTransaction(connection.cursor())
        return
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # Nobody pulls the plug of a test; waiting for the disk is most of its time.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")
        _migrated_sqlite().backup(connection)
        yield SqliteTransaction(connection)


@contextmanager
def other_process(address: DatabaseAddress) -> Iterator[Transaction]:
    """A connection beside the bot's; each statement is its own transaction."""
    if isinstance(address, SqliteAddress):
        with closing(sqlite3.connect(address.path, isolation_level=None)) as connection:
            yield SqliteTransaction(connection)
        return
    with closing(Server(address).connect()) as connection:
        yield PostgresTransaction(connection.cursor())
