"""The ``rounds`` table: each step of a round's life is one guarded statement."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bot.core.rounds import Round, RoundState, Truth
from bot.core.selection import PostedPuzzle
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


def list_recent_rounds(tx: Transaction, guild_id: int, limit: int) -> list[Round]:
    """The guild's newest rounds that were posted and are not void, the newest first."""
    rows = tx.all(
        "SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('open', 'scored', 'revealed') "
        "ORDER BY puzzle_date DESC, id DESC LIMIT ?2",
        guild_id,
        limit,
    )
    return [round_of(row) for row in rows]


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


def load_latest_open(tx: Transaction, guild_id: int, player_id: int | None = None) -> Round | None:
    """The guild's newest round that is open, or None; those this player answered come last."""
    row = tx.one(
        """
        SELECT * FROM rounds WHERE guild_id = ?1 AND state = 'open'
        ORDER BY CASE WHEN EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = rounds.id AND guesses.player_id = ?2
        ) THEN 1 ELSE 0 END, puzzle_date DESC, opened_at DESC, id DESC LIMIT 1
        """,
        guild_id,
        -1 if player_id is None else player_id,
    )
    return None if row is None else round_of(row)


def load_open_date(tx: Transaction, guild_id: int) -> date | None:
    """The date of the guild's newest rounds, if one of them is open."""
    row = tx.one(
        """
        SELECT puzzle_date, max(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS is_open
        FROM rounds WHERE guild_id = ?1 AND state IN ('open', 'scored', 'revealed')
        GROUP BY puzzle_date ORDER BY puzzle_date DESC LIMIT 1
        """,
        guild_id,
    )
    return date.fromisoformat(row["puzzle_date"]) if row is not None and row["is_open"] else None


def list_live_rounds(tx: Transaction, guild_id: int, today: date) -> list[Round]:
    """The guild's unfinished rounds, and today's in whatever state, of every slot."""
    rows = tx.all(
        """
        SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('reserved', 'open', 'scored')
        UNION
        SELECT * FROM rounds WHERE guild_id = ?1 AND puzzle_date = ?2
        ORDER BY puzzle_date, reserved_at, id
        """,
        guild_id,
        today.isoformat(),
    )
    return [round_of(row) for row in rows]


def list_posted(
    tx: Transaction, guild_id: int, *, but_round: int | None = None
) -> list[PostedPuzzle]:
    """What the guild has had but in that round, oldest first; voided rounds did not happen."""
    rows = tx.all(
        "SELECT pep, puzzle_id FROM rounds WHERE guild_id = ?1 AND state <> 'void' "
        "AND id <> ?2 ORDER BY puzzle_date, id",
        guild_id,
        -1 if but_round is None else but_round,
    )
    return [PostedPuzzle(row["pep"], row["puzzle_id"]) for row in rows]


def list_puzzles_in_play(tx: Transaction, guild_id: int | None, player_id: int) -> set[str]:
    """The ids of the puzzles that are open in the guild, or where this player plays and may guess.

    The player plays where they ever started a clock: practice elsewhere must not tell them what
    is open there.
    """
    rows = tx.all(
        """
        SELECT puzzle_id FROM rounds WHERE guild_id = ?1 AND state IN ('reserved', 'open')
        UNION
        SELECT live.puzzle_id FROM rounds AS live
        WHERE live.state IN ('reserved', 'open')
          AND live.guild_id IN (
            SELECT played.guild_id FROM starts JOIN rounds AS played ON played.id = starts.round_id
            WHERE starts.player_id = ?2
          )
          AND NOT EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = live.id AND guesses.player_id = ?2
          )
        """,
        guild_id,
        player_id,
    )
    return {row[0] for row in rows}


def list_rounds_to_guess(tx: Transaction, guild_id: int | None, player_id: int) -> list[Round]:
    """The open rounds on which this player may still guess.

    Those of the guild, and of every guild where the player ever started a clock.
    """
    rows = tx.all(
        """
        SELECT live.* FROM rounds AS live
        WHERE live.state = 'open'
          AND (live.guild_id = ?1 OR live.guild_id IN (
            SELECT played.guild_id FROM starts JOIN rounds AS played ON played.id = starts.round_id
            WHERE starts.player_id = ?2
          ))
          AND NOT EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = live.id AND guesses.player_id = ?2
          )
        """,
        # No guild has the id 0: PostgreSQL wants a type where nothing says which.
        guild_id or 0,
        player_id,
    )
    return [round_of(row) for row in rows]


def list_last_closed(tx: Transaction, guild_id: int, limit: int) -> list[Round]:
    """The guild's latest rounds that take guesses no longer, newest first."""
    rows = tx.all(
        "SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('scored', 'revealed') "
        "ORDER BY puzzle_date DESC, slot LIMIT ?2",
        guild_id,
        limit,
    )
    return [round_of(row) for row in rows]


def count_rounds_until(tx: Transaction, round_: Round) -> int:
    """How many rounds its schedule has had up to this one: its number, from 1."""
    count = tx.scalar(
        "SELECT count(*) FROM rounds WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date <= ?3 "
        "AND state <> 'void'",
        round_.guild_id,
        round_.slot,
        round_.puzzle_date.isoformat(),
    )
    return int(count)


def list_played_rounds(tx: Transaction, player_id: int) -> list[Round]:
    """Every round, in whatever guild, that the player started or guessed in; oldest first."""
    rows = tx.all(
        """
        SELECT rounds.* FROM rounds JOIN (
            SELECT round_id FROM starts WHERE player_id = ?1
            UNION SELECT round_id FROM guesses WHERE player_id = ?1
        ) AS played ON played.round_id = rounds.id ORDER BY rounds.id
        """,
        player_id,
    )
    return [round_of(row) for row in rows]


def list_counted_guilds(tx: Transaction) -> list[int]:
    """Every guild that has a round, or something counted."""
    rows = tx.all(
        "SELECT guild_id FROM rounds UNION SELECT guild_id FROM totals WHERE guild_id <> 0 "
        "UNION SELECT guild_id FROM streaks ORDER BY guild_id"
    )
    return [row[0] for row in rows]


def list_round_dates(tx: Transaction, guild_id: int) -> list[date]:
    """The puzzle dates on which members could play, oldest first, but excused ones."""
    rows = tx.all(
        "SELECT DISTINCT puzzle_date FROM rounds WHERE guild_id = ?1 "
        "AND state IN ('open', 'scored', 'revealed') AND is_excused = 0 ORDER BY puzzle_date",
        guild_id,
    )
    return [date.fromisoformat(row[0]) for row in rows]


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
