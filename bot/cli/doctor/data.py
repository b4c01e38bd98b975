"""The doctor on the database: does it open, is it whole, is it this release's, is there a copy."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.doctor.findings import fault, ok, warning
from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.errors import BackupFailed, DatabaseInUse, DatabaseTooNew, StorageUnavailable
from bot.storage.backup import examined, list_backups, stamp_of
from bot.storage.claim import claimed
from bot.storage.database import open_database
from bot.storage.guilds import list_channels
from bot.storage.migrate import load_migrations, migration_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.cli.doctor.findings import Finding
    from bot.config import Settings
    from bot.core.addresses import DatabaseAddress
    from bot.storage.migrate import MigrationStatus

OLD_COPY = timedelta(days=2)


def database(settings: Settings) -> Iterator[Finding]:
    """The database itself, of either engine; nothing is made or changed."""
    address = settings.database
    if isinstance(address, SqliteAddress):
        if not address.path.exists():
            yield _not_there_yet(address.path)
            return
        try:
            examined(address.path)
        except (BackupFailed, sqlite3.Error, OSError) as error:
            yield fault(
                "database",
                str(error),
                "Stop the bot and put the newest copy back: python -m bot db restore PATH.",
            )
            return
        if not os.access(address.path, os.W_OK) or not os.access(address.path.parent, os.W_OK):
            who = "this user may read it and not write"
            yield fault(
                "database",
                f"{address}: {who}",
                "Give the file and its folder to the user that runs the bot (chown).",
            )
            return
    yield _status(address)


def _not_there_yet(path: Path) -> Finding:
    there = next(each for each in path.resolve().parents if each.exists())
    if there.is_dir() and os.access(there, os.W_OK):
        return ok("database", f"{path}: not there yet; the first start makes it")
    return fault(
        "database",
        f"{path} can't be made: {there} takes no new file from this user",
        "Give that folder to the user that runs the bot, or name another with DATABASE_URL.",
    )


def _status(address: DatabaseAddress) -> Finding:
    try:
        status = asyncio.run(_read_status(address))
    except DatabaseTooNew as error:
        return fault("database", str(error), "Install the newer release again, or restore.")
    except (StorageUnavailable, sqlite3.Error, OSError) as error:
        return fault(
            "database",
            f"{address} does not open: {error}",
            "Look at DATABASE_URL, at the server, and at who may use it.",
        )
    # Whether a server's files are whole is its own to know.
    how = "whole" if isinstance(address, SqliteAddress) else "opens"
    shown = f"{address}: {how}, version {status.version} of {status.known}"
    if status.pending:
        names = ", ".join(each.name for each in status.pending)
        return warning(
            "database", f"{shown}; pending: {names}", "The next start copies it and migrates it."
        )
    return ok("database", shown)


async def _read_status(address: DatabaseAddress) -> MigrationStatus:
    async with open_database(address) as db:
        return await migration_status(db, load_migrations(bundled("migrations")))


def running(settings: Settings) -> Iterator[Finding]:
    """Whether a bot works on the database now: its own to know before a restore or a second one."""
    if not isinstance(settings.database, SqliteAddress) or not settings.database.path.exists():
        return
    try:
        with claimed(settings.database.path):
            yield ok("bot", "none is running on this database")
    except DatabaseInUse:
        yield ok("bot", "one is running on this database")
    except (OSError, sqlite3.Error) as error:
        yield fault(
            "bot", f"the lock beside the database can't be had: {error}", "Look at who owns it."
        )


def backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The newest daily copy. A server's database is its own to copy."""
    if not isinstance(settings.database, SqliteAddress):
        return
    folder = settings.backup_folder
    if folder is None:
        yield warning(
            "backups",
            "no daily copy of the database is made",
            "Set BACKUP_DIR to a folder, best on another disk.",
        )
        return
    copies = list_backups(folder, settings.database.path.stem)
    if not copies:
        yield warning("backups", f"{folder} holds none yet", "The bot makes one as it starts.")
        return
    age = now - stamp_of(copies[-1])
    shown = f"{len(copies)} in {folder}, the newest {age // timedelta(hours=1)} hours old"
    if age > OLD_COPY:
        yield warning("backups", shown, "The log says why none was made since.")
    else:
        yield ok("backups", shown)


def lasting(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the file outlives the next restart, as far as can be told."""
    if not isinstance(settings.database, SqliteAddress):
        return
    way_out = "Use PostgreSQL (DATABASE_URL=postgresql://...), or a disk that lasts."
    path = str(settings.database.path.resolve())
    if "DYNO" in environ:
        yield warning("disk", "a dyno's disk is wiped at each restart", way_out)
    elif path.startswith(("/tmp/", "/dev/shm/", "/run/")):  # noqa: S108  (looked for, not used)
        yield warning("disk", f"{path} does not outlive a restart of the machine", way_out)


async def channels(address: DatabaseAddress) -> list[tuple[int, int]]:
    """The channels that speedruns go to, each a guild's id and its own; none before the start.

    Raises:
        StorageUnavailable, sqlite3.Error, OSError: It does not open.
    """
    if isinstance(address, SqliteAddress) and not address.path.exists():
        return []
    async with open_database(address) as db:
        status = await migration_status(db, load_migrations(bundled("migrations")))
        return [] if status.pending else await db.read(list_channels)
