"""``db copy``: from one database to another, of either engine."""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.config import bundled, database_address, load_environ
from bot.core.addresses import SqliteAddress
from bot.core.errors import ConfigError, CopyRefused
from bot.storage.claim import bot_claimed
from bot.storage.copying import copy_database
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate, migration_status
from bot.storage.shape import tables_of

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.core.addresses import DatabaseAddress

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def add_command(commands: Groups) -> None:
    """Declare the command, below ``db``."""
    copy = commands.add_parser(
        "copy",
        help="copy everything into an empty database, SQLite or PostgreSQL, and compare",
        description="Copy everything into an empty database, SQLite or PostgreSQL, and compare. "
        "The bot must not run. Cut off, it goes on where it was when it is run again.",
    )
    for name, what in (("source", "the database to read"), ("target", "the one to fill")):
        copy.add_argument(
            name,
            help=f"{what}: a URL as DATABASE_URL takes it, or the name of a variable that holds "
            "one, so that no password stands on the command line",
        )
    copy.set_defaults(handler=_copy)


def _copy(arguments: argparse.Namespace) -> int:
    source, target = _address(arguments.source), _address(arguments.target)
    if source == target:
        raise ConfigError(("The source and the target are one database.",))
    if isinstance(source, SqliteAddress) and not source.path.exists():
        raise ConfigError((f"{source}: there is no such file.",))
    try:
        rows = asyncio.run(_run(source, target))
    except CopyRefused as error:
        print(error)
        return 1
    print(f"{target}: {rows:,} rows, equal to {source}")
    return 0


async def _run(source: DatabaseAddress, target: DatabaseAddress) -> int:
    migrations = load_migrations(bundled("migrations"))
    async with AsyncExitStack() as stack:
        for address in (source, target):
            await stack.enter_async_context(bot_claimed(address))
        here = await stack.enter_async_context(open_database(source))
        there = await stack.enter_async_context(open_database(target))
        if (await migration_status(here, migrations)).pending:
            raise ConfigError((f"{source} is older than this release: run `db migrate` first.",))
        await migrate(there, migrations, datetime.now(UTC))
        return await copy_database(here, there, tables_of(migrations), print)


def _address(text: str) -> DatabaseAddress:
    from pathlib import Path

    url = text
    if _NAME.fullmatch(text):
        url = load_environ(os.environ, Path(".env")).get(text, "").strip()
        if not url:
            raise ConfigError((f"The variable {text} is not set.",))
    try:
        return database_address(url)
    except ValueError as error:
        raise ConfigError((f"What is given {error}",)) from error
