"""The ``setup_drafts`` and ``guild_welcomes`` tables: set-ups in hand, and who was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def save_draft(
    tx: Transaction, guild_id: int, player_id: int, slot: int, document: str, now: datetime
) -> None:
    """Insert or replace a moderator's draft of a schedule."""
    tx.execute(
        "INSERT INTO setup_drafts (guild_id, player_id, slot, document, updated_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (guild_id, player_id, slot) DO UPDATE SET "
        "document = excluded.document, updated_at = excluded.updated_at",
        guild_id,
        player_id,
        slot,
        document,
        to_ms(now),
    )


def load_draft(tx: Transaction, guild_id: int, player_id: int, slot: int) -> str | None:
    """A moderator's draft, or None."""
    document: str | None = tx.scalar(
        "SELECT document FROM setup_drafts WHERE guild_id = ?1 AND player_id = ?2 AND slot = ?3",
        guild_id,
        player_id,
        slot,
    )
    return document


def delete_draft(tx: Transaction, guild_id: int, player_id: int, slot: int) -> None:
    """The draft was saved."""
    tx.execute(
        "DELETE FROM setup_drafts WHERE guild_id = ?1 AND player_id = ?2 AND slot = ?3",
        guild_id,
        player_id,
        slot,
    )


def delete_old_drafts(tx: Transaction, before: datetime) -> None:
    """Forget drafts that nobody touched since."""
    tx.execute("DELETE FROM setup_drafts WHERE updated_at < ?1", to_ms(before))


def list_welcomed(tx: Transaction) -> set[int]:
    """The guilds that need no word of welcome: told once, or set up."""
    rows = tx.all("SELECT guild_id FROM guild_welcomes UNION SELECT guild_id FROM schedules")
    return {row[0] for row in rows}


def insert_welcome(tx: Transaction, guild_id: int, now: datetime) -> bool:
    """Claim the one word of welcome; False where it was claimed before."""
    return (
        tx.execute(
            "INSERT INTO guild_welcomes (guild_id, welcomed_at) VALUES (?1, ?2) "
            "ON CONFLICT (guild_id) DO NOTHING",
            guild_id,
            to_ms(now),
        )
        == 1
    )


def delete_welcome(tx: Transaction, guild_id: int) -> None:
    """It did not get through, or the bot left: it may be said again."""
    tx.execute("DELETE FROM guild_welcomes WHERE guild_id = ?1", guild_id)
