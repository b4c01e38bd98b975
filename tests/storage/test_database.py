"""Connections and transactions: isolation, rollback, two at once."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from bot.storage import sqlite
from bot.storage.database import open_database
from tests.engines import DatabaseError, IntegrityError, other_process


async def make_table(db):
    await db.write(lambda tx: tx.define("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)"))


def add(text):
    return lambda tx: tx.execute("INSERT INTO notes (t) VALUES (?1)", text)


async def texts(db):
    rows = await db.read(lambda tx: tx.all("SELECT t FROM notes ORDER BY id"))
    return [row["t"] for row in rows]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "folder" / "bot.db"


async def test_the_file_and_its_folder_are_made(path):
    async with open_database(path) as db:
        await make_table(db)
        assert db.path == path
    assert path.is_file()


async def test_a_committed_write_is_seen_by_the_reader_and_by_the_next_process(where):
    async with open_database(where) as db:
        await make_table(db)
        assert await db.write(add("one")) == 1
        assert await texts(db) == ["one"]
    async with open_database(where) as db:
        assert await texts(db) == ["one"]


async def test_a_write_that_raises_leaves_nothing_and_the_next_one_works(where):
    def half(tx):
        add("lost")(tx)
        raise KeyError("half-way")

    async with open_database(where) as db:
        await make_table(db)
        with pytest.raises(KeyError):
            await db.write(half)
        await db.write(add("kept"))
        assert await texts(db) == ["kept"]


async def test_a_statement_that_fails_rolls_the_whole_transaction_back(where):
    def half(tx):
        add("lost")(tx)
        tx.execute("INSERT INTO notes (id, t) VALUES (1, 'again')")

    async with open_database(where) as db:
        await make_table(db)
        with pytest.raises(IntegrityError):
            await db.write(half)
        assert await texts(db) == []


async def test_a_transaction_that_ends_itself_tells_its_own_error(where):
    """SQLite ends a transaction by itself on some errors; a ROLLBACK then would hide them."""

    def ends_itself(tx):
        tx.execute("ROLLBACK")
        raise KeyError("the real error")

    async with open_database(where) as db:
        await make_table(db)
        for work in (db.write(ends_itself), db.read(ends_itself)):
            with pytest.raises(KeyError, match="the real error"):
                await work
        await db.write(add("next"))
        assert await texts(db) == ["next"]


async def test_the_reader_cannot_write(where):
    async with open_database(where) as db:
        await make_table(db)
        with pytest.raises(DatabaseError, match=r"read-?only"):
            await db.read(add("no"))
        assert await texts(db) == []


async def test_a_read_sees_one_snapshot_while_another_process_writes(where):
    async with open_database(where) as db:
        await make_table(db)

        def count_twice(tx):
            before = tx.scalar("SELECT count(*) FROM notes")
            with other_process(where) as other:
                add("between")(other)
            return before, tx.scalar("SELECT count(*) FROM notes")

        assert await db.read(count_twice) == (0, 0)
        assert await texts(db) == ["between"]


async def test_coroutines_at_once_are_isolated_one_s_rollback_takes_nothing_of_the_others(where):
    def failing(tx):
        add("lost")(tx)
        raise KeyError("mine alone")

    async with open_database(where) as db:
        await make_table(db)
        works = [add(str(n)) if n % 2 else failing for n in range(20)]
        results = await asyncio.gather(*map(db.write, works), return_exceptions=True)
        assert [type(result) for result in results] == [KeyError, int] * 10
        assert set(await texts(db)) == {str(n) for n in range(20) if n % 2}


async def test_read_modify_write_at_once_loses_no_update(where):
    def increment(tx):
        value = tx.scalar("SELECT t FROM notes WHERE id = 1")
        tx.execute("UPDATE notes SET t = ?1 WHERE id = 1", str(int(value) + 1))

    async with open_database(where) as one, open_database(where) as other:
        await make_table(one)
        await one.write(add("0"))
        await asyncio.gather(*(db.write(increment) for db in (one, other) * 15))
        assert await texts(one) == ["30"]


async def test_a_writer_waits_for_another_process_s_lock(where):
    async with open_database(where) as one, open_database(where) as other:
        await make_table(one)
        entered, leave = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(tx):
            add("first")(tx)
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(leave.wait(), loop).result(timeout=10)

        holding = asyncio.create_task(one.write(slow))
        await entered.wait()
        waiting = asyncio.create_task(other.write(add("second")))
        assert await texts(other) == []  # readers wait for nobody
        assert not waiting.done()
        leave.set()
        await asyncio.gather(holding, waiting)
        assert await texts(one) == ["first", "second"]


async def test_a_caller_that_is_cancelled_leaves_a_whole_transaction_and_a_usable_database(where):
    async with open_database(where) as db:
        await make_table(db)
        entered, leave = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def two(tx):
            add("a")(tx)
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(leave.wait(), loop).result(timeout=10)
            add("b")(tx)

        task = asyncio.create_task(db.write(two))
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        leave.set()
        await db.write(add("c"))
    # Closing waits for what is under way.
    async with open_database(where) as db:
        assert sorted(await texts(db)) == ["a", "b", "c"]


async def test_two_processes_may_make_the_same_file_at_once(tmp_path):
    async def open_and_write(path, n):
        async with open_database(path) as db:
            await db.write(lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS notes (t TEXT)"))
            await db.write(add(str(n)))

    for attempt in range(5):
        path = tmp_path / f"{attempt}.db"
        await asyncio.gather(*(open_and_write(path, n) for n in range(4)))
        async with open_database(path) as db:
            found = await db.read(lambda tx: tx.all("SELECT t FROM notes"))
            assert len(found) == 4


async def test_foreign_keys_are_enforced(where):
    async with open_database(where) as db:
        await make_table(db)
        await db.write(
            lambda tx: tx.execute("CREATE TABLE marks (note INTEGER REFERENCES notes (id))")
        )
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            await db.write(lambda tx: tx.execute("INSERT INTO marks VALUES (99)"))


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.parent.mkdir(parents=True)
    path.write_text("my diary, which is longer than a header" * 10)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        async with open_database(path):
            pytest.fail("it was opened")
    assert path.read_text().startswith("my diary")


async def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        async with open_database(tmp_path / "file" / "bot.db"):
            pytest.fail("it was opened")


async def test_one_and_scalar_give_none_where_there_is_no_row(where):
    async with open_database(where) as db:
        await make_table(db)
        assert await db.read(lambda tx: tx.one("SELECT t FROM notes")) is None
        assert await db.read(lambda tx: tx.scalar("SELECT t FROM notes")) is None


class Contended:
    """A connection on a file that another process is switching, for so many tries."""

    def __init__(self, busy_for, code=sqlite3.SQLITE_BUSY):
        self.busy_for, self.code, self.tries = busy_for, code, 0

    def execute(self, sql):
        assert sql == "PRAGMA journal_mode = WAL"
        self.tries += 1
        if self.tries <= self.busy_for:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self.code
            raise error


def test_a_file_that_another_process_is_switching_is_tried_again_for_a_while(monkeypatch):
    monkeypatch.setattr(sqlite, "_SWITCH_PAUSE_S", 0)
    patient = Contended(busy_for=3)
    sqlite._switch_to_wal(patient)
    assert patient.tries == 4
    hopeless = Contended(busy_for=10**6)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite._switch_to_wal(hopeless)
    assert hopeless.tries == sqlite._SWITCH_TRIES


def test_another_error_of_the_switch_is_raised_at_once():
    broken = Contended(busy_for=1, code=sqlite3.SQLITE_IOERR)
    with pytest.raises(sqlite3.OperationalError):
        sqlite._switch_to_wal(broken)
    assert broken.tries == 1
