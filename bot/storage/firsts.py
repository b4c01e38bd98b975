"""The ``first_answers`` and ``puzzle_answers`` tables: who first answered what, and how fast."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.core.boards import RecordPlace
from bot.storage.hidden import SHOWN
from bot.storage.own_lessons import NOT_OWN
from bot.storage.values import to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.counting import CountedGuess
    from bot.storage.database import Row, Transaction

_OF_ROUND = """
    SELECT count(*) AS answers, coalesce(sum(first_answers.is_right), 0) AS right_count
    FROM guesses JOIN first_answers ON first_answers.player_id = guesses.player_id
        AND first_answers.puzzle_id = ?2
    WHERE guesses.round_id = ?1
"""
_RECORD = f"""
    SELECT player_id, min(elapsed_ms) AS elapsed_ms FROM first_answers
    WHERE guild_id = ?1 AND pep = ?2 AND is_right = 1 AND {SHOWN} GROUP BY player_id
"""  # noqa: S608  (a constant condition)


def add_first_answers(tx: Transaction, round_id: int, puzzle_id: str) -> None:
    """Take a round's guesses for its players' first answers to the puzzle, where they are.

    Not those of a guild's own lesson: its puzzle may bear the id of one of ours.
    """
    before = count_answers(tx, round_id, puzzle_id)
    tx.execute(
        f"""
        INSERT INTO first_answers (player_id, puzzle_id, guild_id, round_id, pep, is_right,
                                   elapsed_ms, guessed_at)
        SELECT guesses.player_id, rounds.puzzle_id, rounds.guild_id, rounds.id, rounds.pep,
               guesses.is_right, guesses.elapsed_ms, guesses.guessed_at
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE rounds.id = ?1 AND {NOT_OWN}
        ON CONFLICT (player_id, puzzle_id) DO UPDATE SET
            guild_id = excluded.guild_id, round_id = excluded.round_id, pep = excluded.pep,
            is_right = excluded.is_right, elapsed_ms = excluded.elapsed_ms,
            guessed_at = excluded.guessed_at
        WHERE excluded.guessed_at < first_answers.guessed_at
        """,  # noqa: S608  (a constant condition)
        round_id,
    )
    after = count_answers(tx, round_id, puzzle_id)
    add_answers(tx, puzzle_id, after[0] - before[0], after[1] - before[1])


def count_answers(tx: Transaction, round_id: int, puzzle_id: str) -> tuple[int, int]:
    """Of the round's players: how many have a first answer to the puzzle, and how many right."""
    row = tx.one(_OF_ROUND, round_id, puzzle_id)
    return (0, 0) if row is None else (row["answers"], row["right_count"])


def list_first_answers(tx: Transaction, player_id: int) -> dict[str, tuple[int, bool]]:
    """A player's first answers: puzzle id -> the round's id, and whether it was right."""
    rows = tx.all("SELECT * FROM first_answers WHERE player_id = ?1", player_id)
    return {row["puzzle_id"]: (row["round_id"], bool(row["is_right"])) for row in rows}


