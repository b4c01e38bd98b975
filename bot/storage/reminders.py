"""The ``reminders`` table: who is to be told that a round waits, and when."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.reminders import MAX_BEFORE, AtTime, BeforeClose, Reminder
from bot.core.shards import ALL
from bot.storage.guilds import of_shards
from bot.storage.rounds import round_of
from bot.storage.values import from_ms_or_none, to_ms, to_ms_or_none

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.rounds import Round
    from bot.core.shards import Shards
    from bot.storage.database import Row, Transaction


def save_reminder(tx: Transaction, reminder: Reminder) -> None:
    """Insert or replace a member's reminder in a guild; what it came for last is kept."""
    at, before = None, None
    if isinstance(reminder.when, AtTime):
        at = reminder.when
    else:
        before = reminder.when.before // timedelta(minutes=1)
    tx.execute(
        """
        INSERT INTO reminders (player_id, guild_id, language, at_time, time_zone, due_at,
                               before_minutes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (player_id, guild_id) DO UPDATE SET
            language = excluded.language, at_time = excluded.at_time,
            time_zone = excluded.time_zone, due_at = excluded.due_at,
            before_minutes = excluded.before_minutes, attempts = 0, closed_at = NULL
        """,
        reminder.player_id,
        reminder.guild_id,
        reminder.language,
        None if at is None else at.time.strftime("%H:%M"),
        None if at is None else at.zone.key,
        to_ms_or_none(reminder.due_at),
        before,
    )


def list_reminders(tx: Transaction, player_id: int) -> list[Reminder]:
    """The member's reminders that are on, by guild."""
    rows = tx.all(
        "SELECT * FROM reminders WHERE player_id = ?1 AND closed_at IS NULL ORDER BY guild_id",
        player_id,
    )
    return [_reminder(row) for row in rows]


def delete_reminder(tx: Transaction, player_id: int, guild_id: int) -> bool:
    """Switch a reminder off; False where there is none."""
    sql = "DELETE FROM reminders WHERE player_id = ?1 AND guild_id = ?2"
    return tx.execute(sql, player_id, guild_id) == 1


def delete_closed(tx: Transaction, player_id: int) -> bool:
    """Forget the reminders that a closed inbox switched off; False where there are none."""
    sql = "DELETE FROM reminders WHERE player_id = ?1 AND closed_at IS NOT NULL"
    return tx.execute(sql, player_id) > 0


def list_closed_players(tx: Transaction) -> set[int]:
    """Whose inbox was closed, and who is to be told."""
    rows = tx.all("SELECT DISTINCT player_id FROM reminders WHERE closed_at IS NOT NULL")
    return {row[0] for row in rows}


def list_timed_due(
    tx: Transaction, now: datetime, limit: int, shards: Shards = ALL
) -> list[Reminder]:
    """Reminders at a time of day that are due by ``now``, those that wait longest first."""
    rows = tx.all(
        f"SELECT * FROM reminders WHERE due_at <= ?1 AND closed_at IS NULL "  # noqa: S608  (ours)
        f"AND {of_shards(shards)} ORDER BY due_at, player_id, guild_id LIMIT ?2",
        to_ms(now),
        limit,
    )
    return [_reminder(row) for row in rows]


def load_unplayed(tx: Transaction, reminder: Reminder, now: datetime) -> Round | None:
    """The newest open round that the member may guess on and was not reminded of, or None."""
    row = tx.one(
        """
        SELECT rounds.* FROM rounds
        JOIN reminders ON reminders.guild_id = rounds.guild_id AND reminders.player_id = ?2
        WHERE rounds.guild_id = ?1 AND rounds.state = 'open'
          AND (rounds.closes_at IS NULL OR rounds.closes_at > ?3)
          AND (reminders.sent_date IS NULL OR reminders.sent_date < rounds.puzzle_date)
          AND rounds.guild_id NOT IN (SELECT guild_id FROM guild_departures)
          AND NOT EXISTS (
            SELECT 1 FROM guesses
            WHERE guesses.round_id = rounds.id AND guesses.player_id = ?2
          )
        ORDER BY rounds.puzzle_date DESC, rounds.slot LIMIT 1
        """,
        reminder.guild_id,
        reminder.player_id,
        to_ms(now),
    )
    return None if row is None else round_of(row)


