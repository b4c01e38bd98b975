"""The ``hidden_players`` and ``board_names`` tables: who is on boards, and by what name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import to_ms

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.storage.database import Transaction

SHOWN = "player_id NOT IN (SELECT player_id FROM hidden_players)"
"""The condition for a row that others may see: a look into a short index, a row."""


def insert_hidden(tx: Transaction, player_id: int, now: datetime) -> None:
    """Hide a player; one who hides already does since then."""
    tx.execute(
        "INSERT INTO hidden_players (player_id, hidden_at) VALUES (?1, ?2) "
        "ON CONFLICT (player_id) DO NOTHING",
        player_id,
        to_ms(now),
    )
    # A name is kept for the global board, and nobody sees it there any more.
    tx.execute("DELETE FROM board_names WHERE player_id = ?1", player_id)


def delete_hidden(tx: Transaction, player_id: int) -> None:
    """Show a player again."""
    tx.execute("DELETE FROM hidden_players WHERE player_id = ?1", player_id)


def is_hidden(tx: Transaction, player_id: int) -> bool:
    """Whether the player hides."""
    return tx.one("SELECT 1 FROM hidden_players WHERE player_id = ?1", player_id) is not None


def save_name(tx: Transaction, player_id: int, name: str) -> None:
    """Keep the name by which the global board shows a player who does not hide."""
    tx.execute(
        """
        INSERT INTO board_names (player_id, name)
        SELECT CAST(?1 AS BIGINT), CAST(?2 AS TEXT)
        WHERE NOT EXISTS (SELECT 1 FROM hidden_players WHERE player_id = ?1)
        ON CONFLICT (player_id) DO UPDATE SET name = excluded.name
        """,
        player_id,
        name,
    )


def load_names(tx: Transaction, player_ids: Collection[int]) -> dict[int, str]:
    """The names that are kept of these players."""
    names = {}
    for player_id in player_ids:
        name = tx.scalar("SELECT name FROM board_names WHERE player_id = ?1", player_id)
        if name is not None:
            names[player_id] = name
    return names
