"""``db status`` and ``db migrate``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.config import bundled
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate, migration_status

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from bot.cli import Groups
    from bot.storage.migrate import MigrationStatus


def add_parser(groups: Groups) -> None:
    """Declare the commands."""
    db = groups.add_parser("db", help="look after the database")
    commands = db.add_subparsers(title="commands", required=True, metavar="COMMAND")
    status = commands.add_parser("status", help="which version the database has, and what is new")
    status.set_defaults(handler=_status)
    up = commands.add_parser("migrate", help="bring the database to this release's version")
    up.set_defaults(handler=_migrate)


def _status(_: argparse.Namespace) -> int:
    path = settings_of().database_path
    if not path.exists():
        print(f"{path}: not there yet; `run` and `db migrate` make it")
        return 0
    status = asyncio.run(_read_status(path))
    print(f"{path}: version {status.version} of {status.known}")
    for migration in status.pending:
        print(f"  pending: {migration.name}")
    return 0


def _migrate(_: argparse.Namespace) -> int:
    path = settings_of().database_path
    before = asyncio.run(_apply(path))
    for migration in before.pending:
        print(f"applied {migration.name}")
    print(f"{path}: version {before.known}")
    return 0


async def _read_status(path: Path) -> MigrationStatus:
    async with open_database(path) as db:
        return await migration_status(db, load_migrations(bundled("migrations")))


async def _apply(path: Path) -> MigrationStatus:
    async with open_database(path) as db:
        return await migrate(db, load_migrations(bundled("migrations")), datetime.now(UTC))
