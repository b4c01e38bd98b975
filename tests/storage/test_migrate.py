"""Migrations: in order, whole or not at all, once, and never downwards."""

from __future__ import annotations

import asyncio

import pytest

from bot.config import bundled
from bot.core.errors import DatabaseTooNew
from bot.storage.database import open_database
from bot.storage.migrate import Migration, load_migrations, migrate, migration_status
from tests.doubles import at
from tests.engines import DatabaseError

NOW = at("2026-03-02 09:00")
FIRST = Migration(1, "0001_first", ("CREATE TABLE one (id INTEGER)", "INSERT INTO one VALUES (1)"))
SECOND = Migration(2, "0002_second", ("CREATE TABLE two (id INTEGER)",))
BROKEN = Migration(
    2, "0002_broken", ("CREATE TABLE two (id INTEGER)", "INSERT INTO one VALUES (2)", "NONSENSE")
)


async def tables(db):
    rows = await db.read(
        lambda tx: tx.all(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            if db.engine == "sqlite"
            else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        )
    )
    return [row[0] for row in rows]


async def test_a_blank_database_gets_every_released_table(where):
    migrations = load_migrations(bundled("migrations"))
    async with open_database(where) as db:
        before = await migrate(db, migrations, NOW)
        assert (before.version, before.pending) == (0, migrations)
        assert set(await tables(db)) >= {"schedules", "rounds", "starts", "guesses", "totals"}
        after = await migration_status(db, migrations)
        assert (after.version, after.known, after.pending) == (len(migrations),) * 2 + ((),)


async def test_only_what_is_pending_is_applied_and_noted(where):
    async with open_database(where) as db:
        await migrate(db, (FIRST,), NOW)
        status = await migrate(db, (FIRST, SECOND), NOW)
        assert (status.version, status.pending) == (1, (SECOND,))
        rows = await db.read(lambda tx: tx.all("SELECT * FROM schema_versions ORDER BY version"))
        assert [(row["version"], row["name"]) for row in rows] == [
            (1, "0001_first"),
            (2, "0002_second"),
        ]
        assert {row["applied_at"] for row in rows} == {1_772_442_000_000}
        assert await db.read(lambda tx: tx.scalar("SELECT count(*) FROM one")) == 1


async def test_asking_for_the_status_changes_nothing(where):
    async with open_database(where) as db:
        assert (await migration_status(db, (FIRST,))).version == 0
        assert await tables(db) == []
        assert (await migration_status(db, ())).known == 0


async def test_a_migration_that_fails_leaves_nothing_of_itself(where):
    async with open_database(where) as db:
        with pytest.raises(DatabaseError, match="NONSENSE"):
            await migrate(db, (FIRST, BROKEN), NOW)
        assert await tables(db) == ["one", "schema_versions"]
        assert await db.read(lambda tx: tx.scalar("SELECT count(*) FROM one")) == 1
        assert (await migration_status(db, (FIRST, SECOND))).version == 1
        await migrate(db, (FIRST, SECOND), NOW)
        assert await tables(db) == ["one", "schema_versions", "two"]


async def test_a_first_migration_that_fails_leaves_a_blank_database(where):
    broken = Migration(1, "0001_broken", ("CREATE TABLE one (id INTEGER)", "NONSENSE"))
    async with open_database(where) as db:
        with pytest.raises(DatabaseError):
            await migrate(db, (broken,), NOW)
        assert await tables(db) == []


async def test_ids_go_on_after_those_that_a_migration_brought(where):
    moved = (
        "CREATE TABLE two (id INTEGER PRIMARY KEY)",
        "INSERT INTO two (id) VALUES (3), (7)",
        "CREATE TABLE three (id INTEGER PRIMARY KEY)",
    )
    async with open_database(where) as db:
        await migrate(db, (FIRST, Migration(2, "0002_moved", moved)), NOW)

        def insert(tx):
            return [
                tx.scalar(f"INSERT INTO {table} DEFAULT VALUES RETURNING id")
                for table in ("two", "three", "three")
            ]

        assert await db.write(insert) == [8, 1, 2]


