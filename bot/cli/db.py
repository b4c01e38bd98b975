"""``db status`` and ``db migrate``; the rest of ``db`` is in `backups` and `rebuilding`."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli import backups, copying, rebuilding
from bot.cli.runtime import settings_of
from bot.config import bundled
from bot.core.addresses import PostgresAddress, SqliteAddress
from bot.services.recounting import rebuild_if_outdated
from bot.storage.claim import bot_claimed
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate, migration_status
from bot.storage.upgrade import upgrade

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from bot.cli import Groups
    from bot.core.addresses import DatabaseAddress
    from bot.storage.migrate import MigrationStatus


def add_parser(groups: Groups) -> None:
    """Declare the commands."""
    db = groups.add_parser("db", help="look after the database")
    commands = db.add_subparsers(title="commands", required=True, metavar="COMMAND")
    status = commands.add_parser("status", help="which version the database has, and what is new")
    status.set_defaults(handler=_status)
    up = commands.add_parser("migrate", help="bring the database to this release's version")
    up.add_argument(
        "--no-backup", action="store_true", help="do without the copy that is made before"
    )
    up.set_defaults(handler=_migrate)
    backups.add_parsers(commands)
    rebuilding.add_command(commands)
    copying.add_command(commands)


def _status(_: argparse.Namespace) -> int:
    address = settings_of().database
    if isinstance(address, SqliteAddress) and not address.path.exists():
        print(f"{address}: not there yet; `run` and `db migrate` make it")
        return 0
    status = asyncio.run(_read_status(address))
    print(f"{address}: version {status.version} of {status.known}")
    for migration in status.pending:
        print(f"  pending: {migration.name}")
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    settings = settings_of()
    address = settings.database
    folder = None if arguments.no_backup else settings.backups_folder
    before = asyncio.run(_apply(address, folder))
    for migration in before.pending:
        print(f"applied {migration.name}")
    print(f"{address}: version {before.known}")
    return 0


async def _read_status(address: DatabaseAddress) -> MigrationStatus:
    async with open_database(address) as db:
        return await migration_status(db, load_migrations(bundled("migrations")))


async def _apply(address: DatabaseAddress, backups: Path | None) -> MigrationStatus:
    migrations, now = load_migrations(bundled("migrations")), datetime.now(UTC)
    async with AsyncExitStack() as stack:
        if isinstance(address, PostgresAddress):
            # Below the feet of a bot's processes nothing is migrated.
            await stack.enter_async_context(bot_claimed(address))
        db = await stack.enter_async_context(open_database(address))
        if backups is None:
            before = await migrate(db, migrations, now)
        else:
            before = await upgrade(db, migrations, now, backups)
        await rebuild_if_outdated(db)
        return before
