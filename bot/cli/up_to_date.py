"""The database for a command that only looks: there, and of this release's version."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.errors import ConfigError
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migration_status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.core.addresses import DatabaseAddress
    from bot.storage.database import Database


@asynccontextmanager
async def opened(where: DatabaseAddress) -> AsyncIterator[Database]:
    """Open the database, and make or migrate none.

    Raises:
        ConfigError: It is not there yet, or older than this release.
    """
    if isinstance(where, SqliteAddress) and not where.path.exists():
        raise ConfigError((f"{where}: not there yet; `run` and `db migrate` make it",))
    async with open_database(where) as db:
        if (await migration_status(db, load_migrations(bundled("migrations")))).pending:
            problem = f"{where}: older than this release; `db migrate` brings it up to date"
            raise ConfigError((problem,))
        yield db
