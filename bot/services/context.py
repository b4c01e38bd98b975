"""What the use cases that move a round along work with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot.core.privacy import KEEP_DEPARTED
from bot.core.shards import ALL

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from bot.core.lessons import Library
    from bot.core.ports import Announcer, Sandbox
    from bot.core.runs import Limits
    from bot.core.shards import Shards
    from bot.storage.database import Database


class GuildLocks:
    """One lock a guild: the ticker and a moderator's command never move the same round at once."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, guild_id: int) -> asyncio.Lock:
        """The guild's lock; it lives as long as somebody holds on to it."""
        lock = self._locks.get(guild_id)
        if lock is None:
            lock = self._locks[guild_id] = asyncio.Lock()
        return lock


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the lessons, and the world outside; ``limits`` are for authored puzzles."""

    db: Database
    library: Library
    sandbox: Sandbox
    announcer: Announcer
    limits: Limits
    locks: GuildLocks = field(default_factory=GuildLocks)
    keep_departed: timedelta = KEEP_DEPARTED
    own_sandbox: Sandbox | None = None
    """What runs servers' own lessons, never without the locks of members' code; None: `sandbox`."""
    may_run_own: Callable[[], bool] = lambda: True
    """Whether servers' own lessons may run: this host's sandbox has been shown to hold."""
    shards: Shards = ALL
