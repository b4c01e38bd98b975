"""The ``totals`` table: sums that leaderboards read instead of the guesses."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.counting import Sums
from bot.core.windows import PAGE_SIZE, Leaderboard, Sheet, Standing, Window
from bot.storage.hidden import SHOWN, is_hidden
from bot.storage.own_lessons import NOT_OWN

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
_ADD_GLOBAL = f"""
    INSERT INTO totals (guild_id, time_window, window_key, player_id, points, guesses,
                        right_count, elapsed_ms)
    SELECT 0, 'today', CAST(?5 AS TEXT), CAST(?1 AS BIGINT), CAST(?2 AS INTEGER), 1,
           CAST(?3 AS INTEGER), CAST(?4 AS BIGINT)
    FROM rounds WHERE rounds.id = ?6 AND {NOT_OWN}
    ON CONFLICT (guild_id, time_window, window_key, player_id) DO NOTHING
"""  # noqa: S608  (a constant condition)
_ADD_GLOBAL_REST = _ADD.replace("(?1, 'today', ?6, ?2, ?3, 1, ?4, ?5), ", "")
GLOBAL = 0
"""The guild id under which the sums of the global board lie; no guild of Discord's has it."""
MOST_MOVING = 2_000
"""So many players of a day are compared with the day before."""
_COLUMNS = "player_id, points, guesses, right_count, elapsed_ms"
_WINDOW = f"guild_id = ?1 AND time_window = ?2 AND window_key = ?3 AND {SHOWN}"
"""The rows of a window that others may see."""


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


def add_guess_globally(tx: Transaction, puzzle_date: date, guess: Guess) -> bool:
    """Add the guess to the global board; the caller knows that its guild takes part.

    False where the lesson is the guild's own, or where the player has guessed on that date already,
    there or elsewhere: who plays in many servers, or in one of many rounds a day, is not ahead of
    who plays one.
    """
    right_ms = guess.elapsed_ms if guess.is_right else 0
    today, *others = _keys(puzzle_date)
    same = (guess.player_id, guess.points, int(guess.is_right), right_ms)
    # The row of the date referees: whoever inserts it is the first.
    if not tx.execute(_ADD_GLOBAL, *same, today, guess.round_id):
        return False
    tx.execute(_ADD_GLOBAL_REST, GLOBAL, *same, today, *others)
    return True


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


