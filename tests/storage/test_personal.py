"""What is said of personal data is true of the schema: no column, no table is overlooked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config import bundled
from bot.storage.personal import (
    _GUILDS,
    GUILD_TABLES,
    NEVER_ALONE,
    PERSONAL,
    Fate,
    list_known_guilds,
)
from bot.storage.personal import _OF_ROUNDS as OF_ROUNDS
from tests.doubles import GUILD

if TYPE_CHECKING:
    from bot.storage.database import Row, Transaction

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
@pytest.mark.parametrize("table", sorted({*GUILD_TABLES} - {*NEVER_ALONE}))
def test_a_guild_is_known_by_a_row_in_any_table_and_found_without_reading_the_others(tx, table):
    tx.execute("PRAGMA foreign_keys = OFF")
    tx.execute("PRAGMA ignore_check_constraints = ON")
    for guild_id in (0, GUILD):
        names = {row["name"]: guild_id for row in needed(tx, table)} | {"guild_id": guild_id}
        values = ", ".join(str(value) for value in names.values())
        tx.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})")
    assert list_known_guilds(tx) == {GUILD}, "0 is nobody's"
    sql = _GUILDS.format(table=table, nobody=0, condition="1 = 1")
    plan = "".join(row["detail"] + "\n" for row in tx.all(f"EXPLAIN QUERY PLAN {sql}"))
    assert f"SCAN {table}" not in plan
    assert "SEARCH next USING" in plan
    assert "(guild_id>?)" in plan


def needed(tx: Transaction, table: str) -> list[Row]:
    sql = f"SELECT * FROM pragma_table_info('{table}')"
    return [row for row in tx.all(sql) if row["notnull"] and row["dflt_value"] is None]


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
