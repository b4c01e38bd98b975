"""A database that measures is the database inside, and notes how each transaction went."""

from __future__ import annotations

import pytest

from bot.core.errors import StorageUnavailable
from bot.storage.measured import MeasuredDatabase
from tests.doubles import RecordingMeter


async def test_each_transaction_is_done_inside_and_noted(db):
    meter = RecordingMeter()
    measured = MeasuredDatabase(db, meter)
    assert measured.address == db.address
    sql = "INSERT INTO bot_state (key, value) VALUES ('a', 'b')"
    assert await measured.write(lambda tx: tx.execute(sql)) == 1
    assert await measured.read(lambda tx: tx.scalar("SELECT value FROM bot_state")) == "b"
    assert meter.noted == [("database", "write", "ok"), ("database", "read", "ok")]


@pytest.mark.parametrize(
    ("failure", "outcome"), [(StorageUnavailable("locked"), "unavailable"), (KeyError(1), "undone")]
)
async def test_what_the_work_raises_is_raised_and_noted(db, failure, outcome):
    meter = RecordingMeter()

    def work(_):
        raise failure

    for attempt in (MeasuredDatabase(db, meter).write, MeasuredDatabase(db, meter).read):
        with pytest.raises(type(failure)):
            await attempt(work)
    assert {noted[2] for noted in meter.noted} == {outcome}