def list_players(tx: Transaction, guild_id: int) -> list[int]:
    """Everybody who has sums in the guild."""
    rows = tx.all(
        "SELECT player_id FROM totals WHERE guild_id = ?1 AND time_window = 'all' "
        "AND window_key = 'all' ORDER BY player_id",
        guild_id,
    )
    return [row[0] for row in rows]


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
    tx: Transaction,
    guild_id: int,
    window: Window,
    key: str,
    *,
    viewer_id: int,
    limit: int = PAGE_SIZE,
    page: int = 0,
) -> Leaderboard:
    """One page of the window, the last where there are fewer, and the viewer's own row."""
    players = count_players(tx, guild_id, window, key)
    number = min(page, max(players - 1, 0) // limit)
    found = list_standings(tx, guild_id, window, key, limit=limit, offset=number * limit)
    viewer = load_standing(tx, guild_id, window, key, viewer_id)
    sheet = Sheet(players, number, is_hidden=is_hidden(tx, viewer_id), is_global=guild_id == GLOBAL)
    return Leaderboard(window, key, tuple(found), viewer, players, sheet)


def list_standings(
    tx: Transaction, guild_id: int, window: Window, key: str, *, limit: int, offset: int = 0
) -> list[Standing]:
    """Those rows of the window, best first, with their ranks; hidden players have none."""
    rows = tx.all(
        f"""
        SELECT {_COLUMNS} FROM totals WHERE {_WINDOW}
        ORDER BY points DESC, elapsed_ms, player_id LIMIT ?4 OFFSET ?5
        """,  # noqa: S608  (constants)
        guild_id,
        window,
        key,
        limit,
        offset,
    )
    standings: list[Standing] = []
    for index, row in enumerate(rows):
        if standings and standings[-1].points == row["points"]:
            rank = standings[-1].rank
        elif standings or not offset:
            rank = offset + index + 1
        else:
            rank = _count_above(tx, guild_id, window, key, row["points"]) + 1
        standings.append(_standing(row, rank))
    return standings


def with_movement(tx: Transaction, guild_id: int, board: Leaderboard, today: date) -> Leaderboard:
    """The board with each row's rank as it was without today's guesses.

    Reads today's players once, and for each row an index; never the guesses. Where more than
    `MOST_MOVING` played today it is as it was: places change by the second then.
    """
    day = Window.TODAY.key(today)
    if board.window is Window.TODAY or not _fewer(tx, guild_id, day, MOST_MOVING):
        return board
    rows = tx.all(
        f"""
        SELECT whole.player_id, whole.points, whole.points - today.points AS points_before,
               whole.guesses - today.guesses AS guesses_before
        FROM totals AS today
        JOIN totals AS whole ON whole.guild_id = today.guild_id
            AND whole.time_window = ?2 AND whole.window_key = ?3
            AND whole.player_id = today.player_id
        WHERE today.guild_id = ?1 AND today.time_window = 'today' AND today.window_key = ?4
          AND whole.{SHOWN}
        """,  # noqa: S608  (a constant condition)
        guild_id,
        board.window,
        board.key,
        day,
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

    hides = board.sheet.is_hidden
    viewer = None if board.viewer is None or hides else moved(board.viewer)
    return replace(
        board, standings=tuple(map(moved, board.standings)), viewer=viewer or board.viewer
    )


def _fewer(tx: Transaction, guild_id: int, day: str, most: int) -> bool:
    """Whether at most so many played that day: looks no further than they are."""
    beyond = tx.one(
        "SELECT 1 FROM totals WHERE guild_id = ?1 AND time_window = 'today' AND window_key = ?2 "
        "ORDER BY player_id LIMIT 1 OFFSET ?3",
        guild_id,
        day,
        most,
    )
    return beyond is None


def count_players(tx: Transaction, guild_id: int, window: Window, key: str) -> int:
    """How many the window's board ranks."""
    players = tx.scalar(
        f"SELECT count(*) FROM totals WHERE {_WINDOW}",  # noqa: S608  (a constant condition)
        guild_id,
        window,
        key,
    )
    return int(players)


def load_standing(
    tx: Transaction, guild_id: int, window: Window, key: str, player_id: int
) -> Standing | None:
    """One player's row of the window with its rank among those shown, or None."""
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


def list_newcomers(
    tx: Transaction, guild_id: int, first: date, month: str, *, viewer_id: int
) -> list[Standing]:
    """The month's rows of who guessed in the guild for the first time since ``first``, best first.

    Without the hidden ones, but the viewer; not ranked yet (rank 0).
    """
    # CROSS: SQLite keeps its order, which is from the few who are new to their sums.
    rows = tx.all(
        f"""
        SELECT totals.player_id, totals.points, totals.guesses, totals.right_count,
               totals.elapsed_ms
        FROM streaks CROSS JOIN totals
        WHERE streaks.guild_id = ?1 AND streaks.first_date >= ?2
          AND totals.guild_id = streaks.guild_id AND totals.time_window = 'month'
          AND totals.window_key = ?3 AND totals.player_id = streaks.player_id
          AND (totals.player_id = ?4 OR totals.{SHOWN})
        ORDER BY totals.points DESC, totals.elapsed_ms, totals.player_id
        """,  # noqa: S608  (a constant condition)
        guild_id,
        first.isoformat(),
        month,
        viewer_id,
    )
    return [_standing(row, 0) for row in rows]


def _count_above(tx: Transaction, guild_id: int, window: Window, key: str, points: int) -> int:
    """How many of those shown have more points in the window."""
    above = tx.scalar(
        f"SELECT count(*) FROM totals WHERE {_WINDOW} AND points > ?4",  # noqa: S608
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
