"""A migration with a way back: a copy of the database as it was comes first."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.core.addresses import SqliteAddress
from bot.core.errors import BackupFailed, DatabaseInUse
from bot.storage.backup import back_up, name_of, rotate
from bot.storage.migrate import migrate, migration_status

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.storage.database import Database
    from bot.storage.migrate import Migration, MigrationStatus

log = logging.getLogger(__name__)

KEPT = 5
"""Copies from before migrations that are kept: two years of releases, at their usual pace."""


async def upgrade(
    db: Database,
    migrations: tuple[Migration, ...],
    now: datetime,
    backups: Path,
    *,
    is_alone: bool = True,
) -> MigrationStatus:
    """Apply what is pending, after a backup into the folder ``backups``; the status before it.

    Nothing is migrated below the feet of other processes: ``is_alone`` says that there are none.

    A new file, and one that is up to date, is not copied. Neither is a PostgreSQL database, whose
    server has ways of its own.

    Raises:
        BackupFailed: The copy can't be made; nothing was migrated.
        DatabaseInUse: Something is pending, and other processes run.
        DatabaseTooNew: A newer release migrated it.
        sqlite3.Error: A statement failed.
    """
    status = await migration_status(db, migrations)
    if status.pending and not is_alone:
        raise DatabaseInUse(
            db.address,
            f"The database is at version {status.version} and this release needs {status.known}, "
            "while other processes of the bot run. Stop them all, then start this release.",
        )
    if status.version and status.pending and isinstance(db.address, SqliteAddress):
        path = db.address.path
        stem = f"{path.stem}-before-migration"
        try:
            made = await asyncio.to_thread(back_up, path, backups / name_of(stem, now))
        except BackupFailed as error:
            raise BackupFailed(
                f"The database was not migrated, since the copy before it failed: {error}. Make "
                "room, name another folder with BACKUP_DIR, or run `db migrate --no-backup`."
            ) from error
        await asyncio.to_thread(rotate, backups, stem, KEPT)
        log.info("backed up version=%s of the database to %s", made.version, made.path)
    return await migrate(db, migrations, now)
