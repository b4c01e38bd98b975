"""Turns at what all processes of the bot together may do only so often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.storage import turns

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database

IDENTIFY_EVERY = timedelta(seconds=5, milliseconds=250)
"""Discord allows one IDENTIFY in five seconds for each of ``max_concurrency`` groups of shards. A
quarter more for clocks that differ a little and for the way there."""


async def turn_to_identify(
    db: Database, shard_id: int, max_concurrency: int, now: datetime
) -> datetime:
    """Take a turn to identify a shard; the instant at which it may.

    Shards of one remainder by ``max_concurrency`` wait for each other, as Discord groups them.
    """
    name = f"identify {shard_id % max_concurrency} of {max_concurrency}"
    return await db.write(lambda tx: turns.take_turn(tx, name, now, IDENTIFY_EVERY))
