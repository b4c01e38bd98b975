"""Numbered SQL files, applied in order, each in one transaction with the version it brings.

The version lives inside the database, in ``schema_versions``: a copied or restored file knows how
old it is. Files are never edited once released; there is no way down but a backup.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.core.errors import DatabaseTooNew

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_FOR_POSTGRES = ".postgres.sql"
_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_versions "
    "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name, its statements, and those of the file beside it."""

    version: int
    name: str
    statements: tuple[str, ...]
    for_postgres: tuple[str, ...] | None = None

    def statements_on(self, engine: str) -> tuple[str, ...]:
        """What that engine runs."""
        if engine == "postgres" and self.for_postgres is not None:
            return self.for_postgres
        return self.statements


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """The database's version (0 = blank), the newest this release knows, and what lies between."""

    version: int
    known: int
    pending: tuple[Migration, ...]


def load_migrations(folder: Path) -> tuple[Migration, ...]:
    """Read the folder's files, numbered from 0001 without a gap.

    Raises:
        ValueError: A name or number is wrong, or a statement is not finished.
        OSError: The folder can't be read.
    """
    beside = {path.name: path for path in folder.glob(f"*{_FOR_POSTGRES}")}
    common = [path for path in sorted(folder.glob("*.sql")) if path.name not in beside]
    migrations = []
    for expected, path in enumerate(common, start=1):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None or int(match[1]) != expected:
            raise ValueError(f"{path.name}: expected a file named {expected:04}_what_it_does.sql")
        own = beside.pop(path.stem + _FOR_POSTGRES, None)
        for_postgres = None if own is None else _read(own)
        migrations.append(Migration(expected, path.stem, _read(path), for_postgres))
    for name in beside:
        raise ValueError(f"{name}: there is no file without .postgres beside it")
    return tuple(migrations)


async def migration_status(
    database: Database, migrations: tuple[Migration, ...]
) -> MigrationStatus:
    """Tell where the database stands, changing nothing.

    Raises:
        DatabaseTooNew: A newer release migrated it.
    """
    version = await database.read(_load_version)
    known = migrations[-1].version if migrations else 0
    if version > known:
        raise DatabaseTooNew(version, known)
    return MigrationStatus(version, known, migrations[version:])


async def migrate(
    database: Database, migrations: tuple[Migration, ...], now: datetime
) -> MigrationStatus:
    """Apply what is pending; the status before it.

    A file that fails leaves nothing of itself behind, and its version unchanged. Two processes at
    once are safe: the second finds the version in place and does nothing.

    Raises:
        DatabaseTooNew: A newer release migrated it.
        sqlite3.Error, psycopg.Error: A statement failed.
    """
    status = await migration_status(database, migrations)
    for migration in status.pending:
        await database.write_alone(partial(apply, migration, database.engine, now))
    return status


def apply(migration: Migration, engine: str, now: datetime, tx: Transaction) -> None:
    """Apply one file, unless another process has meanwhile."""
    tx.define(_VERSION_TABLE)
    if _load_version(tx) >= migration.version:
        return
    for statement in migration.statements_on(engine):
        tx.define(statement)
    tx.mend_counters()
    tx.execute(
        "INSERT INTO schema_versions (version, name, applied_at) VALUES (?1, ?2, ?3)",
        migration.version,
        migration.name,
        round(now.timestamp() * 1000),
    )
    log.info("migrated the database to version=%s (%s)", migration.version, migration.name)


def _load_version(tx: Transaction) -> int:
    if not tx.has_table("schema_versions"):
        return 0
    return int(tx.scalar("SELECT coalesce(max(version), 0) FROM schema_versions"))


def _read(path: Path) -> tuple[str, ...]:
    return tuple(_split(path.read_text(encoding="utf-8"), path.name))


def _split(text: str, name: str) -> list[str]:
    """The statements of a file. `executescript` would commit first and break the transaction."""
    statements, pending = [], ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    if any(line.strip() and not line.strip().startswith("--") for line in pending.splitlines()):
        raise ValueError(f"{name}: the last statement does not end with a semicolon")
    return statements
