"""The ``streaks`` table, and the dates along which streaks are counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.core.boards import StreakPlace
from bot.core.streaks import FREEZE_DAYS, MAX_FREEZES, Streak
from bot.storage.hidden import SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.storage.database import Row, Transaction

_ENOUGH = MAX_FREEZES + 1
"""So many missed dates end any streak."""
_CLOSED = """
    SELECT puzzle_date FROM rounds
    WHERE guild_id = ?1 AND puzzle_date > ?2 AND state <> 'void'
    GROUP BY puzzle_date
    HAVING sum(CASE WHEN state IN ('reserved', 'open') THEN 1 ELSE 0 END) = 0
       AND sum(CASE WHEN is_excused = 0 THEN 1 ELSE 0 END) > 0
"""
"""The dates none of whose rounds takes guesses any more, but those that were all excused."""


_MISSED = "CASE WHEN last_date >= ?2 THEN 0 WHEN last_date >= ?3 THEN 1 ELSE 2 END"
_LIVING = f"""
    SELECT player_id, length, saved_days / ?5 - {_MISSED} AS freezes FROM streaks
    WHERE guild_id = ?1 AND last_date >= ?4 AND saved_days >= ?5 * ({_MISSED})
"""  # noqa: S608  (constants)
"""The streaks whose freezes reach over all the closed dates since their last: those of who played
in the last three of them, however many there ever were."""


def load_streak(tx: Transaction, guild_id: int, player_id: int) -> Streak:
    """The streak up to the player's last guess; an empty one where there is none."""
    row = tx.one(
        "SELECT * FROM streaks WHERE guild_id = ?1 AND player_id = ?2", guild_id, player_id
    )
    return Streak() if row is None else streak_of_row(row)


def list_streaks(tx: Transaction, guild_id: int) -> dict[int, Streak]:
    """Every player's streak in the guild."""
    rows = tx.all("SELECT * FROM streaks WHERE guild_id = ?1", guild_id)
    return {row["player_id"]: streak_of_row(row) for row in rows}


def save_streak(tx: Transaction, guild_id: int, player_id: int, streak: Streak) -> None:
    """Insert or replace a player's streak, one with a last date."""
    if streak.last_date is None or streak.first_date is None:
        raise ValueError("a streak without a guess is not stored")
    tx.execute(
        """
        INSERT INTO streaks (guild_id, player_id, length, best, last_date, saved_days, first_date)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (guild_id, player_id) DO UPDATE SET
            length = excluded.length, best = excluded.best, last_date = excluded.last_date,
            saved_days = excluded.saved_days, first_date = excluded.first_date
        """,
        guild_id,
        player_id,
        streak.length,
        streak.best,
        streak.last_date.isoformat(),
        streak.saved_days,
        streak.first_date.isoformat(),
    )


def delete_streaks(tx: Transaction, guild_id: int, player_ids: Collection[int]) -> None:
    """Take these players' streaks out; they are counted anew."""
    for player_id in player_ids:
        tx.execute(
            "DELETE FROM streaks WHERE guild_id = ?1 AND player_id = ?2", guild_id, player_id
        )


def list_players_since(tx: Transaction, guild_id: int, puzzle_date: date) -> list[int]:
    """The guild's players whose last guess is on that date or later."""
    rows = tx.all(
        "SELECT player_id FROM streaks WHERE guild_id = ?1 AND last_date >= ?2 ORDER BY player_id",
        guild_id,
        puzzle_date.isoformat(),
    )
    return [row[0] for row in rows]


def list_played_since(tx: Transaction, guild_id: int, puzzle_date: date) -> dict[int, set[date]]:
    """All dates that `list_players_since` played, each player's; voided rounds did not happen."""
    played: dict[int, set[date]] = {}
    rows = tx.all(
        """
        SELECT guesses.player_id, rounds.puzzle_date
        FROM rounds JOIN guesses ON guesses.round_id = rounds.id
        WHERE rounds.guild_id = ?1 AND rounds.state <> 'void' AND guesses.player_id IN
            (SELECT player_id FROM streaks WHERE guild_id = ?1 AND last_date >= ?2)
        """,
        guild_id,
        puzzle_date.isoformat(),
    )
    dates = {text: date.fromisoformat(text) for text in {row[1] for row in rows}}
    for player_id, text in rows:
        played.setdefault(player_id, set()).add(dates[text])
    return played


