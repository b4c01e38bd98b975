"""The ``seasons`` and ``season_standings`` tables: months, and their final ranks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.core.seasons import Season, SeasonState
from bot.core.windows import Standing
from bot.storage.hidden import SHOWN
from bot.storage.values import from_ms_or_none, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.storage.database import Row, Transaction

IS_DUE = """
    state IN ('running', 'reserved') AND due_at <= ?1 AND (retry_at IS NULL OR retry_at <= ?1)
    AND NOT EXISTS (
        SELECT 1 FROM rounds WHERE rounds.guild_id = seasons.guild_id
        AND rounds.puzzle_date >= seasons.month AND rounds.puzzle_date < seasons.month || '-99'
        AND rounds.state IN ('reserved', 'open')
    )
"""
"""A season is over with its month, once the last of its rounds is scored. (Dates are text, and
2026-11-30 lies between 2026-11 and 2026-11-99.)"""


def insert_season(tx: Transaction, guild_id: int, month: date, ends_at: datetime) -> None:
    """A month in which something was played; one that is known is known."""
    tx.execute(
        "INSERT INTO seasons (guild_id, month, state, due_at) VALUES (?1, ?2, 'running', ?3) "
        "ON CONFLICT (guild_id, month) DO NOTHING",
        guild_id,
        f"{month:%Y-%m}",
        to_ms(ends_at),
    )


def list_due_seasons(tx: Transaction, guild_id: int, now: datetime) -> list[Season]:
    """The guild's seasons that are over and not posted, oldest first."""
    rows = tx.all(
        f"SELECT * FROM seasons WHERE {IS_DUE} AND guild_id = ?2 ORDER BY month",  # noqa: S608
        to_ms(now),
        guild_id,
    )
    return [_season(row) for row in rows]


def mark_reserved(
    tx: Transaction, season_id: int, *, channel_id: int, players: int, now: datetime
) -> bool:
    """The running season is over, and its podium is to be posted; False where it runs no more."""
    changed = tx.execute(
        "UPDATE seasons SET state = 'reserved', channel_id = ?2, players = ?3, reserved_at = ?4 "
        "WHERE id = ?1 AND state = 'running'",
        season_id,
        channel_id,
        players,
        to_ms(now),
    )
    return changed == 1


def mark_silent(tx: Transaction, season_id: int) -> None:
    """The season is over, and nothing of it is (or could be) posted."""
    tx.execute("UPDATE seasons SET state = 'silent', retry_at = NULL WHERE id = ?1", season_id)


def mark_posted(tx: Transaction, season_id: int, message_id: int) -> None:
    """The podium is in the channel."""
    tx.execute(
        "UPDATE seasons SET state = 'posted', message_id = ?2, retry_at = NULL, last_error = NULL "
        "WHERE id = ?1 AND state = 'reserved'",
        season_id,
        message_id,
    )


def mark_season_channel(tx: Transaction, season_id: int, channel_id: int) -> None:
    """Move a season that waits to the channel that the guild has set up since."""
    tx.execute(
        "UPDATE seasons SET channel_id = ?2 WHERE id = ?1 AND state = 'reserved'",
        season_id,
        channel_id,
    )


def mark_season_failure(tx: Transaction, season_id: int, *, retry_at: datetime, error: str) -> None:
    """Count a failed try and say when the next one is due."""
    tx.execute(
        "UPDATE seasons SET attempts = attempts + 1, retry_at = ?2, last_error = ?3 WHERE id = ?1",
        season_id,
        to_ms(retry_at),
        error,
    )


def insert_final_ranks(tx: Transaction, season: Season, standings: Iterable[Standing]) -> None:
    """Keep the final ranks."""
    for standing in standings:
        tx.execute(
            "INSERT INTO season_standings (season_id, guild_id, final_rank, player_id, points, "
            "guesses, right_count, elapsed_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            season.id,
            season.guild_id,
            standing.rank,
            standing.player_id,
            standing.points,
            standing.guesses,
            standing.right,
            standing.elapsed_ms,
        )


def replace_final_ranks(
    tx: Transaction, season: Season, players: int, standings: Iterable[Standing]
) -> None:
    """Keep these final ranks instead of those that were kept."""
    tx.execute("UPDATE seasons SET players = ?2 WHERE id = ?1", season.id, players)
    tx.execute("DELETE FROM season_standings WHERE season_id = ?1", season.id)
    insert_final_ranks(tx, season, standings)


def load_season_of(tx: Transaction, guild_id: int, month: date) -> Season | None:
    """The guild's season of that month, or None."""
    row = tx.one(
        "SELECT * FROM seasons WHERE guild_id = ?1 AND month = ?2", guild_id, f"{month:%Y-%m}"
    )
    return None if row is None else _season(row)


def load_season(tx: Transaction, season_id: int) -> Season | None:
    """One season, or None."""
    row = tx.one("SELECT * FROM seasons WHERE id = ?1", season_id)
    return None if row is None else _season(row)


def list_past_seasons(tx: Transaction, guild_id: int, limit: int) -> list[Season]:
    """The guild's last seasons that are over, the newest first."""
    rows = tx.all(
        "SELECT * FROM seasons WHERE guild_id = ?1 AND state <> 'running' "
        "ORDER BY month DESC LIMIT ?2",
        guild_id,
        limit,
    )
    return [_season(row) for row in rows]


def list_final_ranks(tx: Transaction, season_id: int) -> list[Standing]:
    """The final ranks that were kept, best first, without who hides by now."""
    rows = tx.all(
        f"SELECT * FROM season_standings WHERE season_id = ?1 AND {SHOWN} "  # noqa: S608
        "ORDER BY final_rank, elapsed_ms, player_id",
        season_id,
    )
    return [
        Standing(
            row["final_rank"],
            row["player_id"],
            row["points"],
            row["guesses"],
            row["right_count"],
            row["elapsed_ms"],
        )
        for row in rows
    ]


def _season(row: Row) -> Season:
    return Season(
        id=row["id"],
        guild_id=row["guild_id"],
        month=date.fromisoformat(f"{row['month']}-01"),
        state=SeasonState(row["state"]),
        players=row["players"],
        channel_id=row["channel_id"] or 0,
        reserved_at=from_ms_or_none(row["reserved_at"]),
        message_id=row["message_id"],
        attempts=row["attempts"],
    )
