"""What waits to be done, over a process's guilds: for whoever watches the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.health import Backlog
from bot.core.shards import ALL
from bot.storage.guilds import of_shards
from bot.storage.values import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.shards import Shards
    from bot.storage.database import Transaction


def count_backlog(
    tx: Transaction, now: datetime, late_since: datetime, shards: Shards = ALL
) -> Backlog:
    """Count what is due by ``now`` in those shards' guilds.

    It is late where it was due at ``late_since``, untried.

    Reads indexed columns only; what is finished is never looked at.
    """
    row = tx.one(
        f"""
        SELECT count(*) AS due,
               coalesce(sum(CASE WHEN tries = 0 AND due_at <= ?2 THEN 1 ELSE 0 END), 0) AS late,
               coalesce(sum(CASE WHEN tries > 0 THEN 1 ELSE 0 END), 0) AS failing
        FROM (
            SELECT next_post_at AS due_at, 0 AS tries FROM schedules
            WHERE next_post_at <= ?1 AND {of_shards(shards)} AND NOT EXISTS (
                SELECT 1 FROM rounds
                WHERE rounds.guild_id = schedules.guild_id AND rounds.slot = schedules.slot
                  AND rounds.state = 'reserved'
            )
            UNION ALL
            SELECT CASE state WHEN 'reserved' THEN reserved_at
                              ELSE coalesce(closes_at, opened_at) END, attempts
            FROM rounds
            WHERE (state IN ('reserved', 'scored') OR (state = 'open' AND closes_at <= ?1))
              AND {of_shards(shards)}
        ) AS waiting
        """,  # noqa: S608  (numbers of ours)
        to_ms(now),
        to_ms(late_since),
    )
    if row is None:
        return Backlog(0, 0, 0)
    return Backlog(int(row["due"]), int(row["late"]), int(row["failing"]))
