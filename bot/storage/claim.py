"""The claim on a database: one bot at a time works on it, or on a server of it. Knows no table.

On PostgreSQL `fleet` does it. On a file it is SQLite's own file lock on a file beside the database.
The kernel lets go of that with the process, however it ends, so nothing is left for a person to
clean up; a child that was forked does not hold it. The database's own lock can't serve: a backup
and ``db status`` need it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING

from bot.core.addresses import PostgresAddress
from bot.core.errors import DatabaseInUse
from bot.core.shards import ALL
from bot.storage.state import load_state, save_state

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.core.addresses import DatabaseAddress
    from bot.core.shards import Shards
    from bot.storage.database import Database, Transaction

_COUNT_KEY = "shard count"


class Claim:
    """What a bot holds while it runs.

    ``is_alone`` says that no other process of the bot runs on the database or can begin to;
    ``lost`` is set where another has taken over.
    """

    def __init__(self, *, is_alone: bool) -> None:
        self.is_alone = is_alone
        self.lost = asyncio.Event()

    async def share(self) -> None:
        """The start is over: let processes with other shards in."""


@asynccontextmanager
async def bot_claimed(address: DatabaseAddress, shards: Shards = ALL) -> AsyncIterator[Claim]:
    """Hold a bot's claim on a database of either engine.

    Raises:
        DatabaseInUse: Another bot has it, or one of the shards.
        OSError, sqlite3.Error: The file beside the database can't be made.
        StorageUnavailable: The server can't be reached.
    """
    if isinstance(address, PostgresAddress):
        # The driver is an extra.
        from bot.storage.fleet import fleet_claimed  # noqa: PLC0415

        async with fleet_claimed(address, shards) as claim:
            yield claim
    else:
        with claimed(address.path):
            yield Claim(is_alone=True)


async def agree_on_count(db: Database, claim: Claim, shards: Shards) -> None:
    """Have all processes on a database count the same shards: else a server had two owners.

    Whoever is alone decides; it holds for as long as any process runs.

    Raises:
        DatabaseInUse: The others count differently.
    """
    if claim.is_alone:
        await db.write(lambda tx: save_state(tx, _COUNT_KEY, str(shards.count)))
        return

    def counted(tx: Transaction) -> str | None:
        return load_state(tx, _COUNT_KEY)

    theirs = await db.read(counted)
    if theirs != str(shards.count):
        raise DatabaseInUse(
            db.address,
            f"The bot's other processes run with SHARD_COUNT={theirs}, and this one with "
            f"{shards.count}. Stop them all before you change it.",
        )


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Hold the claim on the database at ``path``, which need not be there yet.

    Raises:
        DatabaseInUse: Another process, or another part of this one, holds it.
        OSError, sqlite3.Error: The file beside the database can't be made.
    """
    # Two spellings of one path are one database.
    real = path.resolve()
    real.parent.mkdir(parents=True, exist_ok=True)
    beside = real.with_name(f"{real.name}.lock")
    with closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise DatabaseInUse(path) from error
        yield