def replace_first_answers(tx: Transaction, player_id: int, firsts: Iterable[CountedGuess]) -> None:
    """Keep these first answers of the player, and no others; the puzzles' sums follow."""
    for puzzle_id, (_, is_right) in list_first_answers(tx, player_id).items():
        add_answers(tx, puzzle_id, -1, -int(is_right))
    tx.execute("DELETE FROM first_answers WHERE player_id = ?1", player_id)
    for guess in firsts:
        tx.execute(
            """
            INSERT INTO first_answers (player_id, puzzle_id, guild_id, round_id, pep, is_right,
                                       elapsed_ms, guessed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            player_id,
            guess.puzzle_id,
            guess.guild_id,
            guess.round_id,
            guess.pep,
            int(guess.is_right),
            guess.elapsed_ms,
            to_ms(guess.guessed_at),
        )
        add_answers(tx, guess.puzzle_id, 1, int(guess.is_right))


def delete_first_answers_of_guild(tx: Transaction, guild_id: int) -> None:
    """Forget the first answers that were given in the guild; the puzzles' sums follow."""
    for row in tx.all(
        "SELECT puzzle_id, count(*) AS answers, sum(is_right) AS right_count FROM first_answers "
        "WHERE guild_id = ?1 GROUP BY puzzle_id",
        guild_id,
    ):
        add_answers(tx, row["puzzle_id"], -row["answers"], -row["right_count"])
    tx.execute("DELETE FROM first_answers WHERE guild_id = ?1", guild_id)


def rebuild_answers(tx: Transaction) -> None:
    """Sum the puzzles' answers anew from who gave them; those of forgotten members are gone."""
    tx.execute("DELETE FROM puzzle_answers")
    tx.execute(
        "INSERT INTO puzzle_answers (puzzle_id, answers, right_count) "
        "SELECT puzzle_id, count(*), sum(is_right) FROM first_answers GROUP BY puzzle_id"
    )


def load_answers(tx: Transaction, puzzle_id: str) -> tuple[int, int]:
    """How many first answers a puzzle had, and how many were right."""
    row = tx.one("SELECT * FROM puzzle_answers WHERE puzzle_id = ?1", puzzle_id)
    return (0, 0) if row is None else (row["answers"], row["right_count"])


def load_all_answers(tx: Transaction) -> dict[str, tuple[int, int]]:
    """As `load_answers`, of every puzzle that had any."""
    rows = tx.all("SELECT * FROM puzzle_answers WHERE answers > 0")
    return {row["puzzle_id"]: (row["answers"], row["right_count"]) for row in rows}


def list_records(
    tx: Transaction, guild_id: int, pep: int, *, limit: int, offset: int
) -> list[RecordPlace]:
    """The fastest right first answers to the PEP, one a player, ranked."""
    rows = tx.all(
        f"""
        SELECT player_id, elapsed_ms, place FROM (
            SELECT player_id, elapsed_ms, rank() OVER (ORDER BY elapsed_ms) AS place
            FROM ({_RECORD}) AS fastest
        ) AS ranked ORDER BY place, player_id LIMIT ?3 OFFSET ?4
        """,  # noqa: S608  (a constant query)
        guild_id,
        pep,
        limit,
        offset,
    )
    return [_place(tx, guild_id, pep, row, row["place"]) for row in rows]


def count_records(tx: Transaction, guild_id: int, pep: int) -> int:
    """How many players the PEP's board ranks."""
    return int(tx.scalar(f"SELECT count(*) FROM ({_RECORD}) AS fastest", guild_id, pep))  # noqa: S608


def load_record(tx: Transaction, guild_id: int, pep: int, player_id: int) -> RecordPlace | None:
    """One player's record of the PEP with its rank among those shown, or None."""
    row = tx.one(
        "SELECT player_id, min(elapsed_ms) AS elapsed_ms FROM first_answers WHERE guild_id = ?1 "
        "AND pep = ?2 AND player_id = ?3 AND is_right = 1 GROUP BY player_id",
        guild_id,
        pep,
        player_id,
    )
    if row is None:
        return None
    faster = tx.scalar(
        f"SELECT count(*) FROM ({_RECORD}) AS fastest WHERE elapsed_ms < ?3",  # noqa: S608
        guild_id,
        pep,
        row["elapsed_ms"],
    )
    return _place(tx, guild_id, pep, row, int(faster) + 1)


def _place(tx: Transaction, guild_id: int, pep: int, row: Row, rank: int) -> RecordPlace:
    day = tx.scalar(
        """
        SELECT min(rounds.puzzle_date) FROM first_answers
        JOIN rounds ON rounds.id = first_answers.round_id
        WHERE first_answers.guild_id = ?1 AND first_answers.pep = ?2
          AND first_answers.player_id = ?3 AND first_answers.is_right = 1
          AND first_answers.elapsed_ms = ?4
        """,
        guild_id,
        pep,
        row["player_id"],
        row["elapsed_ms"],
    )
    return RecordPlace(rank, row["player_id"], row["elapsed_ms"], date.fromisoformat(day))


def add_answers(tx: Transaction, puzzle_id: str, answers: int, right: int) -> None:
    """So many more first answers to the puzzle, of them so many right; fewer where negative."""
    if not answers and not right:
        return
    tx.execute(
        """
        INSERT INTO puzzle_answers (puzzle_id, answers, right_count) VALUES (?1, ?2, ?3)
        ON CONFLICT (puzzle_id) DO UPDATE SET
            answers = puzzle_answers.answers + excluded.answers,
            right_count = puzzle_answers.right_count + excluded.right_count
        """,
        puzzle_id,
        answers,
        right,
    )
