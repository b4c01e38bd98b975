"""What is said of personal data is true of the schema: no column, no table is overlooked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config import bundled
from bot.storage.personal import _OF_ROUNDS as OF_ROUNDS
from bot.storage.personal import GUILD_TABLES, PERSONAL, Fate

if TYPE_CHECKING:
    from bot.storage.database import Transaction

NOT_USERS = {
    *("guild_id", "channel_id", "message_id", "reveal_message_id", "round_id", "puzzle_id"),
    *("role_id", "offer_puzzle_id", "season_id"),
}
"""Columns in _id that name no user. A new one of these goes here; one that names a user goes into
`bot.storage.personal.PERSONAL` and into docs/privacy.md."""
NEITHER = {
    "lesson_versions",
    "puzzles_set_aside",
    "puzzle_answers",
    "bot_state",
    "shard_outages",
    "turns",
    "schema_versions",
}
"""Tables of neither a guild nor a user."""

DOCUMENT = bundled("docs") / "privacy.md"


ONE_SCHEMA = pytest.mark.parametrize("engine", ["sqlite"])
"""What is asked is the schema itself, which is one for both."""


def columns(tx: Transaction) -> dict[str, list[str]]:
    tables = [row[0] for row in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: [row["name"] for row in tx.all(f"SELECT name FROM pragma_table_info('{table}')")]
        for table in tables
        if not table.startswith("sqlite_")
    }


@ONE_SCHEMA
def test_every_column_with_an_id_is_known_to_hold_a_user_or_not(tx):
    ids = {
        (table, column)
        for table, names in columns(tx).items()
        for column in names
        if column.endswith("_id") and column not in NOT_USERS
    }
    assert ids == {(held.table, held.column) for held in PERSONAL}


@ONE_SCHEMA
def test_every_table_goes_with_its_guild_its_round_or_its_user(tx):
    for table, names in columns(tx).items():
        if "guild_id" in names:
            assert table in GUILD_TABLES, f"{table} stays when its guild is forgotten"
        elif "round_id" in names:
            assert table in OF_ROUNDS, f"{table} stays when its round is forgotten"
        elif not any(held.table == table for held in PERSONAL):
            assert table in NEITHER, f"{table}: whose is it?"


@ONE_SCHEMA
def test_a_column_whose_id_is_cleared_may_be_empty(tx):
    for held in PERSONAL:
        if held.fate is Fate.CLEARED:
            info = f"SELECT * FROM pragma_table_info('{held.table}') WHERE name = ?1"
            assert tx.one(info, held.column)["notnull"] == 0


@pytest.mark.skipif(not DOCUMENT.exists(), reason="a wheel has no docs")
@pytest.mark.parametrize("held", PERSONAL, ids=lambda held: f"{held.table}.{held.column}")
def test_the_page_on_privacy_tells_every_column(held):
    row = f"| `{held.table}.{held.column}` | {held.fate.value} | {held.why} |"
    assert row in DOCUMENT.read_text(encoding="utf-8").splitlines()
