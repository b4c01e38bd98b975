"""The ``turns`` table: what all processes on a database together may do only so often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction

_MOST_TURNS = 10_000


def take_turn(tx: Transaction, name: str, now: datetime, every: timedelta) -> datetime:
    """Take the next free instant from ``now`` on; the one after it is ``every`` later.

    A turn that was taken and not used, by a process that died, is lost and holds up nobody longer.
    """
    every_ms = every // timedelta(milliseconds=1)
    next_at = tx.scalar(
        """
        INSERT INTO turns (name, next_at) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET next_at =
            CASE WHEN turns.next_at > ?3 AND turns.next_at < ?4
                 THEN turns.next_at + ?5 ELSE ?2 END
        RETURNING next_at
        """,
        name,
        to_ms(now) + every_ms,
        to_ms(now),
        # A row from a time when a clock was wrong must not make everybody wait for years.
        to_ms(now) + _MOST_TURNS * every_ms,
        every_ms,
    )
    return from_ms(next_at - every_ms)
