"""``db backup``, ``db restore`` and ``db check``."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.errors import BackupFailed, ConfigError
from bot.services.checking import check_sums
from bot.storage.backup import back_up, examined, name_of, restore, rotate
from bot.storage.claim import claimed
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migration_status

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.core.addresses import DatabaseAddress
    from bot.services.checking import SumsChecked

_SERVER = (
    "DATABASE_URL names a PostgreSQL database, and backup and restore are for a SQLite file. "
    "Use the server's own: pg_dump --format=custom to copy it, pg_restore --clean to put it back."
)


def add_parsers(commands: Groups) -> None:
    """Declare the commands, below ``db``."""
    backup = commands.add_parser("backup", help="copy the database, while the bot runs or not")
    backup.add_argument(
        "path",
        help="a new file, or a folder, in which the copy gets a name with its time",
    )
    backup.add_argument(
        "--keep",
        type=int,
        metavar="N",
        help="in a folder: delete the oldest copies of this database beyond N",
    )
    backup.set_defaults(handler=_backup)
    back = commands.add_parser(
        "restore", help="put a copy in the database's place; the bot must not run"
    )
    back.add_argument("path", type=Path, help="the copy")
    back.set_defaults(handler=_restore)
    check = commands.add_parser(
        "check", help="is the file whole, and do totals and streaks agree with the guesses"
    )
    check.add_argument("--json", action="store_true", help="the findings as JSON")
    check.set_defaults(handler=_check)


def _database() -> Path:
    address = settings_of().database
    if not isinstance(address, SqliteAddress):
        raise ConfigError((_SERVER,))
    return address.path


def _backup(arguments: argparse.Namespace) -> int:
    source, target, keep = _database(), Path(arguments.path), arguments.keep
    is_folder = target.is_dir() or arguments.path.endswith("/")
    if keep is not None and (keep < 1 or not is_folder):
        raise ConfigError(("--keep takes a number from 1, and a folder to count in.",))
    if is_folder:
        target = target / name_of(source.stem, datetime.now(UTC))
    made = back_up(source, target)
    print(f"{made.path}: version {made.version}, {made.size_bytes:,} bytes, opened and checked")
    if keep is not None:
        for path in rotate(target.parent, source.stem, keep):
            print(f"deleted {path}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    target = _database()
    known = len(load_migrations(bundled("migrations")))
    with claimed(target):
        done = restore(arguments.path, target, known=known, now=datetime.now(UTC))
    print(f"{target}: restored from {arguments.path}, version {done.version} of {known}")
    if done.version < known:
        print("  older than this release: the next start brings it up to date")
    if done.kept is not None:
        print(f"  the database that was there is kept as {done.kept}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    address = settings_of().database
    damage = []
    if isinstance(address, SqliteAddress):
        if not address.path.exists():
            print(f"{address}: not there yet; `run` and `db migrate` make it")
            return 0
        try:
            examined(address.path)
        except BackupFailed as error:
            damage.append(str(error))
    # Sums are read by SQL, which a damaged file may answer with anything.
    checked = None if damage else asyncio.run(_sums(address))
    faults = damage + [
        f"guild {each.guild_id}: {each.totals} totals, {each.streaks} streaks and "
        f"{each.places} places disagree with the guesses, such as {each.example}"
        for each in (checked.disagreements if checked else ())
    ]
    guilds = checked.guilds if checked else None
    if arguments.json:
        print(json.dumps({"database": str(address), "guilds": guilds, "faults": faults}, indent=2))
    else:
        for fault in faults:
            print(fault)
        if not faults:
            print(f"{address}: whole; the sums of {guilds} guilds agree with the guesses")
        elif damage:
            print("-> stop the bot, and put the newest backup back: `db restore PATH`")
    return 1 if faults else 0


async def _sums(address: DatabaseAddress) -> SumsChecked:
    async with open_database(address) as db:
        # Tables that a pending migration brings would be missed.
        status = await migration_status(db, load_migrations(bundled("migrations")))
        if status.pending:
            raise ConfigError((f"{address} is older than this release: run `db migrate` first.",))
        return await check_sums(db)
