"""A server's own lessons by version, where two are added at once."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

from bot.storage.own_lessons import count_added, insert_own, load_own
from tests.doubles import GUILD, a_lesson, at

NOW = at("2026-03-02 08:00")


async def test_two_at_once_are_two_versions(db, engine):
    together = threading.Barrier(2, timeout=10)
    runs = []

    def add(tx, *, digest):
        count_added(tx, GUILD, NOW)
        runs.append(digest)
        # SQLite has one writer at a time. On PostgreSQL neither sees the other's, and it refuses
        # one of them for what both have read, before the primary key does: that one runs again.
        if engine == "postgres" and len(runs) <= 2:
            together.wait()
        return insert_own(tx, GUILD, a_lesson(8, digest=digest), digest, 9, NOW)

    both = (db.write(partial(add, digest=digest)) for digest in ("one", "two"))
    versions = dict(zip(("one", "two"), await asyncio.gather(*both), strict=True))
    assert sorted(versions.values()) == [1, 2]
    newest = await db.read(lambda tx: load_own(tx, GUILD, 8))
    assert versions[newest.source] == newest.version == 2
