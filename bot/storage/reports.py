"""The tables ``reports`` and ``guild_set_aside``: what members complained of, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reports import Complaint, Decision, Report
from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Round
    from bot.storage.database import Row, Transaction


def insert_report(
    tx: Transaction,
    round_: Round,
    reporter_id: int,
    complaint: Complaint,
    note: str,
    now: datetime,
) -> Report | None:
    """Store a report; None where this member has reported this round already."""
    row = tx.one(
        """
        INSERT INTO reports (guild_id, round_id, puzzle_id, reporter_id, complaint, note,
                             reported_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (round_id, reporter_id) DO NOTHING RETURNING *
        """,
        round_.guild_id,
        round_.id,
        round_.puzzle_id,
        reporter_id,
        complaint,
        note,
        to_ms(now),
    )
    return None if row is None else _report(row)


def load_report(tx: Transaction, report_id: int) -> Report | None:
    """The report of that id, or None."""
    row = tx.one("SELECT * FROM reports WHERE id = ?1", report_id)
    return None if row is None else _report(row)


def list_open_reports(tx: Transaction, guild_id: int | None, *, limit: int) -> list[Report]:
    """The reports that wait for a decision, the oldest first; of one guild, or of all."""
    rows = tx.all(
        """
        SELECT * FROM reports
        WHERE decision = 'open' AND (CAST(?1 AS BIGINT) IS NULL OR guild_id = ?1)
        ORDER BY id LIMIT ?2
        """,
        guild_id,
        limit,
    )
    return [_report(row) for row in rows]


def count_open_reports(tx: Transaction, guild_id: int) -> int:
    """How many of the guild's reports wait for a decision."""
    sql = "SELECT count(*) FROM reports WHERE decision = 'open' AND guild_id = ?1"
    return int(tx.scalar(sql, guild_id))


def list_alike(tx: Transaction, guild_id: int, puzzle_id: str) -> list[Report]:
    """The guild's open reports of one puzzle."""
    rows = tx.all(
        "SELECT * FROM reports WHERE decision = 'open' AND guild_id = ?1 AND puzzle_id = ?2 "
        "ORDER BY id",
        guild_id,
        puzzle_id,
    )
    return [_report(row) for row in rows]


def mark_decided(tx: Transaction, report_id: int, decision: Decision, now: datetime) -> bool:
    """Decide an open report; False where somebody has decided it before."""
    changed = tx.execute(
        "UPDATE reports SET decision = ?2, decided_at = ?3 WHERE id = ?1 AND decision = 'open'",
        report_id,
        decision,
        to_ms(now),
    )
    return changed == 1


def mark_told(tx: Transaction, report_id: int) -> None:
    """The reporter has heard what was decided."""
    tx.execute("UPDATE reports SET is_told = 1 WHERE id = ?1", report_id)


def list_untold(tx: Transaction, reporter_id: int) -> list[Report]:
    """The member's decided reports of whose decision they have not heard."""
    rows = tx.all(
        "SELECT * FROM reports WHERE reporter_id = ?1 AND is_told = 0 AND decision <> 'open' "
        "ORDER BY id",
        reporter_id,
    )
    return [_report(row) for row in rows]


def insert_guild_set_aside(tx: Transaction, guild_id: int, puzzle_id: str, now: datetime) -> None:
    """Never post this puzzle in this guild, whatever becomes of its lesson."""
    tx.execute(
        "INSERT INTO guild_set_aside (guild_id, puzzle_id, set_aside_at) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (guild_id, puzzle_id) DO NOTHING",
        guild_id,
        puzzle_id,
        to_ms(now),
    )


def delete_guild_set_aside(tx: Transaction, guild_id: int, puzzle_id: str) -> bool:
    """Put the puzzle back into play; False where it was not set aside."""
    changed = tx.execute(
        "DELETE FROM guild_set_aside WHERE guild_id = ?1 AND puzzle_id = ?2", guild_id, puzzle_id
    )
    return changed == 1


def list_guild_set_aside(tx: Transaction, guild_id: int) -> set[str]:
    """The ids of the puzzles that the guild's moderators took out of play."""
    rows = tx.all("SELECT puzzle_id FROM guild_set_aside WHERE guild_id = ?1", guild_id)
    return {row[0] for row in rows}


def _report(row: Row) -> Report:
    return Report(
        id=row["id"],
        guild_id=row["guild_id"],
        round_id=row["round_id"],
        reporter_id=row["reporter_id"],
        complaint=Complaint(row["complaint"]),
        note=row["note"],
        decision=Decision(row["decision"]),
        reported_at=from_ms(row["reported_at"]),
    )
