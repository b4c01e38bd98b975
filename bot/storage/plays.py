"""The ``starts`` and ``guesses`` tables: what players pressed, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.core.counting import CountedGuess
from bot.core.records import Play
from bot.core.rounds import Guess, RoundState, Start
from bot.core.streaks import Streak
from bot.storage.own_lessons import NOT_OWN
from bot.storage.places import add_place
from bot.storage.rounds import round_of
from bot.storage.streaks import streak_of_row
from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.rounds import Round
    from bot.storage.database import Row, Transaction


def insert_start(tx: Transaction, round_id: int, player_id: int, at: datetime) -> Start:
    """Begin the player's clock; a clock that runs already is left alone and returned."""
    inserted = tx.execute(
        "INSERT INTO starts (round_id, player_id, started_at) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (round_id, player_id) DO NOTHING",
        round_id,
        player_id,
        to_ms(at),
    )
    if inserted:
        return Start(round_id, player_id, from_ms(to_ms(at)), has_hint=False, is_new=True)
    start = load_start(tx, round_id, player_id)
    if start is None:  # pragma: no cover  (the row that refused the insert)
        raise RuntimeError(f"start of round {round_id} vanished within its transaction")
    return start


def load_start(tx: Transaction, round_id: int, player_id: int) -> Start | None:
    """The player's start, or None."""
    row = tx.one(
        "SELECT started_at, has_hint FROM starts WHERE round_id = ?1 AND player_id = ?2",
        round_id,
        player_id,
    )
    if row is None:
        return None
    has_hint = bool(row["has_hint"])
    return Start(round_id, player_id, from_ms(row["started_at"]), has_hint, is_new=False)


@dataclass(frozen=True, slots=True)
class Press:
    """What a press is judged by and counted with; ``streak`` is the player's before it.

    ``is_shown`` is False where the player's clock started and they never saw the puzzle;
    ``has_global_board`` says whether the guild takes part in the global board.
    """

    round: Round
    start: Start | None
    has_guessed: bool
    streak: Streak
    has_global_board: bool
    is_shown: bool = True


_PRESS = """
    SELECT starts.started_at, starts.has_hint, starts.shown, guesses.player_id AS guessed_by,
           streaks.length, streaks.best, streaks.last_date, streaks.saved_days, streaks.first_date,
           guild_options.value AS global_board, rounds.*
    FROM rounds
    LEFT JOIN starts ON starts.round_id = rounds.id AND starts.player_id = ?2
    LEFT JOIN guesses ON guesses.round_id = rounds.id AND guesses.player_id = ?2
    LEFT JOIN streaks ON streaks.guild_id = rounds.guild_id AND streaks.player_id = ?2
    LEFT JOIN guild_options ON guild_options.guild_id = rounds.guild_id
        AND guild_options.name = 'has_global_board'
    WHERE rounds.id = ?1
"""
_OF_OTHERS = 10
"""How many columns of a press come before its round's."""


def load_press(tx: Transaction, round_id: int, player_id: int) -> Press | None:
    """Everything about a press, in one read; None where there is no such round."""
    row = tx.one(_PRESS, round_id, player_id)
    if row is None:
        return None
    start = None
    if row["started_at"] is not None:
        at, has_hint = from_ms(row["started_at"]), bool(row["has_hint"])
        start = Start(round_id, player_id, at, has_hint, is_new=False)
    return Press(
        _round(tuple(row.keys())[_OF_OTHERS:], tuple(row)[_OF_OTHERS:]),
        start,
        has_guessed=row["guessed_by"] is not None,
        streak=Streak() if row["length"] is None else streak_of_row(row),
        has_global_board=row["global_board"] == "on",
        is_shown=row["shown"] != 0,
    )


@lru_cache(maxsize=256)
def _round(names: tuple[str, ...], values: tuple[Any, ...]) -> Round:
    """The round of those columns. Kept: a round's row is the same for each of its players."""
    return round_of(dict(zip(names, values, strict=True)))


def mark_shown(tx: Transaction, round_id: int, player_id: int, by: int) -> None:
    """So many presses more, or fewer, may have shown the player the puzzle."""
    tx.execute(
        "UPDATE starts SET shown = shown + ?3 WHERE round_id = ?1 AND player_id = ?2",
        round_id,
        player_id,
        by,
    )


def mark_restarted(tx: Transaction, round_id: int, player_id: int, at: datetime) -> None:
    """Begin the player's clock anew, at the press that shows them the puzzle."""
    tx.execute(
        "UPDATE starts SET started_at = ?3, shown = 1 WHERE round_id = ?1 AND player_id = ?2",
        round_id,
        player_id,
        to_ms(at),
    )


def mark_hint(tx: Transaction, round_id: int, player_id: int) -> None:
    """The player saw the hint."""
    tx.execute(
        "UPDATE starts SET has_hint = 1 WHERE round_id = ?1 AND player_id = ?2",
        round_id,
        player_id,
    )


def insert_guess(tx: Transaction, guess: Guess) -> bool:
    """Store the player's one guess; False where there is one already."""
    inserted = tx.execute(
        """
        INSERT INTO guesses (round_id, player_id, option_index, is_right, elapsed_ms, points,
                             has_hint, guessed_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (round_id, player_id) DO NOTHING
        """,
        guess.round_id,
        guess.player_id,
        guess.option,
        int(guess.is_right),
        guess.elapsed_ms,
        guess.points,
        int(guess.has_hint),
        to_ms(guess.guessed_at),
    )
    if inserted:
        add_place(tx, guess.round_id, guess.points)
    return inserted == 1


def load_guess(tx: Transaction, round_id: int, player_id: int) -> Guess | None:
    """The player's guess, or None."""
    row = tx.one(
        "SELECT * FROM guesses WHERE round_id = ?1 AND player_id = ?2", round_id, player_id
    )
    return None if row is None else _guess(row)


