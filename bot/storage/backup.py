"""Copies of a SQLite file: made while the bot writes, proved before they count, put back safely.

SQLite alone; a PostgreSQL server has ``pg_dump``. A copy is written beside its final name and
renamed once it has been opened and checked, so a name that is there is a copy that works.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.core.errors import BackupFailed, DatabaseTooNew

if TYPE_CHECKING:
    from pathlib import Path

_STAMP = "%Y%m%dT%H%M%SZ"
_STAMP_PATTERN = r"\d{8}T\d{6}Z"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was opened and checked: where it is, its schema version, its size."""

    path: Path
    version: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place, and where the database that was there before lies now, if one was."""

    version: int
    kept: Path | None


def back_up(source: Path, target: Path) -> Backup:
    """Copy the database at ``source``, whoever writes to it meanwhile, as it is at one instant.

    Raises:
        BackupFailed: There is no database, ``target`` is taken, or the copy can't be made or
            does not hold; nothing is left under ``target``.
    """
    if not source.is_file():
        raise BackupFailed(f"{source} is not there: there is nothing to back up")
    if target.exists():
        raise BackupFailed(f"{target} is there already; choose another name, or a folder")
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, partial)
        version = examined(partial)
        _flush(partial)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{target} could not be written: {error}") from error
    finally:
        _remove(partial)
    return Backup(target, version, target.stat().st_size)


def name_of(stem: str, now: datetime) -> str:
    """The name of a copy made at that time; names sort as times do."""
    return f"{stem}-{now:{_STAMP}}.db"


def stamp_of(path: Path) -> datetime:
    """When a copy with a name of `name_of` was made, by that name."""
    return datetime.strptime(path.stem[-16:], _STAMP).replace(tzinfo=UTC)


def list_backups(folder: Path, stem: str) -> list[Path]:
    """The folder's copies with names of `name_of`, oldest first."""
    pattern = re.compile(rf"{re.escape(stem)}-{_STAMP_PATTERN}\.db")
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))


def rotate(folder: Path, stem: str, keep: int) -> list[Path]:
    """Delete the oldest copies beyond ``keep``; what was deleted. Other files are left alone.

    Raises:
        ValueError: ``keep`` is below 1.
        OSError: A file can't be deleted.
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, not {keep}")
    old = list_backups(folder, stem)[:-keep]
    for path in old:
        path.unlink()
    return old


def restore(source: Path, target: Path, *, known: int, now: datetime) -> Restored:
    """Put the copy ``source`` in the place of the database ``target``; keeps what was there.

    The caller holds the claim on ``target``, so no bot runs on it. A crash on the way leaves the
    old database or the new one in place, whole, never neither.

    Raises:
        BackupFailed: The copy does not hold, or can't be put there; ``target`` is as it was.
        DatabaseTooNew: A newer release made it than the one that knows versions up to ``known``.
    """
    if not source.is_file():
        raise BackupFailed(f"{source} is not there")
    if target.exists() and source.samefile(target):
        raise BackupFailed(f"{source} is the database itself")
    coming = target.with_name(f".{target.name}.restoring")
    try:
        version = examined(source)
        if version > known:
            raise DatabaseTooNew(version, known)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, coming)
        examined(coming)
        _flush(coming)
        kept = _set_aside(target, now) if target.exists() else None
        coming.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{source} could not be restored: {error}") from error
    finally:
        _remove(coming)
    return Restored(version, kept)


def examined(path: Path) -> int:
    """Open the database at ``path`` and check it whole; its schema version.

    Raises:
        BackupFailed: It is damaged, no database, or not one of this bot's.
        sqlite3.Error, OSError: It can't be read.
    """
    try:
        with closing(_open_read_only(path)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if problems != ["ok"]:
                raise BackupFailed(f"{path} is damaged: {'; '.join(problems)}")
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise BackupFailed(f"{path} is damaged: a row of {broken[0]} refers to nothing")
            tables = "SELECT count(*) FROM sqlite_master WHERE name = 'schema_versions'"
            if not connection.execute(tables).fetchone()[0]:
                raise BackupFailed(f"{path} holds no database of this bot")
            newest = "SELECT coalesce(max(version), 0) FROM schema_versions"
            return int(connection.execute(newest).fetchone()[0])
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise BackupFailed(f"{path} is damaged, or no database: {error}") from error
        raise


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _copy(source: Path, target: Path) -> None:
    _remove(target)
    with closing(_open_read_only(source)) as here, closing(sqlite3.connect(target)) as there:
        # All pages in one step are one snapshot, and in WAL no writer waits for it; smaller steps
        # would begin anew with every commit that comes between.
        here.backup(there)
        # One file, without a log beside it: it can be moved, and read from where nobody may write.
        there.execute("PRAGMA journal_mode = DELETE")


def _set_aside(target: Path, now: datetime) -> Path:
    """Give the database at ``target`` a second name, its log included; the name."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as connection:
        # What is in the log comes into the file. A damaged file keeps its log instead.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = target.with_name(f"{target.name}.before-restore-{now:{_STAMP}}")
    if kept.exists():
        raise FileExistsError(f"{kept} is there already; try again in a second")
    try:
        os.link(target, kept)
    except OSError:  # a file system without hard links
        shutil.copy2(target, kept)
    for suffix in ("-wal", "-shm"):
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + suffix))
    return kept


def _flush(path: Path) -> None:
    """Have the file on the disk before its name says that it is there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(FileNotFoundError, NotADirectoryError):
            path.with_name(name).unlink()
