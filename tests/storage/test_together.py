"""Group commit: together in one commit, and each as atomic as alone."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from bot.core.errors import StorageUnavailable
from bot.storage import sqlite
from bot.storage.database import open_database
from bot.storage.together import run_together


def add(text):
    return lambda tx: tx.execute("INSERT INTO notes (t) VALUES (?1)", text)


def count(tx):
    return tx.scalar("SELECT count(*) FROM notes")


@pytest.fixture
def connection(tmp_path):
    made = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    made.row_factory = sqlite3.Row
    made.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT UNIQUE)")
    yield made
    made.close()


@pytest.fixture
def statements(connection):
    seen = []
    connection.set_trace_callback(seen.append)
    return seen


def texts(connection):
    return [row["t"] for row in connection.execute("SELECT t FROM notes ORDER BY id")]


def test_what_waits_together_shares_one_commit_and_sees_what_came_before_it(connection, statements):
    outcomes = run_together(connection, [add("a"), count, add("b"), count])
    assert [outcome.result for outcome in outcomes] == [1, 1, 1, 2]
    assert statements.count("COMMIT") == 1
    assert texts(connection) == ["a", "b"]


def test_one_that_is_refused_before_it_changed_anything_holds_nobody_up(connection, statements):
    def refused(tx):
        count(tx)
        raise KeyError("a rule")

    outcomes = run_together(connection, [add("a"), refused, add("b")])
    assert [type(o.failure) for o in outcomes] == [type(None), KeyError, type(None)]
    assert statements.count("COMMIT") == 1
    assert texts(connection) == ["a", "b"]


def test_one_that_raises_takes_its_own_rows_back_and_nobody_else_s(connection, statements):
    def half(tx):
        add("lost")(tx)
        raise KeyError("mine")

    outcomes = run_together(connection, [add("a"), half, add("a"), add("b")])
    assert [type(outcome.failure) for outcome in outcomes] == [
        type(None), KeyError, sqlite3.IntegrityError, type(None),
    ]  # fmt: skip
    assert statements.count("COMMIT") == 2, "those that were run again, each alone"
    assert texts(connection) == ["a", "b"]


def test_where_sqlite_ends_the_whole_each_is_run_again_alone(connection, statements):
    def ends_the_whole(tx):
        add("lost")(tx)
        tx.execute("ROLLBACK")  # as SQLite does by itself where the disk is full
        raise sqlite3.OperationalError("database or disk is full")

    outcomes = run_together(connection, [add("a"), ends_the_whole, add("b")])
    assert [outcome.failure is None for outcome in outcomes] == [True, False, True]
    assert statements.count("COMMIT") == 2
    assert texts(connection) == ["a", "b"]


class RefusesCommits:
    """A connection whose first COMMIT fails, as on a disk that is full for a moment."""

    def __init__(self, connection, refusals):
        self._connection, self._refusals = connection, refusals

    @property
    def in_transaction(self):
        return self._connection.in_transaction

    @property
    def total_changes(self):
        return self._connection.total_changes

    def execute(self, sql, *values):
        if sql == "COMMIT" and self._refusals:
            self._refusals -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *values)


@pytest.mark.parametrize(("refusals", "kept"), [(1, ["a", "b"]), (2, ["b"]), (3, [])])
def test_nobody_is_told_of_a_commit_that_was_refused(connection, refusals, kept):
    outcomes = run_together(RefusesCommits(connection, refusals), [add("a"), add("b")])
    assert [o.result for o in outcomes if o.failure is None] == [1] * len(kept)
    assert texts(connection) == kept


def test_all_wait_once_for_a_lock_that_another_process_keeps(connection, tmp_path):
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tries = []
    connection.execute("PRAGMA busy_timeout = 0")
    connection.set_trace_callback(tries.append)
    outcomes = run_together(connection, [add(str(n)) for n in range(9)])
    assert [o.failure.sqlite_errorcode for o in outcomes] == [sqlite3.SQLITE_BUSY] * 9
    assert len(tries) <= 1
    other.close()


async def test_writes_that_come_while_one_is_written_go_together(tmp_path):
    batches = []
    real = sqlite.run_together

    def watched(connection, works):
        batches.append(len(works))
        return real(connection, works)

    async with open_database(tmp_path / "bot.db") as db:
        await db.write(lambda tx: tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite, "run_together", watched)
            results = await asyncio.gather(*(db.write(add(str(n))) for n in range(100)))
        assert results == [1] * 100
        assert batches == [sqlite.TOGETHER, 100 - sqlite.TOGETHER]
        assert await db.read(count) == 100


async def test_a_failure_that_may_pass_is_told_as_such_to_each(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await db.write(lambda tx: tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)"))
        other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await db._writer.execute("PRAGMA busy_timeout = 0")
        told = await asyncio.gather(*(db.write(add("x")) for _ in range(3)), return_exceptions=True)
        assert [type(failure) for failure in told] == [StorageUnavailable] * 3
        other.close()
        assert await db.write(add("next")) == 1


async def test_closing_finishes_what_was_begun_though_nobody_waits_for_it(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await db.write(lambda tx: tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)"))
        task = asyncio.create_task(db.write(add("a")))
        await asyncio.sleep(0)
        task.cancel()
    async with open_database(tmp_path / "bot.db") as db:
        assert await db.read(count) == 1


async def test_nobody_waits_for_ever_on_a_connection_that_is_closed(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await db._writer.close()
        with pytest.raises(ValueError, match="connection"):
            await db.write(count)
