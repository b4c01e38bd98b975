"""The ``audit_entries`` table: what moderators did. Rows are added, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.audit import AuditEntry
from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def insert_entry(
    tx: Transaction,
    *,
    guild_id: int,
    actor_id: int | None,
    deed: str,
    subject: str | None,
    before: str | None,
    after: str | None,
    now: datetime,
) -> None:
    """Add one entry."""
    tx.execute(
        """
        INSERT INTO audit_entries (guild_id, actor_id, deed, subject, before, after, done_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """,
        guild_id,
        actor_id,
        deed,
        subject,
        before,
        after,
        to_ms(now),
    )


def list_entries(
    tx: Transaction, guild_id: int | None, *, limit: int, before_id: int | None = None
) -> list[AuditEntry]:
    """The newest entries first, of one guild or of all; only those older than ``before_id``."""
    rows = tx.all(
        """
        SELECT * FROM audit_entries
        WHERE (CAST(?1 AS BIGINT) IS NULL OR guild_id = ?1)
          AND (CAST(?2 AS BIGINT) IS NULL OR id < ?2)
        ORDER BY id DESC LIMIT ?3
        """,
        guild_id,
        before_id,
        limit,
    )
    return [
        AuditEntry(
            id=row["id"],
            guild_id=row["guild_id"],
            actor_id=row["actor_id"],
            deed=row["deed"],
            subject=row["subject"],
            before=row["before"],
            after=row["after"],
            done_at=from_ms(row["done_at"]),
        )
        for row in rows
    ]
