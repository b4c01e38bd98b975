"""Which rounds there are: a guild's, a player's, those of a date. They are stored by `rounds`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.core.selection import PostedPuzzle
from bot.storage.rounds import round_of

if TYPE_CHECKING:
    from bot.core.rounds import Round
    from bot.storage.database import Transaction


def list_recent_rounds(tx: Transaction, guild_id: int, limit: int) -> list[Round]:
    """The guild's newest rounds that were posted and are not void, the newest first."""
    rows = tx.all(
        "SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('open', 'scored', 'revealed') "
        "ORDER BY puzzle_date DESC, id DESC LIMIT ?2",
        guild_id,
        limit,
    )
    return [round_of(row) for row in rows]


def load_latest_open(tx: Transaction, guild_id: int, player_id: int | None = None) -> Round | None:
    """The guild's newest round that is open, or None; those this player answered come last."""
    row = tx.one(
        """
        SELECT * FROM rounds WHERE guild_id = ?1 AND state = 'open'
        ORDER BY CASE WHEN EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = rounds.id AND guesses.player_id = ?2
        ) THEN 1 ELSE 0 END, puzzle_date DESC, opened_at DESC, id DESC LIMIT 1
        """,
        guild_id,
        -1 if player_id is None else player_id,
    )
    return None if row is None else round_of(row)


def load_open_date(tx: Transaction, guild_id: int) -> date | None:
    """The date of the guild's newest rounds, if one of them is open."""
    row = tx.one(
        """
        SELECT puzzle_date, max(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS is_open
        FROM rounds WHERE guild_id = ?1 AND state IN ('open', 'scored', 'revealed')
        GROUP BY puzzle_date ORDER BY puzzle_date DESC LIMIT 1
        """,
        guild_id,
    )
    return date.fromisoformat(row["puzzle_date"]) if row is not None and row["is_open"] else None


def list_live_rounds(tx: Transaction, guild_id: int, today: date) -> list[Round]:
    """The guild's unfinished rounds, and today's in whatever state, of every slot."""
    rows = tx.all(
        """
        SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('reserved', 'open', 'scored')
        UNION
        SELECT * FROM rounds WHERE guild_id = ?1 AND puzzle_date = ?2
        ORDER BY puzzle_date, reserved_at, id
        """,
        guild_id,
        today.isoformat(),
    )
    return [round_of(row) for row in rows]


def list_posted(
    tx: Transaction, guild_id: int, *, but_round: int | None = None
) -> list[PostedPuzzle]:
    """What the guild has had but in that round, oldest first; voided rounds did not happen."""
    rows = tx.all(
        "SELECT pep, puzzle_id FROM rounds WHERE guild_id = ?1 AND state <> 'void' "
        "AND id <> ?2 ORDER BY puzzle_date, id",
        guild_id,
        -1 if but_round is None else but_round,
    )
    return [PostedPuzzle(row["pep"], row["puzzle_id"]) for row in rows]


def list_puzzles_in_play(tx: Transaction, guild_id: int | None, player_id: int) -> set[str]:
    """The ids of the puzzles that are open in the guild, or where this player plays and may guess.

    The player plays where they ever started a clock: practice elsewhere must not tell them what
    is open there.
    """
    rows = tx.all(
        """
        SELECT puzzle_id FROM rounds WHERE guild_id = ?1 AND state IN ('reserved', 'open')
        UNION
        SELECT live.puzzle_id FROM rounds AS live
        WHERE live.state IN ('reserved', 'open')
          AND live.guild_id IN (
            SELECT played.guild_id FROM starts JOIN rounds AS played ON played.id = starts.round_id
            WHERE starts.player_id = ?2
          )
          AND NOT EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = live.id AND guesses.player_id = ?2
          )
        """,
        guild_id,
        player_id,
    )
    return {row[0] for row in rows}


def list_rounds_to_guess(tx: Transaction, guild_id: int | None, player_id: int) -> list[Round]:
    """The open rounds on which this player may still guess.

    Those of the guild, and of every guild where the player ever started a clock.
    """
    rows = tx.all(
        """
        SELECT live.* FROM rounds AS live
        WHERE live.state = 'open'
          AND (live.guild_id = ?1 OR live.guild_id IN (
            SELECT played.guild_id FROM starts JOIN rounds AS played ON played.id = starts.round_id
            WHERE starts.player_id = ?2
          ))
          AND NOT EXISTS (
            SELECT 1 FROM guesses WHERE guesses.round_id = live.id AND guesses.player_id = ?2
          )
        """,
        # No guild has the id 0: PostgreSQL wants a type where nothing says which.
        guild_id or 0,
        player_id,
    )
    return [round_of(row) for row in rows]


def list_last_closed(tx: Transaction, guild_id: int, limit: int) -> list[Round]:
    """The guild's latest rounds that take guesses no longer, newest first."""
    rows = tx.all(
        "SELECT * FROM rounds WHERE guild_id = ?1 AND state IN ('scored', 'revealed') "
        "ORDER BY puzzle_date DESC, slot LIMIT ?2",
        guild_id,
        limit,
    )
    return [round_of(row) for row in rows]


def count_rounds_until(tx: Transaction, round_: Round) -> int:
    """How many rounds its schedule has had up to this one: its number, from 1."""
    count = tx.scalar(
        "SELECT count(*) FROM rounds WHERE guild_id = ?1 AND slot = ?2 AND puzzle_date <= ?3 "
        "AND state <> 'void'",
        round_.guild_id,
        round_.slot,
        round_.puzzle_date.isoformat(),
    )
    return int(count)


def list_played_rounds(tx: Transaction, player_id: int) -> list[Round]:
    """Every round, in whatever guild, that the player started or guessed in; oldest first."""
    rows = tx.all(
        """
        SELECT rounds.* FROM rounds JOIN (
            SELECT round_id FROM starts WHERE player_id = ?1
            UNION SELECT round_id FROM guesses WHERE player_id = ?1
        ) AS played ON played.round_id = rounds.id ORDER BY rounds.id
        """,
        player_id,
    )
    return [round_of(row) for row in rows]


def list_counted_guilds(tx: Transaction) -> list[int]:
    """Every guild that has a round, or something counted."""
    rows = tx.all(
        "SELECT guild_id FROM rounds UNION SELECT guild_id FROM totals WHERE guild_id <> 0 "
        "UNION SELECT guild_id FROM streaks ORDER BY guild_id"
    )
    return [row[0] for row in rows]


def list_round_dates(tx: Transaction, guild_id: int) -> list[date]:
    """The puzzle dates on which members could play, oldest first, but excused ones."""
    rows = tx.all(
        "SELECT DISTINCT puzzle_date FROM rounds WHERE guild_id = ?1 "
        "AND state IN ('open', 'scored', 'revealed') AND is_excused = 0 ORDER BY puzzle_date",
        guild_id,
    )
    return [date.fromisoformat(row[0]) for row in rows]
