"""The ``reviews`` table: PEPs that players missed, and when they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reviews import Memory, Miss, Offer, ReviewCard
from bot.storage.values import from_ms, from_ms_or_none, to_ms

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.storage.database import Row, Transaction


def list_new_misses(tx: Transaction, player_id: int) -> list[Miss]:
    """The player's wrong guesses that no card knows of, oldest first; voided rounds did not happen.

    A guess before the last miss or review of its card is known.
    """
    rows = tx.all(
        """
        SELECT rounds.pep, rounds.puzzle_id, guesses.guessed_at FROM guesses
        JOIN rounds ON rounds.id = guesses.round_id
        LEFT JOIN reviews ON reviews.player_id = guesses.player_id AND reviews.pep = rounds.pep
        WHERE guesses.player_id = ?1 AND guesses.is_right = 0 AND rounds.state <> 'void'
          AND (reviews.seen_at IS NULL OR guesses.guessed_at > reviews.seen_at)
        ORDER BY guesses.guessed_at, rounds.id
        """,
        player_id,
    )
    return [Miss(row["pep"], row["puzzle_id"], from_ms(row["guessed_at"])) for row in rows]


def save_card(tx: Transaction, card: ReviewCard) -> None:
    """Insert or replace a card; what was handed out of it is over."""
    tx.execute(
        """
        INSERT INTO reviews (player_id, pep, memory, due_at, seen_at, puzzle_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (player_id, pep) DO UPDATE SET
            memory = excluded.memory, due_at = excluded.due_at, seen_at = excluded.seen_at,
            puzzle_id = excluded.puzzle_id, offer_puzzle_id = NULL
        """,
        card.player_id,
        card.pep,
        card.memory.text,
        to_ms(card.memory.due_at),
        to_ms(card.seen_at),
        card.puzzle_id,
    )


def load_card(tx: Transaction, player_id: int, pep: int) -> ReviewCard | None:
    """The player's card of that PEP, or None."""
    row = tx.one("SELECT * FROM reviews WHERE player_id = ?1 AND pep = ?2", player_id, pep)
    return None if row is None else _card(row)


def list_due(tx: Transaction, player_id: int, now: datetime, today: date) -> list[ReviewCard]:
    """The cards due by ``now`` and not handed out today, those that wait longest first."""
    rows = tx.all(
        """
        SELECT * FROM reviews
        WHERE player_id = ?1 AND due_at <= ?2 AND (offered_date IS NULL OR offered_date <> ?3)
        ORDER BY due_at, pep
        """,
        player_id,
        to_ms(now),
        today.isoformat(),
    )
    return [_card(row) for row in rows]


def load_offered(tx: Transaction, player_id: int, today: date) -> ReviewCard | None:
    """The card handed out today that waits for its answer, or None."""
    row = tx.one(
        "SELECT * FROM reviews WHERE player_id = ?1 AND offered_date = ?2 "
        "AND offer_puzzle_id IS NOT NULL ORDER BY offered_at LIMIT 1",
        player_id,
        today.isoformat(),
    )
    return None if row is None else _card(row)


def count_offered(tx: Transaction, player_id: int, today: date) -> int:
    """How many cards were handed out today."""
    count = tx.scalar(
        "SELECT count(*) FROM reviews WHERE player_id = ?1 AND offered_date = ?2",
        player_id,
        today.isoformat(),
    )
    return int(count)


def load_next_due(tx: Transaction, player_id: int, after: datetime) -> datetime | None:
    """When the next card is due after that instant; None where none is."""
    value = tx.scalar(
        "SELECT min(due_at) FROM reviews WHERE player_id = ?1 AND due_at > ?2",
        player_id,
        to_ms(after),
    )
    return from_ms_or_none(value)


def mark_offered(
    tx: Transaction, player_id: int, pep: int, puzzle_id: str, at: datetime, today: date
) -> None:
    """A puzzle of the card was handed out."""
    tx.execute(
        "UPDATE reviews SET offered_date = ?4, offer_puzzle_id = ?3, offered_at = ?5, has_hint = 0 "
        "WHERE player_id = ?1 AND pep = ?2",
        player_id,
        pep,
        puzzle_id,
        today.isoformat(),
        to_ms(at),
    )


def drop_offer(tx: Transaction, player_id: int, pep: int) -> None:
    """What was handed out of the card can't be answered: it was never handed out."""
    tx.execute(
        "UPDATE reviews SET offered_date = NULL, offer_puzzle_id = NULL "
        "WHERE player_id = ?1 AND pep = ?2",
        player_id,
        pep,
    )


def mark_review_hint(tx: Transaction, player_id: int, pep: int, puzzle_id: str) -> None:
    """The player saw the hint of what was handed out."""
    tx.execute(
        "UPDATE reviews SET has_hint = 1 "
        "WHERE player_id = ?1 AND pep = ?2 AND offer_puzzle_id = ?3",
        player_id,
        pep,
        puzzle_id,
    )


def _card(row: Row) -> ReviewCard:
    offer = None
    if row["offer_puzzle_id"] is not None:
        offered_at = from_ms(row["offered_at"])
        offer = Offer(row["offer_puzzle_id"], offered_at, bool(row["has_hint"]))
    return ReviewCard(
        player_id=row["player_id"],
        pep=row["pep"],
        memory=Memory(row["memory"], from_ms(row["due_at"])),
        seen_at=from_ms(row["seen_at"]),
        puzzle_id=row["puzzle_id"],
        offer=offer,
    )
