"""The tables ``deletion_requests`` and ``guild_departures``: who is to be forgotten, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.storage.database import Transaction


def insert_deletion(tx: Transaction, player_id: int, due_at: datetime) -> datetime:
    """Note the wish; an earlier one stands. When it is due."""
    tx.execute(
        "INSERT INTO deletion_requests (player_id, due_at) VALUES (?1, ?2) "
        "ON CONFLICT (player_id) DO NOTHING",
        player_id,
        to_ms(due_at),
    )
    return load_deletion(tx, player_id) or due_at


def load_deletion(tx: Transaction, player_id: int) -> datetime | None:
    """When the user's data are to be deleted, or None."""
    value = tx.scalar("SELECT due_at FROM deletion_requests WHERE player_id = ?1", player_id)
    return None if value is None else from_ms(value)


def delete_deletion(tx: Transaction, player_id: int) -> bool:
    """Take the wish back; False where there was none."""
    return tx.execute("DELETE FROM deletion_requests WHERE player_id = ?1", player_id) == 1


def list_deletions_due(tx: Transaction, now: datetime) -> list[int]:
    """The users whose data are to be deleted by ``now``."""
    rows = tx.all(
        "SELECT player_id FROM deletion_requests WHERE due_at <= ?1 ORDER BY due_at", to_ms(now)
    )
    return [row[0] for row in rows]


def count_guesses(tx: Transaction, player_id: int) -> tuple[int, int]:
    """A user's guesses, and the number of guilds they were made in."""
    row = tx.one(
        """
        SELECT count(*), count(DISTINCT rounds.guild_id)
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id WHERE guesses.player_id = ?1
        """,
        player_id,
    )
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def insert_departure(tx: Transaction, guild_id: int, now: datetime) -> None:
    """The bot is no longer in the guild; the first note of it stands."""
    tx.execute(
        "INSERT INTO guild_departures (guild_id, left_at) VALUES (?1, ?2) "
        "ON CONFLICT (guild_id) DO NOTHING",
        guild_id,
        to_ms(now),
    )


def delete_departures(tx: Transaction, guild_ids: Collection[int]) -> None:
    """The bot is in these guilds, or in them again."""
    for guild_id in guild_ids:
        tx.execute("DELETE FROM guild_departures WHERE guild_id = ?1", guild_id)


def list_departed(tx: Transaction, before: datetime | None = None) -> list[int]:
    """The guilds that the bot left; only those left before an instant, where one is given."""
    limit = None if before is None else to_ms(before)
    rows = tx.all(
        "SELECT guild_id FROM guild_departures "
        "WHERE CAST(?1 AS BIGINT) IS NULL OR left_at < ?1 ORDER BY left_at",
        limit,
    )
    return [row[0] for row in rows]
