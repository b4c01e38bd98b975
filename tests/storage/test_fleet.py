"""The claim on a server's database: alone for all, shared shard by shard, and what ends it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, closing

import pytest

from bot.core.errors import DatabaseInUse, StorageUnavailable
from bot.core.shards import ALL, Shards
from bot.storage import fleet
from bot.storage.claim import agree_on_count, bot_claimed
from bot.storage.database import open_database
from bot.storage.postgres import Server, lock_key
from tests.engines import NEEDS_POSTGRES, blank_schema, migrated_schema, other_process

pytestmark = NEEDS_POSTGRES

FIRST, SECOND = Shards(2, (0,)), Shards(2, (1,))


@pytest.fixture
def where():
    with blank_schema() as address:
        yield address


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(fleet, "PATIENCE", 0.5)
    monkeypatch.setattr(fleet, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(fleet, "RETAKE_PATIENCE", 0.1)


async def refused(address, shards):
    with pytest.raises(DatabaseInUse) as refusal:
        async with bot_claimed(address, shards):
            pytest.fail("it was claimed twice")
    return str(refusal.value)


async def test_a_bot_for_all_servers_lets_nobody_else_in_and_a_schema_is_a_database(where):
    with blank_schema() as elsewhere:
        async with bot_claimed(where) as claim, bot_claimed(elsewhere):
            assert claim.is_alone
            await claim.share()
            assert claim.is_alone
            for shards in (ALL, FIRST):
                assert "Another bot is running on postgresql://" in await refused(where, shards)
    async with bot_claimed(where):
        pass


async def test_processes_with_shards_of_their_own_share_it_once_the_first_has_started(where):
    async with bot_claimed(where, FIRST) as one:
        assert one.is_alone
        await refused(where, SECOND)
        await one.share()
        assert not one.is_alone
        async with bot_claimed(where, SECOND) as two:
            assert not two.is_alone
            assert "serves shard 1 of 2" in await refused(where, SECOND)
            assert "Another bot" in await refused(where, ALL)
        async with bot_claimed(where, SECOND):
            pass


async def test_one_that_waits_for_the_start_of_another_gets_in(where, monkeypatch):
    monkeypatch.setattr(fleet, "PATIENCE", 30)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(bot_claimed(where, FIRST))
        waiting = asyncio.create_task(stack.enter_async_context(bot_claimed(where, SECOND)))
        await asyncio.sleep(0)
        assert not waiting.done()
        await one.share()
        assert not (await waiting).is_alone


async def test_processes_that_count_differently_are_refused():
    with migrated_schema() as (address, _):
        async with open_database(address) as db, bot_claimed(address, FIRST) as one:
            await agree_on_count(db, one, FIRST)
            await one.share()
            async with bot_claimed(address, SECOND) as two:
                await agree_on_count(db, two, SECOND)
            async with bot_claimed(address, Shards(3, (2,))) as three:
                with pytest.raises(DatabaseInUse, match="SHARD_COUNT=2, and this one with 3"):
                    await agree_on_count(db, three, Shards(3, (2,)))


async def until(holds):
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  (a thread's doing)
            await asyncio.sleep(0.01)


def end_session(address, claim):
    number = claim._connection.info.backend_pid
    with other_process(address) as other:
        other.one("SELECT pg_terminate_backend(CAST(?1 AS INTEGER), 5000)", number)


async def test_a_lost_session_is_taken_again_with_all_its_locks(where):
    async with bot_claimed(where, FIRST) as claim:
        await claim.share()
        session = claim._connection
        end_session(where, claim)
        await until(lambda: claim._connection not in (None, session) and not claim.is_alone)
        assert not claim.lost.is_set()
        assert "shard 0 of 2" in await refused(where, FIRST)
        async with bot_claimed(where, SECOND):
            pass


async def test_a_claim_that_another_has_taken_meanwhile_is_lost(where, monkeypatch):
    async with bot_claimed(where, FIRST) as claim:
        await claim.share()
        monkeypatch.setattr(claim, "_look", lambda: None)
        end_session(where, claim)
        with closing(Server(where).connect()) as other:
            schema = other.execute("SELECT current_schema()").fetchone()[0]
            key = lock_key(schema, "shard 0 of 2")
            assert other.execute("SELECT pg_try_advisory_lock($1)", (key,)).fetchone()[0]
            monkeypatch.undo()
            monkeypatch.setattr(fleet, "LOOK_EVERY", 0.02)
            monkeypatch.setattr(fleet, "RETAKE_PATIENCE", 0.1)
            await asyncio.wait_for(claim.lost.wait(), 10)


async def test_a_server_that_is_away_for_a_while_costs_no_claim(where, monkeypatch):
    async with bot_claimed(where) as claim:
        session, connect = claim._connection, claim._server.connect
        tries = []

        def away():
            tries.append(1)
            if len(tries) < 20:
                raise StorageUnavailable("away")
            return connect()

        monkeypatch.setattr(claim._server, "connect", away)
        end_session(where, claim)
        await until(lambda: claim._connection not in (None, session))
        assert not claim.lost.is_set()
