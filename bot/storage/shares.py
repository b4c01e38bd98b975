"""The ``shares`` table: who showed which round's result to the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import to_ms

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
