"""Accountability: each use case that changes something for a guild records who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.audit import insert_entry, list_entries

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.audit import AuditEntry, Deed
    from bot.storage.database import Database, Transaction

MAX_FACT = 400
"""Characters of a subject, a before or an after: a log is read on a phone."""


def record(
    tx: Transaction,
    guild_id: int,
    deed: Deed,
    now: datetime,
    *,
    by: int | None,
    subject: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Record an action in the transaction that performs it: both happen, or neither.

    ``by`` is the moderator's user id; None for the owner on the command line.
    """
    insert_entry(
        tx,
        guild_id=guild_id,
        actor_id=by,
        deed=deed,
        subject=_cut(subject),
        before=_cut(before),
        after=_cut(after),
        now=now,
    )


async def audit_log(
    db: Database, guild_id: int | None, *, limit: int, before_id: int | None = None
) -> list[AuditEntry]:
    """The newest actions first, of one guild or of all."""
    return await db.read(lambda tx: list_entries(tx, guild_id, limit=limit, before_id=before_id))


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:MAX_FACT]
