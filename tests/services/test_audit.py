"""Each moderator's action leaves one entry, in the same transaction as what it did."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.core.audit import Deed
from bot.core.errors import GuildNotSetUp, NoOpenRound
from bot.core.schedule import ALL_WEEKDAYS
from bot.services.audit import MAX_FACT, audit_log, record
from bot.services.moderating import post_now, reveal_now
from bot.services.options import set_option
from bot.services.schedules import set_paused, set_up_guild
from tests.doubles import CHANNEL, GUILD, World, at

EIGHT, NINE = at("2026-03-02 08:00"), at("2026-03-02 09:00")
MO = 77


async def entries(world: World, guild_id: int | None = GUILD):
    return await audit_log(world.db, guild_id, limit=50)


async def set_up(world: World, zone: str, by: int | None = MO) -> None:
    await set_up_guild(
        world.db,
        guild_id=GUILD,
        channel_id=CHANNEL,
        post_time=time(9),
        zone=ZoneInfo(zone),
        weekdays=ALL_WEEKDAYS,
        open_for=None,
        now=EIGHT,
        by=by,
    )


async def test_a_set_up_tells_what_it_was_before_and_after(world):
    await set_up(world, "UTC")
    await set_up(world, "Europe/Berlin")
    second, first = await entries(world)
    assert (first.actor_id, first.deed, first.before) == (MO, Deed.SET_UP, None)
    assert "09:00 UTC" in (first.after or "")
    assert second.before == first.after
    assert "09:00 Europe/Berlin" in (second.after or "")
    assert second.done_at == EIGHT


async def test_pause_option_post_and_reveal_are_told(world):
    await set_up(world, "UTC")
    await set_paused(world.db, GUILD, EIGHT, is_paused=True, by=MO)
    await set_paused(world.db, GUILD, EIGHT, is_paused=False, by=MO)
    await set_option(world.db, GUILD, "language", "de", EIGHT, by=MO)
    await post_now(world.ctx, GUILD, EIGHT, pep=20, by=MO)
    await reveal_now(world.ctx, GUILD, NINE, by=MO)
    told = [(e.deed, e.subject, e.before, e.after) for e in reversed(await entries(world))][1:]
    assert told == [
        ("pause", None, None, None),
        ("resume", None, None, None),
        ("option", "language", "en", "de"),
        ("post", "2026-03-02", None, "PEP 20"),
        ("reveal", "2026-03-02", None, None),
    ]


async def test_what_was_refused_is_not_told(world):
    for attempt in (
        set_paused(world.db, GUILD, EIGHT, is_paused=True, by=MO),
        post_now(world.ctx, GUILD, EIGHT, by=MO),
    ):
        with pytest.raises(GuildNotSetUp):
            await attempt
    await set_up(world, "UTC")
    with pytest.raises(NoOpenRound):
        await reveal_now(world.ctx, GUILD, EIGHT, by=MO)
    assert [e.deed for e in await entries(world)] == [Deed.SET_UP]


async def test_an_action_that_is_rolled_back_is_not_told(world):
    def work(tx):
        record(tx, GUILD, Deed.OPTION, EIGHT, by=MO)
        raise RuntimeError("after the entry")

    with pytest.raises(RuntimeError):
        await world.db.write(work)
    assert await entries(world) == []


async def test_pages_follow_each_other_and_guilds_are_apart(world):
    def work(tx):
        for number in range(5):
            record(tx, GUILD + number % 2, Deed.OPTION, EIGHT, by=None, subject=str(number))

    await world.db.write(work)
    first = await audit_log(world.db, GUILD, limit=2)
    rest = await audit_log(world.db, GUILD, limit=9, before_id=first[-1].id)
    assert [e.subject for e in (*first, *rest)] == ["4", "2", "0"]
    assert [e.subject for e in await entries(world, None)] == ["4", "3", "2", "1", "0"]
    assert {e.actor_id for e in first} == {None}


async def test_a_long_fact_is_cut(world):
    await world.db.write(lambda tx: record(tx, GUILD, Deed.OPTION, NINE, by=MO, after="x" * 9_999))
    [entry] = await entries(world)
    assert len(entry.after or "") == MAX_FACT