async def test_a_newer_database_is_refused_in_words_and_left_alone(where):
    async with open_database(where) as db:
        await migrate(db, (FIRST, SECOND), NOW)
        for attempt in (migrate(db, (FIRST,), NOW), migration_status(db, (FIRST,))):
            with pytest.raises(DatabaseTooNew, match="at version 2") as refusal:
                await attempt
            assert (refusal.value.found, refusal.value.known) == (2, 1)
        assert "two" in await tables(db)


async def test_two_processes_at_once_migrate_once(where):
    async with open_database(where) as one, open_database(where) as other:
        await asyncio.gather(*(migrate(db, (FIRST, SECOND), NOW) for db in (one, other) * 3))
        assert await one.read(lambda tx: tx.scalar("SELECT count(*) FROM one")) == 1
        assert await one.read(lambda tx: tx.scalar("SELECT count(*) FROM schema_versions")) == 2


async def test_one_that_another_process_applied_meanwhile_is_passed_over(where):
    """The status was read, and then another process was faster."""
    async with open_database(where) as one, open_database(where) as other:

        class Late:
            """Reads an old status."""

            engine = one.engine

            async def read(self, work):
                version = await one.read(work)
                await migrate(other, (FIRST,), NOW)
                return version

            async def write_alone(self, work):
                return await one.write_alone(work)

        assert (await migrate(Late(), (FIRST,), NOW)).version == 0
        assert await one.read(lambda tx: tx.scalar("SELECT count(*) FROM one")) == 1


def test_files_are_read_in_order_and_split_into_statements(tmp_path):
    (tmp_path / "0002_more.sql").write_text("SELECT 2;\n")
    (tmp_path / "0001_first.sql").write_text(
        "-- Why; with a semicolon.\n"
        "CREATE TABLE a (\n  t TEXT DEFAULT ';' -- not the end;\n);\n\n"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  SELECT 1;\nEND;\n"
        "-- The end.\n"
    )
    (tmp_path / "README.md").write_text("not one")
    first, second = load_migrations(tmp_path)
    assert (first.version, first.name) == (1, "0001_first")
    assert len(first.statements) == 2
    assert first.statements[0].endswith(");")
    assert first.statements[1].endswith("END;")
    assert second == Migration(2, "0002_more", ("SELECT 2;",))


@pytest.mark.parametrize(
    "names",
    [
        ["0002_gap.sql"],
        ["0001_a.sql", "0003_gap.sql"],
        ["0001_a.sql", "0001_b.sql"],
        ["1_short.sql"],
        ["0001-dash.sql"],
        ["0001_Upper.sql"],
    ],
)
def test_a_wrong_name_or_number_is_refused(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("SELECT 1;\n")
    with pytest.raises(ValueError, match="expected a file named"):
        load_migrations(tmp_path)


@pytest.mark.parametrize("text", ["SELECT 1", "SELECT 1;\nSELECT 2\n", "SELECT 'open;\n"])
def test_a_statement_without_its_end_is_refused(tmp_path, text):
    (tmp_path / "0001_a.sql").write_text(text)
    with pytest.raises(ValueError, match="semicolon"):
        load_migrations(tmp_path)


def test_a_file_beside_stands_for_it_on_postgresql_alone(tmp_path):
    (tmp_path / "0001_first.sql").write_text("SELECT 1;\n")
    (tmp_path / "0001_first.postgres.sql").write_text("SELECT 2;\nSELECT 3;\n")
    (tmp_path / "0002_more.sql").write_text("SELECT 4;\n")
    first, second = load_migrations(tmp_path)
    assert first.statements_on("sqlite") == ("SELECT 1;",)
    assert first.statements_on("postgres") == ("SELECT 2;", "SELECT 3;")
    assert second.statements_on("postgres") == second.statements_on("sqlite") == ("SELECT 4;",)


def test_a_file_beside_nothing_is_refused(tmp_path):
    (tmp_path / "0001_first.sql").write_text("SELECT 1;\n")
    (tmp_path / "0002_more.postgres.sql").write_text("SELECT 2;\n")
    with pytest.raises(ValueError, match=r"0002_more\.postgres\.sql"):
        load_migrations(tmp_path)


def test_a_folder_without_files_has_no_migrations(tmp_path):
    assert load_migrations(tmp_path) == ()
