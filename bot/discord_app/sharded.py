"""The client with several connections (shards), all of a bot's or some; else the same client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.core.errors import StorageUnavailable
from bot.discord_app.client import SpeedrunClient, log
from bot.services.turns import IDENTIFY_EVERY, turn_to_identify

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.shards import Shards


class ShardedSpeedrunClient(SpeedrunClient, discord.AutoShardedClient):
    """A `SpeedrunClient` on discord.py's sharded one, which connects one shard after the other."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  (passed on)
        self._connected_ids: set[int] = set()
        self._max_concurrency: int | None = None
        super().__init__(**options)

    @staticmethod
    def _connections(shards: Shards) -> dict[str, Any]:
        ids = None if shards.ids is None else list(shards.ids)
        # No limit on the wait for a turn to identify; the turns of the bot's other processes are
        # before it.
        return {"shard_count": shards.count, "shard_ids": ids, "shard_connect_timeout": None}

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for a turn among all processes; discord.py's own waits know of this one only."""
        _ = initial
        try:
            if self._max_concurrency is None:
                limits = await self.fetch_session_start_limits()
                self._max_concurrency = max(1, limits.max_concurrency)
            now = self.clock.now()
            at = await turn_to_identify(self.ctx.db, shard_id or 0, self._max_concurrency, now)
        except (discord.DiscordException, OSError, StorageUnavailable) as error:
            log.warning("shard=%s identifies without a turn: %s", shard_id, error)
            await self._sleep(IDENTIFY_EVERY.total_seconds())
        else:
            await self._sleep((at - now).total_seconds())

    def connected_shards(self) -> Collection[tuple[int, int]]:
        """The shards whose connections stand, as (id, count)."""
        count = self.shard_count or 1
        return [(number, count) for number in sorted(self._connected_ids)]

    @property
    def is_connected(self) -> bool:
        """Whether presses arrive from every server of this process."""
        expected = len(self.shard_ids) if self.shard_ids else self.shard_count
        return len(self._connected_ids) == expected

    async def on_shard_ready(self, shard_id: int) -> None:
        """Presses arrive from its servers."""
        self._connected_ids.add(shard_id)
        log.info("shard=%s of %s is ready", shard_id, self.shard_count)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Presses arrive again, those made meanwhile first."""
        self._connected_ids.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Presses don't arrive; while it lasts, its servers' rounds lose time."""
        self._connected_ids.discard(shard_id)
