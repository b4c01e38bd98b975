"""The claim on a PostgreSQL database: who of the bot's processes serves what. Knows no table.

Advisory locks of one session do it; the server lets go of them with the session, however that
ends. The lock ``fleet`` is held alone by a bot that serves every server, and shared by processes
with some shards each, which besides hold a lock a shard. Whoever holds it alone may migrate.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from bot.core.errors import DatabaseInUse, StorageUnavailable
from bot.storage.claim import Claim
from bot.storage.postgres import Server, lock_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.core.addresses import PostgresAddress
    from bot.core.shards import Shards

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between looks at whether the session still stands."""
PATIENCE = 30.0
"""How long a process waits for one that has the database to itself for its start."""
RETAKE_PATIENCE = 60.0
"""How long a lost session is tried to be had again. The server may not have noticed its end, and
holds its locks until it does."""
_PAUSE = 0.25
_KEEPALIVE = ("idle = 10", "interval = 5", "count = 3")
"""How soon the server notices that this host is gone, and lets another take over: 25 seconds."""


class _AnotherIsStartingError(Exception):
    """Somebody has the database to itself, perhaps for a moment."""


class FleetClaim(Claim):
    """Locks on a session of their own, taken again where the session is lost."""

    def __init__(self, address: PostgresAddress, shards: Shards) -> None:
        super().__init__(is_alone=False)
        self._server = Server(address)
        self._shards = shards
        self._connection: psycopg.Connection[Any] | None = None
        self._schema: str | None = None

    async def take(self) -> None:
        """Take the locks.

        Raises:
            DatabaseInUse: Another bot has the database, or one of the shards.
            StorageUnavailable: The server can't be reached.
        """
        for tries_left in reversed(range(int(PATIENCE / _PAUSE))):
            try:
                await asyncio.to_thread(self._take)
            except _AnotherIsStartingError as error:
                if not tries_left:
                    raise DatabaseInUse(self._server.address) from error
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def share(self) -> None:
        """The start is over: let the other shards' processes in."""
        if self.is_alone and not self._shards.is_all:
            await asyncio.to_thread(self._share)

    async def keep(self) -> None:
        """Watch the session for ever; sets ``lost`` and returns where another has taken over."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(self._look)
            except (psycopg.Error, StorageUnavailable) as error:
                log.warning("the claim on the database is lost, and taken again: %s", error)
                if not await self._retaken():
                    self.lost.set()
                    return
                log.info("the claim on the database is held again")

    async def close(self) -> None:
        """Let go of everything."""
        await asyncio.to_thread(self._drop)

    async def _retaken(self) -> bool:
        refused_for = 0.0
        while refused_for < RETAKE_PATIENCE:
            try:
                await asyncio.to_thread(self._take)
                await self.share()
            except (DatabaseInUse, _AnotherIsStartingError):
                refused_for += LOOK_EVERY
            except (psycopg.Error, StorageUnavailable) as error:
                # Nobody can work on a database that is away.
                log.warning("the claim on the database can't be taken again yet: %s", error)
            else:
                return True
            await asyncio.sleep(LOOK_EVERY)
        return False

    def _look(self) -> None:
        if self._connection is None:
            raise StorageUnavailable("there is no session")
        self._connection.execute(b"SELECT 1")

    def _take(self) -> None:
        self._drop()
        connection = self._connection = self._server.connect()
        try:
            for setting in _KEEPALIVE:
                connection.execute(f"SET tcp_keepalives_{setting}".encode())
            row = connection.execute(b"SELECT current_schema()").fetchone()
            self._schema = row[0] if row else None
            self._take_locks()
        except BaseException:
            self._drop()
            raise

    def _take_locks(self) -> None:
        address, shards = self._server.address, self._shards
        self.is_alone = self._try("pg_try_advisory_lock", "fleet")
        if not self.is_alone and shards.is_all:
            raise DatabaseInUse(address)
        if not self.is_alone and not self._try("pg_try_advisory_lock_shared", "fleet"):
            raise _AnotherIsStartingError
        for number in shards.ids or ():
            if not self._try("pg_try_advisory_lock", f"shard {number} of {shards.count}"):
                raise DatabaseInUse(
                    address,
                    f"Another process serves shard {number} of {shards.count} on {address}. Give "
                    "each process shards of its own with SHARD_IDS.",
                )

    def _share(self) -> None:
        self._try("pg_try_advisory_lock_shared", "fleet")
        self._try("pg_advisory_unlock", "fleet")
        self.is_alone = False

    def _try(self, function: str, name: str) -> bool:
        if self._connection is None:
            raise StorageUnavailable("there is no session")
        key = lock_key(self._schema, name)
        row = self._connection.execute(f"SELECT {function}($1)".encode(), (key,)).fetchone()
        return row is not None and row[0] is True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@asynccontextmanager
async def fleet_claimed(address: PostgresAddress, shards: Shards) -> AsyncIterator[FleetClaim]:
    """Hold the claim, watched, until the end."""
    claim = FleetClaim(address, shards)
    try:
        await claim.take()
        keeping = asyncio.create_task(claim.keep(), name="claim")
        try:
            yield claim
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
    finally:
        await claim.close()
