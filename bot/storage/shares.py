"""The ``shares`` table: who showed which round's result to the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def insert_share(tx: Transaction, round_id: int, player_id: int, at: datetime) -> bool:
    """Claim the player's one share of the round; False where it was claimed before."""
    inserted = tx.execute(
        "INSERT INTO shares (round_id, player_id, shared_at) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (round_id, player_id) DO NOTHING",
        round_id,
        player_id,
        to_ms(at),
    )
    return inserted == 1


def delete_share(tx: Transaction, round_id: int, player_id: int) -> None:
    """Give the claim back: nothing was shown."""
    tx.execute("DELETE FROM shares WHERE round_id = ?1 AND player_id = ?2", round_id, player_id)


def list_shares(tx: Transaction, player_id: int) -> list[tuple[int, datetime]]:
    """The rounds whose result the player shared, and when, oldest first."""
    rows = tx.all(
        "SELECT round_id, shared_at FROM shares WHERE player_id = ?1 ORDER BY shared_at, round_id",
        player_id,
    )
    return [(row["round_id"], from_ms(row["shared_at"])) for row in rows]


def delete_shares(tx: Transaction, player_id: int) -> None:
    """Forget what the player shared."""
    tx.execute("DELETE FROM shares WHERE player_id = ?1", player_id)
