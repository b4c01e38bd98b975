"""The ``queue_entries`` and ``skipped_lessons`` tables: what moderators planned."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.core.selection import PostedPuzzle

if TYPE_CHECKING:
    from bot.storage.database import Transaction


def save_queued(tx: Transaction, guild_id: int, slot: int, puzzle_date: date, pep: int) -> None:
    """Plan a lesson for that date, in place of another."""
    tx.execute(
        "INSERT INTO queue_entries (guild_id, slot, puzzle_date, pep) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (guild_id, slot, puzzle_date) DO UPDATE SET pep = excluded.pep",
        guild_id,
        slot,
        puzzle_date.isoformat(),
        pep,
    )


def load_queued(tx: Transaction, guild_id: int, slot: int, puzzle_date: date) -> int | None:
    """The PEP that is first in line on that date: planned for it, or left over from one before."""
    pep: int | None = tx.scalar(
        "SELECT pep FROM queue_entries WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date <= ?3 "
        "ORDER BY puzzle_date LIMIT 1",
        guild_id,
        slot,
        puzzle_date.isoformat(),
    )
    return pep


def delete_queued(tx: Transaction, guild_id: int, slot: int, puzzle_date: date) -> None:
    """Take away what `load_queued` finds on that date."""
    tx.execute(
        """
        DELETE FROM queue_entries WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date = (
            SELECT min(puzzle_date) FROM queue_entries
            WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date <= ?3
        )
        """,
        guild_id,
        slot,
        puzzle_date.isoformat(),
    )


def delete_queue_until(tx: Transaction, guild_id: int, slot: int, last: date) -> None:
    """Forget what was planned for a schedule, up to that date."""
    tx.execute(
        "DELETE FROM queue_entries WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date <= ?3",
        guild_id,
        slot,
        last.isoformat(),
    )


def list_queued(tx: Transaction, guild_id: int) -> dict[int, list[tuple[date, int]]]:
    """What is planned: slot -> (date, PEP), the earliest first."""
    found: dict[int, list[tuple[date, int]]] = {}
    for row in tx.all(
        "SELECT slot, puzzle_date, pep FROM queue_entries WHERE guild_id = ?1 "
        "ORDER BY slot, puzzle_date",
        guild_id,
    ):
        entry = (date.fromisoformat(row["puzzle_date"]), row["pep"])
        found.setdefault(row["slot"], []).append(entry)
    return found


def save_skipped(tx: Transaction, guild_id: int, pep: int, on: date) -> None:
    """Pass a lesson over: its turn is as if it had been posted on that date."""
    tx.execute(
        "INSERT INTO skipped_lessons (guild_id, pep, skipped_date) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (guild_id, pep) DO UPDATE SET skipped_date = excluded.skipped_date",
        guild_id,
        pep,
        on.isoformat(),
    )


def list_turns(
    tx: Transaction, guild_id: int, *, but_round: int | None = None
) -> list[PostedPuzzle]:
    """The last turn of each puzzle that the guild has had, oldest first, without void rounds.

    ``but_round`` is a round that does not count yet. A lesson that was passed over has its turn
    too, without a puzzle.
    """
    rows = tx.all(
        """
        SELECT pep, puzzle_id, max(puzzle_date) AS turn, 0 AS is_skip, max(id) AS id FROM rounds
        WHERE guild_id = ?1 AND state <> 'void' AND id <> ?2 GROUP BY pep, puzzle_id
        UNION ALL
        SELECT pep, '' AS puzzle_id, skipped_date AS turn, 1 AS is_skip, pep AS id
        FROM skipped_lessons WHERE guild_id = ?1
        ORDER BY turn, is_skip, id
        """,
        guild_id,
        -1 if but_round is None else but_round,
    )
    return [PostedPuzzle(row["pep"], row["puzzle_id"]) for row in rows]
