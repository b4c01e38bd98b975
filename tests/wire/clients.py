"""Bare discord.py clients that start quickly, to prove the server with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord

Start = Callable[..., Awaitable[Any]]
"""The ``start`` fixture: ``client = await start(QuickClient())``."""


class QuickMixin:
    """A client without discord.py's five seconds between two IDENTIFYs."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""


class QuickClient(QuickMixin, discord.Client):
    """A bare client with a command tree; ``ready`` is set when it is ready."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", discord.Intents(guilds=True))
        options.setdefault("guild_ready_timeout", 0.02)
        super().__init__(**options)
        self.tree = discord.app_commands.CommandTree(self)


class QuickShards(QuickMixin, discord.AutoShardedClient):
    """The same with shards."""
