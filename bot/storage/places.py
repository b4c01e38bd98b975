"""The ``round_points`` table: how many guessed a round with how many points; ranks come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.database import Transaction


def add_place(tx: Transaction, round_id: int, points: int) -> None:
    """One more guessed the round, with that many points."""
    tx.execute(
        "INSERT INTO round_points (round_id, points, guesses) VALUES (?1, ?2, 1) "
        "ON CONFLICT (round_id, points) DO UPDATE SET guesses = round_points.guesses + 1",
        round_id,
        points,
    )


def take_places(tx: Transaction, player_id: int) -> None:
    """Take the player out of every round they guessed, before their guesses are deleted."""
    tx.execute(
        "UPDATE round_points SET guesses = guesses - 1 WHERE EXISTS "
        "(SELECT 1 FROM guesses WHERE guesses.round_id = round_points.round_id "
        "AND guesses.points = round_points.points AND guesses.player_id = ?1)",
        player_id,
    )


def load_place(tx: Transaction, round_id: int, points: int) -> tuple[int, int]:
    """The rank of that many points within the round, which equal points share; how many guessed."""
    row = tx.one(
        "SELECT coalesce(sum(guesses), 0), "
        "coalesce(sum(CASE WHEN points > ?2 THEN guesses END), 0) "
        "FROM round_points WHERE round_id = ?1",
        round_id,
        points,
    )
    players, better = (0, 0) if row is None else row
    return int(better) + 1, int(players)


def list_places(tx: Transaction, guild_id: int) -> dict[tuple[int, int], int]:
    """What is kept of the guild's rounds: (round, points) -> how many guessed with that many."""
    rows = tx.all(
        "SELECT round_id, points, guesses FROM round_points "
        "WHERE round_id IN (SELECT id FROM rounds WHERE guild_id = ?1) AND guesses <> 0",
        guild_id,
    )
    return {(row[0], row[1]): row[2] for row in rows}


def count_places(tx: Transaction, guild_id: int) -> dict[tuple[int, int], int]:
    """What `list_places` should be, by the guesses."""
    rows = tx.all(
        "SELECT round_id, points, count(*) FROM guesses "
        "WHERE round_id IN (SELECT id FROM rounds WHERE guild_id = ?1) GROUP BY round_id, points",
        guild_id,
    )
    return {(row[0], row[1]): row[2] for row in rows}


def rebuild_places(tx: Transaction, guild_id: int) -> None:
    """Count the guild's rounds anew."""
    tx.execute(
        "DELETE FROM round_points WHERE round_id IN (SELECT id FROM rounds WHERE guild_id = ?1)",
        guild_id,
    )
    tx.execute(
        "INSERT INTO round_points (round_id, points, guesses) "
        "SELECT round_id, points, count(*) FROM guesses "
        "WHERE round_id IN (SELECT id FROM rounds WHERE guild_id = ?1) GROUP BY round_id, points",
        guild_id,
    )
