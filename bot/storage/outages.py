"""The ``outages`` table, and what they excuse: when the bot answered nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def insert_outage(tx: Transaction, began_at: datetime, ended_at: datetime) -> None:
    """Record a stretch; one that is known by its beginning is known."""
    tx.execute(
        "INSERT INTO outages (began_at, ended_at) VALUES (?1, ?2) "
        "ON CONFLICT (began_at) DO NOTHING",
        to_ms(began_at),
        to_ms(ended_at),
    )


def list_outages(
    tx: Transaction, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The stretches that touch the time from ``since`` to ``until``, oldest first."""
    rows = tx.all(
        "SELECT began_at, ended_at FROM outages WHERE ended_at > ?1 AND began_at < ?2 "
        "ORDER BY began_at",
        to_ms(since),
        to_ms(until),
    )
    return [(from_ms(row["began_at"]), from_ms(row["ended_at"])) for row in rows]


def mark_excused(tx: Transaction, round_id: int) -> None:
    """The round breaks nobody's streak."""
    tx.execute("UPDATE rounds SET is_excused = 1 WHERE id = ?1", round_id)
