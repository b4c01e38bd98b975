"""The ``rounds`` table: each step of a round's life is one guarded statement."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bot.core.rounds import Round, RoundState, Truth
from bot.storage.values import from_ms, from_ms_or_none, to_ms, to_ms_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.lessons import Lesson, Puzzle
    from bot.storage.database import Row, Transaction


def insert_reserved(
    tx: Transaction,
    *,
    guild_id: int,
    slot: int = 1,
    channel_id: int,
    puzzle_date: date,
    lesson: Lesson,
    puzzle: Puzzle,
    now: datetime,
) -> Round | None:
    """Reserve the date; None where the slot has its round of it already, whoever made it."""
    row = tx.one(
        """
        INSERT INTO rounds (guild_id, channel_id, puzzle_date, state, pep, puzzle_id,
                            lesson_digest, reserved_at, slot)
        VALUES (?1, ?2, ?3, 'reserved', ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (guild_id, slot, puzzle_date) DO NOTHING
        RETURNING *
        """,
        guild_id,
        channel_id,
        puzzle_date.isoformat(),
        lesson.pep,
        puzzle.id,
        lesson.digest,
        to_ms(now),
        slot,
    )
    return None if row is None else round_of(row)


def mark_pick(tx: Transaction, round_id: int, lesson: Lesson, puzzle: Puzzle) -> None:
    """Give a reserved round another puzzle, not yet run."""
    tx.execute(
        """
        UPDATE rounds SET pep = ?2, puzzle_id = ?3, lesson_digest = ?4, true_option = NULL,
               option_count = NULL, stdout = NULL, exception = NULL, python = NULL
        WHERE id = ?1 AND state = 'reserved'
        """,
        round_id,
        lesson.pep,
        puzzle.id,
        lesson.digest,
    )


def mark_channel(tx: Transaction, round_id: int, channel_id: int) -> None:
    """Move a reserved round to the channel that the guild has set up since."""
    tx.execute(
        "UPDATE rounds SET channel_id = ?2 WHERE id = ?1 AND state = 'reserved'",
        round_id,
        channel_id,
    )


def mark_truth(tx: Transaction, round_id: int, truth: Truth) -> None:
    """Record what the puzzle did when it ran for this round."""
    tx.execute(
        """
        UPDATE rounds SET true_option = ?2, option_count = ?3, stdout = ?4, exception = ?5,
               python = ?6
        WHERE id = ?1 AND state = 'reserved'
        """,
        round_id,
        truth.option,
        truth.option_count,
        truth.stdout,
        truth.exception,
        truth.python,
    )


def mark_open(
    tx: Transaction,
    round_id: int,
    *,
    message_id: int,
    opened_at: datetime,
    closes_at: datetime | None,
    has_thread: bool = False,
) -> bool:
    """A reserved round was posted; False where it was reserved no longer."""
    changed = tx.execute(
        """
        UPDATE rounds SET state = 'open', message_id = ?2, opened_at = ?3, closes_at = ?4,
               has_thread = ?5, attempts = 0, retry_at = NULL, last_error = NULL
        WHERE id = ?1 AND state = 'reserved' AND true_option IS NOT NULL
        """,
        round_id,
        message_id,
        to_ms(opened_at),
        to_ms_or_none(closes_at),
        int(has_thread),
    )
    return changed == 1


def mark_moved(
    tx: Transaction, round_id: int, message_id: int, *, has_thread: bool = False
) -> None:
    """The open round's post was deleted and made again."""
    tx.execute(
        "UPDATE rounds SET message_id = ?2, has_thread = ?3 WHERE id = ?1 AND state = 'open'",
        round_id,
        message_id,
        int(has_thread),
    )


def mark_scored(tx: Transaction, round_id: int) -> bool:
    """Close an open round to guesses; False where another did, or it was not open."""
    changed = tx.execute(
        "UPDATE rounds SET state = 'scored', attempts = 0, retry_at = NULL, last_error = NULL "
        "WHERE id = ?1 AND state = 'open'",
        round_id,
    )
    return changed == 1


def mark_revealed(tx: Transaction, round_id: int, reveal_message_id: int | None) -> bool:
    """A scored round's reveal is shown; None where there is no place to show it."""
    changed = tx.execute(
        "UPDATE rounds SET state = 'revealed', reveal_message_id = ?2, attempts = 0, "
        "retry_at = NULL, last_error = NULL WHERE id = ?1 AND state = 'scored'",
        round_id,
        reveal_message_id,
    )
    return changed == 1


def mark_void(tx: Transaction, round_id: int, reason: str) -> bool:
    """Give up a reserved round; its date stays used. False where it was reserved no longer."""
    changed = tx.execute(
        "UPDATE rounds SET state = 'void', retry_at = NULL, last_error = ?2 "
        "WHERE id = ?1 AND state = 'reserved'",
        round_id,
        reason,
    )
    return changed == 1


def mark_withdrawn(tx: Transaction, round_id: int, reason: str) -> bool:
    """Void a round in whatever state; False where it is void already."""
    changed = tx.execute(
        "UPDATE rounds SET state = 'void', attempts = 0, retry_at = NULL, last_error = ?2 "
        "WHERE id = ?1 AND state <> 'void'",
        round_id,
        reason,
    )
    return changed == 1


def mark_failure(tx: Transaction, round_id: int, *, retry_at: datetime, error: str) -> None:
    """Count a failed try and say when the next one is due."""
    tx.execute(
        "UPDATE rounds SET attempts = attempts + 1, retry_at = ?2, last_error = ?3 WHERE id = ?1",
        round_id,
        to_ms(retry_at),
        error,
    )


def mark_retry_now(tx: Transaction, guild_id: int) -> None:
    """Let the guild's waiting rounds be tried at the next tick."""
    tx.execute("UPDATE rounds SET retry_at = NULL WHERE guild_id = ?1", guild_id)


def mark_closing(tx: Transaction, round_id: int, closes_at: datetime) -> bool:
    """Move the end of an open round; False where it is not open."""
    changed = tx.execute(
        "UPDATE rounds SET closes_at = ?2, retry_at = NULL WHERE id = ?1 AND state = 'open'",
        round_id,
        to_ms(closes_at),
    )
    return changed == 1


def load_round(tx: Transaction, round_id: int) -> Round | None:
    """One round, or None."""
    row = tx.one("SELECT * FROM rounds WHERE id = ?1", round_id)
    return None if row is None else round_of(row)


def load_round_of_date(
    tx: Transaction, guild_id: int, puzzle_date: date, slot: int = 1
) -> Round | None:
    """The slot's round of that date, in whatever state, or None."""
    row = tx.one(
        "SELECT * FROM rounds WHERE guild_id = ?1 AND puzzle_date = ?2 AND slot = ?3",
        guild_id,
        puzzle_date.isoformat(),
        slot,
    )
    return None if row is None else round_of(row)


def round_of(row: Row | Mapping[str, Any]) -> Round:
    """A row of the table as a value; other columns in it are left alone."""
    truth = None
    if row["true_option"] is not None:
        truth = Truth(
            option=row["true_option"],
            option_count=row["option_count"],
            stdout=row["stdout"],
            exception=row["exception"],
            python=row["python"],
        )
    return Round(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        puzzle_date=date.fromisoformat(row["puzzle_date"]),
        state=RoundState(row["state"]),
        pep=row["pep"],
        puzzle_id=row["puzzle_id"],
        lesson_digest=row["lesson_digest"],
        reserved_at=from_ms(row["reserved_at"]),
        truth=truth,
        message_id=row["message_id"],
        has_thread=bool(row["has_thread"]),
        opened_at=from_ms_or_none(row["opened_at"]),
        closes_at=from_ms_or_none(row["closes_at"]),
        reveal_message_id=row["reveal_message_id"],
        attempts=row["attempts"],
        retry_at=from_ms_or_none(row["retry_at"]),
        last_error=row["last_error"],
        slot=row["slot"],
    )
