"""Where users and guilds stand in the tables, and how they are taken out of them.

Every column that holds a user's id, what it is for, and what becomes of it when its user asks to be
forgotten; every table that holds a guild's rows, in the order in which they can go. A test compares
both lists with the schema, so that no new table is overlooked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bot.core.shards import ALL
from bot.storage.guilds import of_shards
from bot.storage.places import take_places
from bot.storage.totals import GLOBAL
from bot.storage.values import from_ms

if TYPE_CHECKING:
    from bot.core.shards import Shards
    from bot.storage.database import Transaction, Value


class Fate(Enum):
    """What happens to a row when the user of one of its columns is forgotten."""

    DELETED = "deleted"
    CLEARED = "kept, without the id"


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that holds a user's id; ``why`` finishes "It is stored because"."""

    table: str
    column: str
    fate: Fate
    why: str


PERSONAL = (
    PersonalColumn("starts", "player_id", Fate.DELETED, "the clock runs from the press"),
    PersonalColumn("guesses", "player_id", Fate.DELETED, "a guess is final, and earns points"),
    PersonalColumn("totals", "player_id", Fate.DELETED, "leaderboards are sums of guesses"),
    PersonalColumn("streaks", "player_id", Fate.DELETED, "a streak goes on from its last date"),
    PersonalColumn("reports", "reporter_id", Fate.DELETED, "who reports a puzzle hears back"),
    PersonalColumn("suggestions", "author_id", Fate.DELETED, "who suggests a puzzle hears back"),
    PersonalColumn("first_answers", "player_id", Fate.DELETED, "records are of first answers"),
    PersonalColumn("season_standings", "player_id", Fate.DELETED, "a season keeps its final ranks"),
    PersonalColumn("hidden_players", "player_id", Fate.DELETED, "hiding from boards is a wish"),
    PersonalColumn(
        "board_names", "player_id", Fate.DELETED, "the global board shows who shares no server"
    ),
    PersonalColumn("shares", "player_id", Fate.DELETED, "a result is shared once a round"),
    PersonalColumn("reminders", "player_id", Fate.DELETED, "a reminder was asked for"),
    PersonalColumn("own_lessons", "author_id", Fate.CLEARED, "a lesson stays, whoever brought it"),
    PersonalColumn("setup_drafts", "player_id", Fate.DELETED, "a set-up goes on where it was left"),
    PersonalColumn("reviews", "player_id", Fate.DELETED, "what was missed comes back, spaced"),
    PersonalColumn(
        "deletion_requests", "player_id", Fate.DELETED, "the wish waits for its seven days"
    ),
    PersonalColumn(
        "audit_entries", "actor_id", Fate.CLEARED, "moderators answer for what they change"
    ),
)

GUILD_TABLES = (
    "queue_entries",
    "own_lessons",
    "setup_drafts",
    "guild_welcomes",
    "skipped_lessons",
    "guild_options",
    "guild_set_aside",
    "reports",
    "suggestions",
    "totals",
    "streaks",
    "first_answers",
    "season_standings",
    "seasons",
    "audit_entries",
    "guild_departures",
    "reminders",
    "rounds",
    "weekday_wishes",
    "schedules",
)
"""Tables with a ``guild_id``, children before parents; `_OF_ROUNDS` go with their rounds."""
_OF_ROUNDS = ("starts", "guesses", "round_points", "shares")
"""Tables with a ``round_id`` and no ``guild_id``."""
NEVER_ALONE = ("reports", "first_answers", "season_standings", "guild_departures")
"""Tables that hold rows of a guild only beside rows of it in others: it is known from those."""
_GUILDS = """
    WITH RECURSIVE found (guild_id) AS (
        SELECT min(guild_id) FROM {table}
        UNION ALL
        SELECT (SELECT min(next.guild_id) FROM {table} AS next
                WHERE next.guild_id > found.guild_id)
        FROM found WHERE found.guild_id IS NOT NULL
    )
    SELECT guild_id FROM found WHERE guild_id IS NOT NULL AND guild_id <> {nobody} AND {condition}
"""
"""From one guild to the next by an index: a DISTINCT reads every row of the table."""


def list_personal_rows(tx: Transaction, player_id: int) -> dict[str, list[dict[str, object]]]:
    """Everything stored about a user: ``table.column`` -> rows, with instants as ISO 8601 text."""
    return {
        f"{held.table}.{held.column}": [
            {name: _readable(name, row[name]) for name in row.keys()}  # noqa: SIM118  (a Row)
            for row in tx.all(
                f"SELECT * FROM {held.table} WHERE {held.column} = ?1",  # noqa: S608  (constants)
                player_id,
            )
        ]
        for held in PERSONAL
    }


def list_known_guilds(tx: Transaction, shards: Shards = ALL) -> set[int]:
    """Every guild of those shards of which anything is stored, set up or not."""
    condition = of_shards(shards)
    return {
        row[0]
        for table in GUILD_TABLES
        if table not in NEVER_ALONE
        for row in tx.all(_GUILDS.format(table=table, nobody=GLOBAL, condition=condition))
    }


def delete_player(tx: Transaction, player_id: int) -> None:
    """Remove everything that identifies a user; what `PERSONAL` says of each column happens."""
    take_places(tx, player_id)
    for held in PERSONAL:
        if held.fate is Fate.DELETED:
            sql = f"DELETE FROM {held.table} WHERE {held.column} = ?1"  # noqa: S608  (constants)
        else:
            sql = f"UPDATE {held.table} SET {held.column} = NULL WHERE {held.column} = ?1"  # noqa: S608
        tx.execute(sql, player_id)


def delete_guild(tx: Transaction, guild_id: int) -> None:
    """Remove a guild's settings, rounds and everything played in them."""
    for table in _OF_ROUNDS:
        tx.execute(
            f"DELETE FROM {table} WHERE round_id IN "  # noqa: S608  (constants)
            "(SELECT id FROM rounds WHERE guild_id = ?1)",
            guild_id,
        )
    for table in GUILD_TABLES:
        tx.execute(f"DELETE FROM {table} WHERE guild_id = ?1", guild_id)  # noqa: S608  (constants)


def _readable(name: str, value: Value) -> object:
    if name.endswith("_at") and isinstance(value, int):
        return from_ms(value).isoformat()
    # JSON's numbers lose the last digits of an id in many readers.
    return str(value) if name.endswith("_id") and isinstance(value, int) else value
