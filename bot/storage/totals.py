"""The ``totals`` table: sums that leaderboards read instead of the guesses."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.counting import Sums
from bot.core.windows import Leaderboard, Standing, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from bot.core.counting import TotalKey
    from bot.core.rounds import Guess
    from bot.storage.database import Row, Transaction

_ADD = f"""
    INSERT INTO totals (guild_id, time_window, window_key, player_id, points, guesses,
                        right_count, elapsed_ms)
    VALUES {", ".join(f"(?1, '{w}', ?{6 + n}, ?2, ?3, 1, ?4, ?5)" for n, w in enumerate(Window))}
    ON CONFLICT (guild_id, time_window, window_key, player_id) DO UPDATE SET
        points = totals.points + excluded.points,
        guesses = totals.guesses + 1,
        right_count = totals.right_count + excluded.right_count,
        elapsed_ms = totals.elapsed_ms + excluded.elapsed_ms
"""  # noqa: S608  (a constant list of windows)
"""One statement for the five windows: each one more is a tenth of what a guess costs here."""
_COLUMNS = "player_id, points, guesses, right_count, elapsed_ms"


def add_guess(tx: Transaction, guild_id: int, puzzle_date: date, guess: Guess) -> None:
    """Add one guess to each window that its round's date lies in."""
    tx.execute(
        _ADD,
        guild_id,
        guess.player_id,
        guess.points,
        int(guess.is_right),
        guess.elapsed_ms if guess.is_right else 0,
        *_keys(puzzle_date),
    )


@lru_cache(maxsize=64)
def _keys(puzzle_date: date) -> tuple[str, ...]:
    return tuple(window.key(puzzle_date) for window in Window)


def list_totals(tx: Transaction, guild_id: int) -> dict[TotalKey, Sums]:
    """Everything that is kept for the guild."""
    rows = tx.all("SELECT * FROM totals WHERE guild_id = ?1", guild_id)
    return {
        (row["player_id"], Window(row["time_window"]), row["window_key"]): Sums(
            row["points"], row["guesses"], row["right_count"], row["elapsed_ms"]
        )
        for row in rows
    }


def replace_totals(
    tx: Transaction, guild_id: int, player_ids: Collection[int], totals: Mapping[TotalKey, Sums]
) -> None:
    """Keep these sums of the players, and no others of theirs."""
    for player_id in player_ids:
        tx.execute("DELETE FROM totals WHERE guild_id = ?1 AND player_id = ?2", guild_id, player_id)
    for (player_id, window, key), sums in totals.items():
        tx.execute(
            """
            INSERT INTO totals (guild_id, time_window, window_key, player_id, points, guesses,
                                right_count, elapsed_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            guild_id,
            window,
            key,
            player_id,
            sums.points,
            sums.guesses,
            sums.right,
            sums.elapsed_ms,
        )


def load_leaderboard(
    tx: Transaction, guild_id: int, window: Window, key: str, *, viewer_id: int, limit: int
) -> Leaderboard:
    """The best ``limit`` players of the window, and the viewer's own row."""
    rows = tx.all(
        f"""
        SELECT {_COLUMNS}, rank() OVER (ORDER BY points DESC) AS place FROM (
            SELECT {_COLUMNS} FROM totals
            WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3
            ORDER BY points DESC, player_id LIMIT ?4
        ) AS top ORDER BY place, elapsed_ms, player_id
        """,  # noqa: S608  (a constant list of columns)
        guild_id,
        window,
        key,
        limit,
    )
    standings = tuple(_standing(row, row["place"]) for row in rows)
    viewer = load_standing(tx, guild_id, window, key, viewer_id)
    players = count_players(tx, guild_id, window, key)
    return Leaderboard(window, key, standings, viewer, players)


def with_movement(tx: Transaction, guild_id: int, board: Leaderboard, today: date) -> Leaderboard:
    """The board with each row's rank as it was without today's guesses.

    Reads today's players once, and for each row an index; never the guesses.
    """
    if board.window is Window.TODAY:
        return board
    rows = tx.all(
        """
        SELECT whole.player_id, whole.points, whole.points - today.points AS points_before,
               whole.guesses - today.guesses AS guesses_before
        FROM totals AS today
        JOIN totals AS whole ON whole.guild_id = today.guild_id
            AND whole.time_window = ?2 AND whole.window_key = ?3
            AND whole.player_id = today.player_id
        WHERE today.guild_id = ?1 AND today.time_window = 'today' AND today.window_key = ?4
        """,
        guild_id,
        board.window,
        board.key,
        Window.TODAY.key(today),
    )
    played = {row["player_id"]: row for row in rows}

    def moved(standing: Standing) -> Standing:
        row = played.get(standing.player_id)
        if row is not None and not row["guesses_before"]:
            return standing
        points = standing.points if row is None else row["points_before"]
        above = _count_above(tx, guild_id, board.window, board.key, points)
        climbed = sum(row["points"] > points >= row["points_before"] for row in rows)
        return replace(standing, rank_before=above - climbed + 1)

    viewer = None if board.viewer is None else moved(board.viewer)
    return replace(board, standings=tuple(map(moved, board.standings)), viewer=viewer)


def count_players(tx: Transaction, guild_id: int, window: Window, key: str) -> int:
    """How many guessed in the window."""
    players = tx.scalar(
        "SELECT count(*) FROM totals WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3",
        guild_id,
        window,
        key,
    )
    return int(players)


def load_standing(
    tx: Transaction, guild_id: int, window: Window, key: str, player_id: int
) -> Standing | None:
    """One player's row of the window with its rank, or None."""
    row = tx.one(
        f"""
        SELECT {_COLUMNS} FROM totals
        WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3 AND player_id = ?4
        """,  # noqa: S608  (a constant list of columns)
        guild_id,
        window,
        key,
        player_id,
    )
    if row is None:
        return None
    return _standing(row, _count_above(tx, guild_id, window, key, row["points"]) + 1)


def _count_above(tx: Transaction, guild_id: int, window: Window, key: str, points: int) -> int:
    """How many have more points in the window."""
    above = tx.scalar(
        "SELECT count(*) FROM totals "
        "WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3 AND points > ?4",
        guild_id,
        window,
        key,
        points,
    )
    return int(above)


def _standing(row: Row, rank: int) -> Standing:
    return Standing(
        rank=rank,
        player_id=row["player_id"],
        points=row["points"],
        guesses=row["guesses"],
        right=row["right_count"],
        elapsed_ms=row["elapsed_ms"],
    )
