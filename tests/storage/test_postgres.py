"""What only a server does: refuse one of two, go away and come back, hold values its own way."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from bot.config import database_address
from bot.core.errors import ConfigError, StorageUnavailable
from bot.storage import postgres
from bot.storage.database import open_database
from bot.storage.postgres import TRIES, Server, lock_key
from tests.engines import (
    NEEDS_POSTGRES,
    blank_schema,
    other_process,
)

pytestmark = NEEDS_POSTGRES


@pytest.fixture
def where():
    with blank_schema() as address:
        yield address


@pytest.fixture
async def db(where):
    async with open_database(where) as database:
        await database.write(
            lambda tx: tx.define("CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER, t TEXT)")
        )
        yield database


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(postgres, "_PAUSE_S", 0)


def pid(tx):
    return tx.scalar("SELECT pg_backend_pid()")


async def test_two_that_read_what_the_other_writes_leave_the_state_of_one_after_the_other(db):
    """On snapshots alone both would see an empty table, and both insert."""
    together = threading.Barrier(2, timeout=10)
    runs = []

    def only_if_empty(tx):
        runs.append(1)
        count = tx.scalar("SELECT count(*) FROM notes")
        if len(runs) <= 2:
            together.wait()
        if not count:
            tx.execute("INSERT INTO notes (n) VALUES (1)")
        return count

    counts = await asyncio.gather(db.write(only_if_empty), db.write(only_if_empty))
    assert sorted(counts) == [0, 1]
    assert len(runs) == 3
    assert await db.read(lambda tx: tx.scalar("SELECT count(*) FROM notes")) == 1


async def test_a_write_that_is_refused_for_ever_is_given_up_and_stores_nothing(db):
    runs = []

    def unlucky(tx):
        runs.append(1)
        tx.execute("INSERT INTO notes (n) VALUES (1)")
        raise psycopg.errors.SerializationFailure

    with pytest.raises(StorageUnavailable, match=f"{TRIES} tries"):
        await db.write(unlucky)
    assert len(runs) == TRIES
    assert await db.read(lambda tx: tx.scalar("SELECT count(*) FROM notes")) == 0


async def test_a_deadlock_costs_one_of_them_another_run(db):
    await db.write(lambda tx: tx.execute("INSERT INTO notes (id, n) VALUES (1, 0), (2, 0)"))
    together = threading.Barrier(2, timeout=10)
    runs = []

    def crossing(first, second):
        def work(tx):
            runs.append(1)
            tx.execute("UPDATE notes SET n = n + 1 WHERE id = ?1", first)
            if len(runs) <= 2:
                together.wait()
            tx.execute("UPDATE notes SET n = n + 1 WHERE id = ?1", second)

        return work

    await asyncio.gather(db.write(crossing(1, 2)), db.write(crossing(2, 1)))
    assert {row["n"] for row in await db.read(lambda tx: tx.all("SELECT n FROM notes"))} == {2}


async def test_a_connection_that_ended_while_idle_is_made_again_unnoticed(db, where):
    writer, reader = await db.write(pid), await db.read(pid)
    with other_process(where) as other:
        for number in (writer, reader):
            other.one("SELECT pg_terminate_backend(CAST(?1 AS INTEGER), 5000)", number)
    assert await db.write(pid) != writer
    assert await db.read(pid) != reader


async def test_a_connection_lost_half_way_stores_nothing_and_says_so(db, where):
    def cut_off(tx):
        tx.execute("INSERT INTO notes (n) VALUES (1)")
        with other_process(where) as other:
            other.one("SELECT pg_terminate_backend(CAST(?1 AS INTEGER), 5000)", pid(tx))
        tx.execute("INSERT INTO notes (n) VALUES (2)")

    with pytest.raises(StorageUnavailable):
        await db.write(cut_off)
    assert await db.write(lambda tx: tx.execute("INSERT INTO notes (n) VALUES (3)")) == 1
    assert [r["n"] for r in await db.read(lambda tx: tx.all("SELECT n FROM notes"))] == [3]


async def test_a_lock_that_another_holds_is_waited_for_only_so_long(where, monkeypatch):
    monkeypatch.setattr(postgres, "_SESSION", ("SET lock_timeout = 50",))
    async with open_database(where) as db:
        await db.write(lambda tx: tx.define("CREATE TABLE notes (n INTEGER)"))
        with closing(Server(where).connect()) as other:
            other.execute("BEGIN")
            other.execute("LOCK TABLE notes")
            with pytest.raises(StorageUnavailable, match="lock timeout"):
                await db.write(lambda tx: tx.execute("INSERT INTO notes (n) VALUES (1)"))


async def test_a_server_that_only_reads_stores_nothing_and_says_so(where):
    standby = replace(where, conninfo=where.conninfo + "%20-cdefault_transaction_read_only%3Don")
    async with open_database(standby) as db:
        with pytest.raises(StorageUnavailable, match="only reads"):
            await db.write(lambda tx: tx.define("CREATE TABLE notes (n INTEGER)"))


async def test_a_role_that_may_not_make_tables_is_told_so(where):
    nowhere = replace(where, conninfo=where.conninfo + "_that_is_not_there")
    async with open_database(nowhere) as db:
        with pytest.raises(StorageUnavailable, match="schema"):
            await db.write(lambda tx: tx.define("CREATE TABLE notes (n INTEGER)"))


async def test_a_server_that_is_away_is_told_without_the_password_and_not_asked_at_once_again(
    tmp_path,
):
    address = database_address(f"postgresql://bot:hunter2@/name?host={tmp_path}")
    server = Server(address)
    for why in ("can't be reached", "tried again in a moment"):
        with pytest.raises(StorageUnavailable, match=why) as refusal:
            server.connect()
        assert "hunter2" not in str(refusal.value)
    server._retry_at = 0
    with pytest.raises(StorageUnavailable, match="can't be reached"):
        server.connect()
    with pytest.raises(StorageUnavailable):
        async with open_database(address):
            pytest.fail("it was opened")


def test_a_url_that_libpq_cannot_read_is_refused_without_the_password(tmp_path):
    address = database_address(f"postgresql://bot:hunter2@{tmp_path.name}/name?hunter2=%zz")
    with pytest.raises(ConfigError) as refusal:
        Server(address)
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__suppress_context__


async def test_a_transaction_that_hides_a_failure_is_not_committed_in_silence(db):
    def hides(tx):
        tx.execute("INSERT INTO notes (id, n) VALUES (1, 1)")
        with pytest.raises(psycopg.IntegrityError):
            tx.execute("INSERT INTO notes (id, n) VALUES (1, 2)")

    with pytest.raises(RuntimeError, match="went on"):
        await db.write(hides)
    assert await db.read(lambda tx: tx.scalar("SELECT count(*) FROM notes")) == 0


async def test_values_come_back_as_sqlite_gives_them(db):
    def work(tx):
        for n, t in ((1 << 62, "a\0b"), (-5, ""), (None, None), (True, "é🐍")):
            tx.execute("INSERT INTO notes (n, t) VALUES (?1, ?2)", n, t)
        return tx.all("SELECT n, t FROM notes ORDER BY id"), tx.one(
            "SELECT sum(n) AS total, avg(n) AS mean, count(n) AS many FROM notes WHERE n < 10"
        )

    rows, sums = await db.write(work)
    assert [tuple(row) for row in rows] == [(1 << 62, "a\0b"), (-5, ""), (None, None), (1, "é🐍")]
    assert (sums["total"], sums["mean"], sums["many"]) == (-4, -2.0, 2)
    assert [type(value) for value in sums] == [int, float, int]


async def test_a_row_is_read_by_name_by_index_and_in_order(db):
    row = await db.read(lambda tx: tx.one("SELECT 7 AS seven, 'x' AS letter"))
    assert (row["seven"], row[0], row[-1], len(row)) == (7, 7, "x", 2)
    assert row.keys() == ["seven", "letter"]
    assert dict(row) == {"seven": 7, "letter": "x"}
    assert repr(row) == "PostgresRow({'seven': 7, 'letter': 'x'})"
    with pytest.raises(KeyError):
        row["eight"]
    with pytest.raises(IndexError):
        row[2]


async def test_works_of_which_one_at_a_time_may_run_follow_each_other(where):
    """Each sees what the one before it has done, in whichever process that was."""

    def make(tx):
        if not tx.has_table("made"):
            tx.define("CREATE TABLE made (n INTEGER)")
            tx.execute("INSERT INTO made VALUES (1)")

    async with open_database(where) as one, open_database(where) as other:
        await asyncio.gather(*(db.write_alone(make) for db in (one, other) * 3))
        assert await one.read(lambda tx: tx.scalar("SELECT count(*) FROM made")) == 1


async def test_more_works_than_connections_wait_their_turn(db):
    def add(tx):
        return tx.execute("INSERT INTO notes (n) VALUES (1)")

    assert await asyncio.gather(*(db.write(add) for _ in range(30))) == [1] * 30


def test_schemas_have_locks_of_their_own():
    assert lock_key("one", "alone") != lock_key("two", "alone")
    assert -(1 << 63) <= lock_key("one", "alone") < 1 << 63
