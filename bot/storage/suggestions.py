"""The ``suggestions`` table: puzzles that members suggest, and what moderators made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.suggestions import (
    Suggestion,
    SuggestionState,
    draft_from_document,
    draft_to_document,
    suggested_as,
)
from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Truth
    from bot.core.suggestions import PuzzleDraft
    from bot.storage.database import Row, Transaction


def insert_suggestion(
    tx: Transaction, guild_id: int, author_id: int, draft: PuzzleDraft, truth: Truth, now: datetime
) -> bool:
    """Store a suggestion; False where this guild has had the same."""
    row = tx.one(
        """
        INSERT INTO suggestions (guild_id, author_id, fingerprint, document, suggested_at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (guild_id, fingerprint) DO NOTHING RETURNING id
        """,
        guild_id,
        author_id,
        draft.fingerprint,
        draft_to_document(draft, truth),
        to_ms(now),
    )
    return row is not None


def load_suggestion(tx: Transaction, suggestion_id: int) -> Suggestion | None:
    """The suggestion of that id, or None."""
    row = tx.one("SELECT * FROM suggestions WHERE id = ?1", suggestion_id)
    return None if row is None else _suggestion(row)


def next_open(tx: Transaction, guild_id: int) -> Suggestion | None:
    """The guild's oldest suggestion that waits, or None."""
    row = tx.one(
        "SELECT * FROM suggestions WHERE state = 'open' AND guild_id = ?1 ORDER BY id LIMIT 1",
        guild_id,
    )
    return None if row is None else _suggestion(row)


def count_open(tx: Transaction, guild_id: int, author_id: int | None = None) -> int:
    """How many of the guild's suggestions wait; with an author, of theirs."""
    sql = (
        "SELECT count(*) FROM suggestions WHERE state = 'open' AND guild_id = ?1 "
        "AND (CAST(?2 AS BIGINT) IS NULL OR author_id = ?2)"
    )
    return int(tx.scalar(sql, guild_id, author_id))


def count_since(tx: Transaction, guild_id: int, since: datetime) -> int:
    """How many were suggested in the guild since then."""
    sql = "SELECT count(*) FROM suggestions WHERE guild_id = ?1 AND suggested_at >= ?2"
    return int(tx.scalar(sql, guild_id, to_ms(since)))


def mark_judged(tx: Transaction, suggestion_id: int, state: SuggestionState, now: datetime) -> bool:
    """Decide an open suggestion; False where somebody has decided it before."""
    changed = tx.execute(
        "UPDATE suggestions SET state = ?2, decided_at = ?3 WHERE id = ?1 AND state = 'open'",
        suggestion_id,
        state,
        to_ms(now),
    )
    return changed == 1


def mark_author_told(tx: Transaction, suggestion_id: int) -> None:
    """The author has heard what was decided."""
    tx.execute("UPDATE suggestions SET is_told = 1 WHERE id = ?1", suggestion_id)


def list_untold_suggestions(tx: Transaction, author_id: int) -> list[Suggestion]:
    """The member's decided suggestions of whose decision they have not heard."""
    rows = tx.all(
        "SELECT * FROM suggestions WHERE author_id = ?1 AND is_told = 0 AND state <> 'open' "
        "ORDER BY id",
        author_id,
    )
    return [_suggestion(row) for row in rows]


def is_author(tx: Transaction, guild_id: int, puzzle_id: str, player_id: int) -> bool:
    """Whether the player suggested that puzzle; without a look where nobody did."""
    begin = suggested_as(puzzle_id)
    if begin is None:
        return False
    found = tx.one(
        # A fingerprint is of hexadecimal digits.
        "SELECT 1 FROM suggestions WHERE guild_id = ?1 AND author_id = ?4 "
        "AND fingerprint >= ?2 AND fingerprint < ?3",
        guild_id,
        begin,
        f"{begin}g",
        player_id,
    )
    return found is not None


def _suggestion(row: Row) -> Suggestion:
    draft, truth = draft_from_document(row["document"])
    return Suggestion(
        id=row["id"],
        guild_id=row["guild_id"],
        author_id=row["author_id"],
        draft=draft,
        truth=truth,
        state=SuggestionState(row["state"]),
        suggested_at=from_ms(row["suggested_at"]),
    )
