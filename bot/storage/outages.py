"""The ``shard_outages`` table, and what they excuse: when the bot answered nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def insert_outage(
    tx: Transaction, shard: tuple[int, int], began_at: datetime, ended_at: datetime
) -> None:
    """Record a stretch of a shard, ``(id, count)``; one that is known by its beginning is known."""
    shard_id, shard_count = shard
    tx.execute(
        "INSERT INTO shard_outages (shard_count, shard, began_at, ended_at) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (shard_count, shard, began_at) DO NOTHING",
        shard_count,
        shard_id,
        to_ms(began_at),
        to_ms(ended_at),
    )


def list_outages(
    tx: Transaction, guild_id: int, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The guild's stretches that touch the time from ``since`` to ``until``, oldest first.

    Those of the shard that brought its events then, whatever the number of shards was.
    """
    rows = tx.all(
        "SELECT began_at, ended_at FROM shard_outages WHERE ended_at > ?2 AND began_at < ?3 "
        "AND shard = (?1 >> 22) % shard_count ORDER BY began_at",
        guild_id,
        to_ms(since),
        to_ms(until),
    )
    return [(from_ms(row["began_at"]), from_ms(row["ended_at"])) for row in rows]


def mark_excused(tx: Transaction, round_id: int) -> None:
    """The round breaks nobody's streak."""
    tx.execute("UPDATE rounds SET is_excused = 1 WHERE id = ?1", round_id)
