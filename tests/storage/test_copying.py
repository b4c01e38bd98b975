"""A database in the other engine and back is the same, however often the copy was cut off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.config import bundled
from bot.core.addresses import SqliteAddress
from bot.core.errors import CopyRefused
from bot.storage import copying
from bot.storage.claim import claimed
from bot.storage.copying import copy_database, refuse_half_a_copy, sum_of
from bot.storage.database import open_database
from bot.storage.lessons import insert_lesson_version
from bot.storage.migrate import Migration, load_migrations, migrate
from bot.storage.rounds import insert_reserved
from bot.storage.shape import tables_of
from tests.doubles import a_lesson, at
from tests.engines import NEEDS_POSTGRES, blank_schema

MIGRATIONS = load_migrations(bundled("migrations"))
TABLES = tables_of(MIGRATIONS)
RELEASED = max((Path(__file__).parent / "released").glob("*.sql"))
NOW = at("2026-03-08 12:00")


@pytest.fixture
async def source(tmp_path):
    """A file with a week of guesses in every table that a release filled, and odd values."""
    path = tmp_path / "source.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(RELEASED.read_text(encoding="utf-8"))
    async with open_database(path) as db:
        await migrate(db, MIGRATIONS, NOW)
        await db.write(
            lambda tx: tx.execute("UPDATE rounds SET stdout = ?1 WHERE id = 1", "a\0b é🐍 ' -- ?1")
        )
        yield db


@pytest.fixture
async def target(tmp_path):
    async with open_database(tmp_path / "target.db") as db:
        await migrate(db, MIGRATIONS, NOW)
        yield db


async def sums(db):
    return {table.name: await sum_of(db, table) for table in TABLES}


@NEEDS_POSTGRES
async def test_a_file_copied_to_a_server_and_back_is_equal_and_ids_go_on(source, target):
    before = await sums(source)
    assert sum(each.rows for each in before.values()) > 100
    with blank_schema() as address:
        async with open_database(address) as server:
            await migrate(server, MIGRATIONS, NOW)
            lines = []
            rows = await copy_database(source, server, TABLES, lines.append)
            assert rows == sum(each.rows for each in before.values())
            assert len(lines) == len(TABLES)
            assert await sums(server) == before
            assert await copy_database(server, target, TABLES, lines.append) == rows
            assert await sums(target) == before
            # The next round's id is free on the server too.
            reserved = await server.write(reserve)
            highest = await source.read(lambda tx: tx.scalar("SELECT max(id) FROM rounds"))
            assert reserved.id == highest + 1
    assert lines[: len(TABLES)] == lines[len(TABLES) :]


def reserve(tx):
    lesson = a_lesson(8)
    insert_lesson_version(tx, lesson)
    return insert_reserved(
        tx,
        guild_id=1,
        channel_id=1,
        puzzle_date=NOW.date(),
        lesson=lesson,
        puzzle=lesson.puzzles[0],
        now=NOW,
    )


class CutOff(Exception):
    """The cable."""


class Unlucky:
    """A database of which the ``writes``-th transaction is the last."""

    def __init__(self, db, writes):
        self.db, self.address, self.writes = db, db.address, writes

    async def read(self, work):
        return await self.db.read(work)

    async def write(self, work):
        self.writes -= 1
        if self.writes < 0:
            raise CutOff
        return await self.db.write(work)


async def test_a_copy_that_is_cut_off_goes_on_where_it_was_and_no_bot_takes_it_for_whole(
    source, target, monkeypatch
):
    monkeypatch.setattr(copying, "_AT_ONCE", 7)
    written, tries, is_whole = 0, 0, False
    while not is_whole:
        unlucky = Unlucky(target, 8)
        tries += 1
        try:
            await copy_database(source, unlucky, TABLES, print)
        except CutOff:
            with pytest.raises(CopyRefused, match=r"half a copy of .*source\.db"):
                await refuse_half_a_copy(target)
            now = sum(each.rows for each in (await sums(target)).values())
            assert now > written, "each try gets further"
            written = now
        else:
            is_whole = True
    assert tries > 3
    await refuse_half_a_copy(target)
    assert await sums(target) == await sums(source)


async def test_a_target_that_holds_something_else_is_refused_and_left_as_it_was(source, target):
    await target.write(reserve)
    before = await sums(target)
    with pytest.raises(CopyRefused, match="not empty: there are rows in lesson_versions"):
        await copy_database(source, target, TABLES, print)
    assert await sums(target) == before
    await refuse_half_a_copy(target)


async def test_half_a_copy_of_another_database_is_refused(source, target):
    with pytest.raises(CutOff):
        await copy_database(source, Unlucky(target, 2), TABLES, print)
    other = Unlucky(source, 0)
    other.address = SqliteAddress(Path("other.db"))
    with pytest.raises(CopyRefused, match=r"half a copy of .*source"):
        await copy_database(other, target, TABLES, print)


async def test_a_target_that_is_not_equal_in_the_end_is_no_copy(source, target):
    with pytest.raises(CutOff):
        await copy_database(source, Unlucky(target, 4), TABLES, print)
    await source.write(lambda tx: tx.execute("UPDATE lesson_versions SET document = 'changed'"))
    with pytest.raises(CopyRefused, match="lesson_versions is not equal"):
        await copy_database(source, target, TABLES, print)
    with pytest.raises(CopyRefused):
        await refuse_half_a_copy(target)


@NEEDS_POSTGRES
async def test_a_server_s_database_of_an_old_release_becomes_what_the_file_becomes(tmp_path):
    """Each migration does the same to the same rows on both engines."""
    number = int(RELEASED.stem)
    old = tables_of(MIGRATIONS[:number])
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(RELEASED.read_text(encoding="utf-8"))
    with blank_schema() as address:
        async with open_database(path) as file, open_database(address) as server:
            await migrate(server, MIGRATIONS[:number], NOW)
            await copy_database(file, server, old, print)
            for db in (file, server):
                await migrate(db, MIGRATIONS, NOW)
            assert await sums(server) == await sums(file)
            reserved = await server.write(reserve)
            assert reserved.id == 1 + await file.read(
                lambda tx: tx.scalar("SELECT max(id) FROM rounds")
            )


def test_parents_come_before_children_and_a_circle_is_refused():
    names = [table.name for table in TABLES]
    assert names.index("lesson_versions") < names.index("rounds") < names.index("guesses")
    assert {"bot_state", "totals", "streaks"} <= set(names)
    circle = (
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id))",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id))",
    )
    with pytest.raises(ValueError, match="circle"):
        tables_of((Migration(1, "0001_circle", circle),))
    with pytest.raises(ValueError, match="no primary key"):
        tables_of((Migration(1, "0001_none", ("CREATE TABLE a (b INTEGER)",)),))


# As its operator: the command.


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("here.db")) as connection:
        connection.executescript(RELEASED.read_text(encoding="utf-8"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:///here.db")
    return tmp_path


def test_the_command_copies_and_tells_what_it_compared(house, capsys):
    assert main(["db", "copy", "sqlite:///here.db", "sqlite:///there.db"]) == 2
    assert "run `db migrate` first" in capsys.readouterr().err
    assert main(["db", "migrate", "--no-backup"]) == 0
    capsys.readouterr()
    assert main(["db", "copy", "DATABASE_URL", "sqlite:///there.db"]) == 0
    out = capsys.readouterr().out
    assert "guesses: " in out
    assert out.splitlines()[-1].endswith("rows, equal to here.db")
    assert main(["db", "copy", "DATABASE_URL", "sqlite:///there.db"]) == 1
    assert "not empty" in capsys.readouterr().out


@NEEDS_POSTGRES
def test_the_command_takes_a_server_s_url_from_a_variable(house, monkeypatch, capsys):
    assert main(["db", "migrate", "--no-backup"]) == 0
    with blank_schema() as address:
        monkeypatch.setenv("NEW_URL", address.conninfo)
        assert main(["db", "copy", "DATABASE_URL", "NEW_URL"]) == 0
        monkeypatch.setenv("DATABASE_URL", address.conninfo)
        capsys.readouterr()
        assert main(["db", "status"]) == 0
        assert f"version {len(MIGRATIONS)} of {len(MIGRATIONS)}" in capsys.readouterr().out
        assert main(["db", "migrate"]) == 0
        assert main(["db", "copy", "NEW_URL", "sqlite:///back.db"]) == 0
    with closing(sqlite3.connect("here.db")) as here, closing(sqlite3.connect("back.db")) as back:
        for table in TABLES:
            every = f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}"
            assert here.execute(every).fetchall() == back.execute(every).fetchall()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("NOT_SET", "sqlite:///there.db"), "NOT_SET is not set"),
        (("sqlite:///none.db", "sqlite:///there.db"), "no such file"),
        (("sqlite:///here.db", "sqlite:///here.db"), "are one database"),
        (("mysql://u:hunter2@h/d", "sqlite:///there.db"), "names neither"),
    ],
)
def test_what_cannot_be_copied_is_told_in_words(house, capsys, arguments, said):
    assert main(["db", "copy", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hunter2" not in told
    assert not (house / "there.db").exists()


@pytest.mark.parametrize("running", ["here.db", "there.db"])
def test_a_bot_that_runs_on_either_is_not_disturbed(house, capsys, running):
    assert main(["db", "migrate", "--no-backup"]) == 0
    with claimed(house / running):
        assert main(["db", "copy", "DATABASE_URL", "sqlite:///there.db"]) == 2
    assert "Another bot is running" in capsys.readouterr().err