def list_guesses(tx: Transaction, round_id: int) -> list[Guess]:
    """The round's guesses, best first, then in the order they came."""
    rows = tx.all(
        "SELECT * FROM guesses WHERE round_id = ?1 ORDER BY points DESC, guessed_at, player_id",
        round_id,
    )
    return [_guess(row) for row in rows]


def list_counted(
    tx: Transaction, guild_id: int | None, player_id: int | None
) -> list[CountedGuess]:
    """The guesses of a guild or of all, by a player or by all, in the order they came.

    Voided rounds did not happen.
    """
    where = "?1 = -1" if guild_id is None else "rounds.guild_id = ?1"
    return _counted(tx, where, guild_id, player_id)


def list_all_players(tx: Transaction) -> list[int]:
    """Everybody who has guessed, or has something counted."""
    rows = tx.all(
        "SELECT player_id FROM guesses UNION SELECT player_id FROM totals "
        "UNION SELECT player_id FROM first_answers ORDER BY player_id"
    )
    return [row[0] for row in rows]


def list_guessers(tx: Transaction, guild_id: int) -> list[int]:
    """Everybody who ever guessed in the guild, in voided rounds too."""
    rows = tx.all(
        "SELECT DISTINCT player_id FROM guesses "
        "WHERE round_id IN (SELECT id FROM rounds WHERE guild_id = ?1)",
        guild_id,
    )
    return [row[0] for row in rows]


def list_counted_globally(tx: Transaction, player_id: int | None) -> list[CountedGuess]:
    """As `list_counted`, in the guilds that take part in the global board, but own lessons."""
    taking_part = (
        "?1 = -1 AND rounds.guild_id IN (SELECT guild_id FROM guild_options "  # noqa: S608
        f"WHERE name = 'has_global_board' AND value = 'on') AND {NOT_OWN}"
    )
    return _counted(tx, taking_part, None, player_id)


def list_counted_on_ours(tx: Transaction, player_id: int) -> list[CountedGuess]:
    """As `list_counted`, a player's in all guilds, but on guilds' own lessons."""
    return _counted(tx, f"?1 = -1 AND {NOT_OWN}", None, player_id)


def _counted(
    tx: Transaction, where: str, guild_id: int | None, player_id: int | None
) -> list[CountedGuess]:
    whose = "?2 = -1" if player_id is None else "guesses.player_id = ?2"
    rows = tx.all(
        f"""
        SELECT guesses.*, rounds.guild_id, rounds.puzzle_date, rounds.pep, rounds.puzzle_id,
               rounds.state
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE {where} AND {whose} AND rounds.state <> 'void'
        ORDER BY guesses.guessed_at, guesses.round_id
        """,  # noqa: S608  (constant conditions)
        -1 if guild_id is None else guild_id,
        -1 if player_id is None else player_id,
    )
    return [
        CountedGuess(
            guild_id=row["guild_id"],
            player_id=row["player_id"],
            round_id=row["round_id"],
            puzzle_date=date.fromisoformat(row["puzzle_date"]),
            pep=row["pep"],
            puzzle_id=row["puzzle_id"],
            is_right=bool(row["is_right"]),
            points=row["points"],
            elapsed_ms=row["elapsed_ms"],
            guessed_at=from_ms(row["guessed_at"]),
            is_over=row["state"] != RoundState.OPEN,
        )
        for row in rows
    ]


def list_plays(tx: Transaction, guild_id: int, player_id: int) -> list[Play]:
    """Every guess of the player in that guild, oldest first; voided rounds did not happen."""
    rows = tx.all(
        """
        SELECT rounds.puzzle_date, rounds.pep, guesses.is_right, guesses.elapsed_ms,
               rounds.puzzle_id
        FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE guesses.player_id = ?2 AND rounds.guild_id = ?1 AND rounds.state <> 'void'
        ORDER BY rounds.puzzle_date
        """,
        guild_id,
        player_id,
    )
    return [
        Play(date.fromisoformat(text), pep, bool(is_right), elapsed_ms, puzzle_id)
        for text, pep, is_right, elapsed_ms, puzzle_id in rows
    ]


def list_guesses_of_rounds(tx: Transaction, round_ids: Sequence[int], limit: int) -> list[Guess]:
    """The guesses of those rounds, round by round in that order, until there are ``limit``."""
    found: list[Guess] = []
    for round_id in round_ids:
        if len(found) >= limit:
            break
        rows = tx.all(
            "SELECT * FROM guesses WHERE round_id = ?1 ORDER BY player_id LIMIT ?2",
            round_id,
            limit - len(found),
        )
        found += map(_guess, rows)
    return found


def list_wrong_guesses(tx: Transaction, player_id: int, limit: int) -> list[Guess]:
    """The player's latest wrong guesses, wherever, newest first; voided rounds did not happen."""
    rows = tx.all(
        """
        SELECT guesses.* FROM guesses JOIN rounds ON rounds.id = guesses.round_id
        WHERE guesses.player_id = ?1 AND guesses.is_right = 0 AND rounds.state <> 'void'
        ORDER BY guesses.guessed_at DESC, guesses.round_id DESC LIMIT ?2
        """,
        player_id,
        limit,
    )
    return [_guess(row) for row in rows]


def _guess(row: Row) -> Guess:
    return Guess(
        round_id=row["round_id"],
        player_id=row["player_id"],
        option=row["option_index"],
        is_right=bool(row["is_right"]),
        elapsed_ms=row["elapsed_ms"],
        points=row["points"],
        guessed_at=from_ms(row["guessed_at"]),
        has_hint=bool(row["has_hint"]),
    )