def list_closing_due(
    tx: Transaction, now: datetime, limit: int, shards: Shards = ALL
) -> list[tuple[Reminder, int]]:
    """Reminders whose round closes soon enough, unplayed and not reminded of; with its id."""
    rows = tx.all(
        f"""
        SELECT reminders.*, rounds.id AS round_id FROM rounds
        JOIN reminders ON reminders.guild_id = rounds.guild_id
        WHERE rounds.state = 'open' AND rounds.closes_at > ?1 AND rounds.closes_at <= ?2
          AND reminders.before_minutes IS NOT NULL AND reminders.closed_at IS NULL
          AND rounds.closes_at <= ?1 + reminders.before_minutes * 60000
          AND (reminders.sent_date IS NULL OR reminders.sent_date < rounds.puzzle_date)
          AND rounds.guild_id NOT IN (SELECT guild_id FROM guild_departures)
          AND NOT EXISTS (
            SELECT 1 FROM guesses
            WHERE guesses.round_id = rounds.id AND guesses.player_id = reminders.player_id
          )
          AND {of_shards(shards, "rounds.guild_id")}
        ORDER BY rounds.closes_at, rounds.id, reminders.player_id LIMIT ?3
        """,  # noqa: S608  (numbers of ours)
        to_ms(now),
        to_ms(now + MAX_BEFORE),
        limit,
    )
    return [(_reminder(row), row["round_id"]) for row in rows]


def mark_due(tx: Transaction, reminder: Reminder, due_at: datetime) -> None:
    """When the reminder comes next."""
    tx.execute(
        "UPDATE reminders SET due_at = ?3 WHERE player_id = ?1 AND guild_id = ?2",
        reminder.player_id,
        reminder.guild_id,
        to_ms(due_at),
    )


def mark_claimed(tx: Transaction, player_id: int, guild_id: int, puzzle_date: date) -> bool:
    """Claim that date's reminder; False where it is claimed already, or a later one is."""
    changed = tx.execute(
        "UPDATE reminders SET sent_date = ?3 WHERE player_id = ?1 AND guild_id = ?2 "
        "AND (sent_date IS NULL OR sent_date < ?3)",
        player_id,
        guild_id,
        puzzle_date.isoformat(),
    )
    return changed == 1


def mark_sent(tx: Transaction, player_id: int, guild_id: int) -> None:
    """The claimed reminder came."""
    tx.execute(
        "UPDATE reminders SET attempts = 0 WHERE player_id = ?1 AND guild_id = ?2",
        player_id,
        guild_id,
    )


def mark_unsent(
    tx: Transaction,
    player_id: int,
    guild_id: int,
    puzzle_date: date,
    retry_at: datetime,
    max_tries: int,
) -> None:
    """That date's claimed reminder did not come: it may be claimed again, but for the last try."""
    tx.execute(
        """
        UPDATE reminders SET
            sent_date = CASE WHEN attempts + 1 < ?4 THEN ?5 ELSE sent_date END,
            due_at = CASE WHEN at_time IS NOT NULL AND attempts + 1 < ?4 THEN ?3 ELSE due_at END,
            attempts = CASE WHEN attempts + 1 < ?4 THEN attempts + 1 ELSE 0 END
        WHERE player_id = ?1 AND guild_id = ?2
        """,
        player_id,
        guild_id,
        to_ms(retry_at),
        max_tries,
        # Not none: a round of the day before may be open still, and its reminder has come.
        (puzzle_date - timedelta(days=1)).isoformat(),
    )


def mark_inbox_closed(tx: Transaction, player_id: int, now: datetime) -> None:
    """Discord takes no message for the member: every reminder of theirs is off, until told."""
    tx.execute("UPDATE reminders SET closed_at = ?2 WHERE player_id = ?1", player_id, to_ms(now))


def _reminder(row: Row) -> Reminder:
    when: AtTime | BeforeClose
    if row["at_time"] is None:
        when = BeforeClose(timedelta(minutes=row["before_minutes"]))
    else:
        when = AtTime(time.fromisoformat(row["at_time"]), ZoneInfo(row["time_zone"]))
    return Reminder(
        player_id=row["player_id"],
        guild_id=row["guild_id"],
        language=row["language"],
        when=when,
        due_at=from_ms_or_none(row["due_at"]),
    )
