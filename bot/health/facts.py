"""What is known of how the bot is, and whether that is well. Decides; serves nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.core.errors import StorageUnavailable
from bot.core.shards import ALL
from bot.services.health import load_backlog

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.health import Backlog, GatewayState
    from bot.core.ports import Clock
    from bot.core.sandbox_health import SandboxHealth
    from bot.core.shards import Shards
    from bot.storage.database import Database

log = logging.getLogger(__name__)

DATABASE_PATIENCE = 3.0
"""Seconds that the database may take to answer a health check."""
TICK_OVERDUE = timedelta(minutes=2)
"""The ticker asks every few seconds; a longer silence means that it hangs."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at the bot. ``backlog`` and ``database_s`` are None where the database is silent."""

    at: datetime
    gateway: GatewayState
    sandbox: SandboxHealth
    backlog: Backlog | None
    database_s: float | None

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from serving members, one sentence each; empty where it is well."""
        found = []
        if not self.gateway.is_connected:
            found.append("not connected to Discord")
        if self.database_s is None:
            found.append("the database does not answer")
        ticked_at = self.gateway.ticked_at
        if ticked_at is not None and self.at - ticked_at > TICK_OVERDUE:
            found.append("the ticker hangs: nothing is posted")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The facts as plain data: counts and states, no id and no name."""
        gateway, sandbox = self.gateway, self.sandbox
        ticked = None
        if gateway.ticked_at is not None:
            ticked = round((self.at - gateway.ticked_at).total_seconds(), 1)
        return {
            "status": "trouble" if self.problems else "ok",
            "problems": list(self.problems),
            "version": __version__,
            "gateway": {
                "connected": gateway.is_connected,
                "guilds": gateway.guilds,
                "latency_ms": _ms(gateway.latency_s),
            },
            "ticker": {"seconds_ago": ticked},
            "rounds": {
                "due": self.backlog.due if self.backlog else None,
                "late": self.backlog.late if self.backlog else None,
                "failing": self.backlog.failing if self.backlog else None,
            },
            "database": {"latency_ms": _ms(self.database_s)},
            "sandbox": {
                "pythons": [str(each.python) for each in sandbox.pythons],
                "member_code": sandbox.member_code,
                "member_pythons": [str(each.python) for each in sandbox.pythons if each.members],
                "running": sandbox.running,
                "waiting": sandbox.waiting,
            },
        }


@dataclass(frozen=True, slots=True)
class Health:
    """Whom to ask: the database, and the parts that know how they are.

    Of rounds it tells those of ``shards``, which this process is to serve.
    """

    db: Database
    clock: Clock
    gateway: Callable[[], GatewayState]
    sandbox: Callable[[], SandboxHealth]
    shards: Shards = ALL

    async def look(self) -> Facts:
        """Ask everyone. Raises nothing: who does not answer is a fact too."""
        now = self.clock.now()
        began = time.monotonic()
        backlog: Backlog | None = None
        seconds: float | None = None
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                backlog = await load_backlog(self.db, now, self.shards)
            seconds = time.monotonic() - began
        except (StorageUnavailable, TimeoutError) as error:
            log.warning("health: the database does not answer: %s", error or "too slow")
        return Facts(now, self.gateway(), self.sandbox(), backlog, seconds)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)
