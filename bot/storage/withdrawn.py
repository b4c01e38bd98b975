"""A void round's guesses, taken out of what was summed from them: totals and first answers.

By statements for all of its players at once: to count each of two thousand players anew from all
they ever guessed held everybody's presses up for most of a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.windows import Window
from bot.storage.firsts import add_answers, count_answers
from bot.storage.own_lessons import NOT_OWN

if TYPE_CHECKING:
    from datetime import date

    from bot.storage.database import Transaction

_OWN_GUESS = "FROM guesses WHERE guesses.round_id = ?4 AND guesses.player_id = totals.player_id"
_TAKE = f"""
    UPDATE totals SET
        points = points - (SELECT guesses.points {_OWN_GUESS}),
        guesses = guesses - 1,
        right_count = right_count - (SELECT guesses.is_right {_OWN_GUESS}),
        elapsed_ms = elapsed_ms - (SELECT guesses.is_right * guesses.elapsed_ms {_OWN_GUESS})
    WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3 AND EXISTS (SELECT 1 {_OWN_GUESS})
"""  # noqa: S608  (constants)
_NEXT_FIRSTS = f"""
    INSERT INTO first_answers (player_id, puzzle_id, guild_id, round_id, pep, is_right,
                               elapsed_ms, guessed_at)
    SELECT player_id, puzzle_id, guild_id, id, pep, is_right, elapsed_ms, guessed_at
    FROM (
        SELECT guesses.player_id, rounds.puzzle_id, rounds.guild_id, rounds.id, rounds.pep,
               guesses.is_right, guesses.elapsed_ms, guesses.guessed_at,
               row_number() OVER (PARTITION BY guesses.player_id
                                  ORDER BY guesses.guessed_at, guesses.round_id) AS place
        FROM rounds JOIN guesses ON guesses.round_id = rounds.id
        WHERE rounds.puzzle_id = ?2 AND rounds.state IN ('scored', 'revealed') AND {NOT_OWN}
          AND guesses.player_id IN (SELECT player_id FROM guesses WHERE round_id = ?1)
    ) AS answers
    WHERE place = 1
    ON CONFLICT (player_id, puzzle_id) DO NOTHING
"""  # noqa: S608  (a constant condition)


def take_from_totals(tx: Transaction, guild_id: int, puzzle_date: date, round_id: int) -> None:
    """Take the round's guesses out of its guild's sums; who has none left has no row."""
    for window in Window:
        key = window.key(puzzle_date)
        tx.execute(_TAKE, guild_id, window, key, round_id)
        tx.execute(
            "DELETE FROM totals WHERE guild_id = ?1 AND time_window = ?2 AND window_key = ?3 "
            "AND guesses = 0",
            guild_id,
            window,
            key,
        )


def take_first_answers(tx: Transaction, round_id: int, puzzle_id: str) -> None:
    """Where a round, void by now, had a player's first answer to its puzzle, the next one is it."""
    before = count_answers(tx, round_id, puzzle_id)
    tx.execute(
        "DELETE FROM first_answers WHERE round_id = ?1 AND puzzle_id = ?2 "
        "AND player_id IN (SELECT player_id FROM guesses WHERE round_id = ?1)",
        round_id,
        puzzle_id,
    )
    tx.execute(_NEXT_FIRSTS, round_id, puzzle_id)
    after = count_answers(tx, round_id, puzzle_id)
    add_answers(tx, puzzle_id, after[0] - before[0], after[1] - before[1])