def list_dates_between(tx: Transaction, guild_id: int, after: date, before: date) -> list[date]:
    """The dates between the two on which members could play: the few that would end any streak."""
    rows = tx.all(
        "SELECT DISTINCT puzzle_date FROM rounds WHERE guild_id = ?1 AND puzzle_date > ?2 "
        "AND puzzle_date < ?3 AND state IN ('open', 'scored', 'revealed') AND is_excused = 0 "
        "ORDER BY puzzle_date LIMIT ?4",
        guild_id,
        after.isoformat(),
        before.isoformat(),
        _ENOUGH,
    )
    return [date.fromisoformat(row[0]) for row in rows]


def list_closed_after(tx: Transaction, guild_id: int, after: date) -> list[date]:
    """The dates after that one that went by, oldest first: the few that would end any streak."""
    rows = tx.all(f"{_CLOSED} ORDER BY puzzle_date LIMIT ?3", guild_id, after.isoformat(), _ENOUGH)
    return [date.fromisoformat(row[0]) for row in rows]


def list_last_closed(tx: Transaction, guild_id: int) -> list[date]:
    """The last dates that went by, the newest first: so many as would end any streak."""
    rows = tx.all(f"{_CLOSED} ORDER BY puzzle_date DESC LIMIT ?3", guild_id, "", _ENOUGH)
    return [date.fromisoformat(row[0]) for row in rows]


def count_kept(tx: Transaction, guild_id: int, closed: Sequence[date]) -> int:
    """How many streaks a freeze kept over the first of these dates, as `list_last_closed` has them.

    They are those whose freezes reach from their last date over all that were missed since.
    """
    newest, before, before_that = (*(d.isoformat() for d in closed), *[""] * _ENOUGH)[:_ENOUGH]
    kept = tx.scalar(
        """
        SELECT count(*) FROM streaks WHERE guild_id = ?1 AND last_date < ?2
        AND ((last_date >= ?3 AND saved_days >= ?5)
             OR (last_date >= ?4 AND last_date < ?3 AND saved_days >= 2 * ?5))
        """,
        guild_id,
        newest,
        before,
        before_that,
        FREEZE_DAYS,
    )
    return int(kept)


def list_living(
    tx: Transaction, guild_id: int, closed: Sequence[date], *, limit: int, offset: int
) -> list[StreakPlace]:
    """The streaks that live, the longest first, ranked; ``closed`` as `list_last_closed` has it."""
    rows = tx.all(
        f"""
        SELECT player_id, length, freezes, place FROM (
            SELECT player_id, length, freezes, rank() OVER (ORDER BY length DESC) AS place
            FROM ({_LIVING}) AS living WHERE {SHOWN}
        ) AS ranked ORDER BY place, freezes DESC, player_id LIMIT ?6 OFFSET ?7
        """,  # noqa: S608  (constants)
        *_living(guild_id, closed),
        limit,
        offset,
    )
    return [
        StreakPlace(row["place"], row["player_id"], row["length"], row["freezes"]) for row in rows
    ]


def load_living(
    tx: Transaction, guild_id: int, closed: Sequence[date], player_id: int
) -> StreakPlace | None:
    """The player's streak with its rank among those shown; None where it lives no more."""
    row = tx.one(
        f"""
        SELECT length, freezes,
               (SELECT count(*) FROM ({_LIVING}) AS others
                WHERE others.length > own.length AND others.{SHOWN}) AS above
        FROM ({_LIVING}) AS own WHERE player_id = ?6
        """,  # noqa: S608  (constants)
        *_living(guild_id, closed),
        player_id,
    )
    if row is None:
        return None
    return StreakPlace(row["above"] + 1, player_id, row["length"], row["freezes"])


def count_living(tx: Transaction, guild_id: int, closed: Sequence[date]) -> int:
    """How many streaks of players that are shown live."""
    sql = f"SELECT count(*) FROM ({_LIVING}) AS living WHERE {SHOWN}"  # noqa: S608  (constants)
    return int(tx.scalar(sql, *_living(guild_id, closed)))


def _living(guild_id: int, closed: Sequence[date]) -> tuple[int | str, ...]:
    dates = (*(day.isoformat() for day in closed), *[""] * _ENOUGH)[:_ENOUGH]
    return guild_id, *dates, FREEZE_DAYS


def streak_of_row(row: Row) -> Streak:
    """A row of the table as a value; other columns in it are left alone."""
    first = row["first_date"]
    return Streak(
        length=row["length"],
        best=row["best"],
        last_date=date.fromisoformat(row["last_date"]),
        saved_days=row["saved_days"],
        # Empty in a row of an older release, until the next start has counted it.
        first_date=date.fromisoformat(first) if first else None,
    )
