"""What is summed beside what it is summed from, a guild at a time: for checks alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.core.streaks import Streak
from bot.core.windows import Window

if TYPE_CHECKING:
    from bot.storage.database import Transaction


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Whose sum it is, and over which window."""

    window: Window
    key: str
    player_id: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Points, guesses, right ones, and the right ones' time in milliseconds."""

    points: int = 0
    guesses: int = 0
    right: int = 0
    elapsed_ms: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.points + other.points,
            self.guesses + other.guesses,
            self.right + other.right,
            self.elapsed_ms + other.elapsed_ms,
        )


def list_guilds_with_sums(tx: Transaction) -> list[int]:
    """Every guild that has a round, a total or a streak."""
    rows = tx.all(
        "SELECT guild_id FROM rounds UNION SELECT guild_id FROM totals "
        "UNION SELECT guild_id FROM streaks ORDER BY guild_id"
    )
    return [row[0] for row in rows]


def load_sums_of_guesses(tx: Transaction, guild_id: int) -> dict[Place, Sum]:
    """What the guild's totals should be, by its guesses; voided rounds did not happen."""
    rows = tx.all(
        """
        SELECT rounds.puzzle_date, guesses.player_id, guesses.points, guesses.is_right,
               CASE WHEN guesses.is_right = 1 THEN guesses.elapsed_ms ELSE 0 END AS elapsed_ms
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE rounds.guild_id = ?1 AND rounds.state <> 'void'
        """,
        guild_id,
    )
    sums: dict[Place, Sum] = {}
    for row in rows:
        puzzle_date = date.fromisoformat(row["puzzle_date"])
        one = Sum(row["points"], 1, row["is_right"], row["elapsed_ms"])
        for window in Window:
            place = Place(window, window.key(puzzle_date), row["player_id"])
            sums[place] = sums.get(place, Sum()) + one
    return sums


def load_totals(tx: Transaction, guild_id: int) -> dict[Place, Sum]:
    """The guild's totals as they are stored; a row of nothing but noughts is no total."""
    rows = tx.all(
        "SELECT time_window, window_key, player_id, points, guesses, right_count, elapsed_ms "
        "FROM totals WHERE guild_id = ?1 AND guesses <> 0",
        guild_id,
    )
    return {
        Place(Window(row["time_window"]), row["window_key"], row["player_id"]): Sum(
            row["points"], row["guesses"], row["right_count"], row["elapsed_ms"]
        )
        for row in rows
    }


def load_streaks(tx: Transaction, guild_id: int) -> dict[int, Streak]:
    """The guild's streaks as they are stored, by player."""
    rows = tx.all(
        "SELECT player_id, length, best, last_date FROM streaks WHERE guild_id = ?1", guild_id
    )
    return {
        row["player_id"]: Streak(row["length"], row["best"], date.fromisoformat(row["last_date"]))
        for row in rows
    }


def list_played_dates_by_player(tx: Transaction, guild_id: int) -> dict[int, set[date]]:
    """Every player's puzzle dates with a guess in that guild; voided rounds did not happen."""
    rows = tx.all(
        """
        SELECT guesses.player_id, rounds.puzzle_date
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE rounds.guild_id = ?1 AND rounds.state <> 'void'
        """,
        guild_id,
    )
    played: dict[int, set[date]] = {}
    for row in rows:
        played.setdefault(row[0], set()).add(date.fromisoformat(row[1]))
    return played
