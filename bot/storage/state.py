"""The ``bot_state`` table: what the bot knows about itself, such as the commands it last synced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.database import Transaction


def load_state(tx: Transaction, key: str) -> str | None:
    """The value, or None."""
    value: str | None = tx.scalar("SELECT value FROM bot_state WHERE key = ?1", key)
    return value


def list_state(tx: Transaction, prefix: str) -> dict[str, str]:
    """The values whose keys begin so."""
    rows = tx.all("SELECT key, value FROM bot_state WHERE substr(key, 1, length(?1)) = ?1", prefix)
    return {row["key"]: row["value"] for row in rows}


def delete_state(tx: Transaction, key: str) -> None:
    """Forget the value, if there is one."""
    tx.execute("DELETE FROM bot_state WHERE key = ?1", key)


def save_state(tx: Transaction, key: str, value: str) -> None:
    """Insert or replace the value."""
    tx.execute(
        "INSERT INTO bot_state (key, value) VALUES (?1, ?2) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key,
        value,
    )
