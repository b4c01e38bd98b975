"""A reminder comes once a date, never for a round that is played, and never twice after a crash."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import AnnounceFailed, GuildNotSetUp, InboxClosed
from bot.core.reminders import AtTime, BeforeClose, Reminder
from bot.core.shards import ALL, Shards, shard_of
from bot.services.playing import start_clock, submit_guess
from bot.services.privacy import note_guilds
from bot.services.reminding import (
    claim_telling,
    players_to_tell,
    reminders_of,
    send_reminders,
    set_reminder,
    switch_off,
    zone_for,
)
from tests.doubles import GUILD, Crash, FakeCourier, at

PLAYER = 11
EVENING = AtTime(time(19), ZoneInfo("UTC"))


@pytest.fixture
async def opened(world):
    """A round is open from 09:00, for a day; the player asked for 19:00."""
    world.courier = FakeCourier()
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    await ask(world)
    return world


async def ask(world, when=EVENING, player_id=PLAYER, now="2026-03-02 10:00", guild_id=GUILD):
    return await set_reminder(world.db, Reminder(player_id, guild_id, "en-GB", when), at(now))


async def remind(world, now, *, is_stopping=lambda: False, shards=ALL):
    return await send_reminders(
        *(world.db, world.library, world.courier, at(now)), is_stopping=is_stopping, shards=shards
    )


async def play(world, when="2026-03-02 12:00", round_id=1):
    press = {"guild_id": GUILD, "round_id": round_id, "player_id": PLAYER, "at": at(when)}
    await start_clock(world.db, world.library, **press)
    await submit_guess(world.db, world.library, position=0, **press)


def sent(world):
    return [(due.player_id, str(due.round.puzzle_date)) for due in world.courier.reminded]


async def test_it_comes_at_its_time_and_once(opened):
    await remind(opened, "2026-03-02 18:59")
    assert sent(opened) == []
    await remind(opened, "2026-03-02 19:00")
    await remind(opened, "2026-03-02 19:01")
    assert sent(opened) == [(PLAYER, "2026-03-02")]
    assert opened.courier.reminded[0].language == "en-GB"
    assert opened.courier.reminded[0].title.startswith("The lesson on")


async def test_each_day_again(opened):
    await remind(opened, "2026-03-02 19:00")
    await opened.tick("2026-03-03 09:00")
    await remind(opened, "2026-03-03 19:00")
    assert sent(opened) == [(PLAYER, "2026-03-02"), (PLAYER, "2026-03-03")]


async def test_not_on_a_day_that_is_played(opened):
    await play(opened)
    await remind(opened, "2026-03-02 19:00")
    assert sent(opened) == []
    await opened.tick("2026-03-03 09:00")
    await remind(opened, "2026-03-03 19:00")
    assert sent(opened) == [(PLAYER, "2026-03-03")]


async def test_not_where_no_round_is_open(opened):
    await opened.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'scored'"))
    await remind(opened, "2026-03-02 19:00")
    assert sent(opened) == []


@pytest.mark.parametrize("when", [EVENING, BeforeClose(timedelta(hours=2))])
async def test_not_of_a_server_that_the_bot_has_left(opened, when):
    await ask(opened, when)
    await note_guilds(opened.db, [], at("2026-03-02 11:00"))
    await remind(opened, "2026-03-02 19:00")
    await remind(opened, "2026-03-03 07:30")
    assert sent(opened) == []


async def test_so_long_before_the_end(opened):
    await ask(opened, BeforeClose(timedelta(hours=2)))
    await remind(opened, "2026-03-02 19:00")
    await remind(opened, "2026-03-03 06:59")
    assert sent(opened) == []
    await remind(opened, "2026-03-03 07:00")
    await remind(opened, "2026-03-03 07:01")
    assert sent(opened) == [(PLAYER, "2026-03-02")]


async def test_before_the_end_not_when_it_is_played_or_over(opened):
    await ask(opened, BeforeClose(timedelta(hours=2)))
    await remind(opened, "2026-03-03 09:00")
    assert sent(opened) == []
    await play(opened)
    await remind(opened, "2026-03-03 08:00")
    assert sent(opened) == []


async def test_after_a_long_outage_it_is_left_out_and_the_next_comes(opened):
    await remind(opened, "2026-03-02 22:01")
    assert sent(opened) == []
    await opened.tick("2026-03-03 09:00")
    await remind(opened, "2026-03-03 19:00")
    assert sent(opened) == [(PLAYER, "2026-03-03")]


async def test_after_a_short_outage_it_comes_late(opened):
    await remind(opened, "2026-03-02 21:59")
    assert sent(opened) == [(PLAYER, "2026-03-02")]


@pytest.mark.parametrize("when", [EVENING, BeforeClose(timedelta(hours=12))])
async def test_a_crash_while_sending_never_sends_it_twice(opened, when):
    await ask(opened, when)
    opened.courier.crash = True
    with pytest.raises(Crash):
        await remind(opened, "2026-03-02 21:30")
    opened.courier.crash = False
    opened.restarted()
    await remind(opened, "2026-03-02 21:31")
    assert len(opened.courier.tried) == 1


async def test_two_processes_at_once_send_it_once(opened):
    for player in range(30):
        await ask(opened, player_id=100 + player)
    await asyncio.gather(*(remind(opened, "2026-03-02 19:00") for _ in range(3)))
    assert len(sent(opened)) == len(set(sent(opened))) == 31


@pytest.mark.parametrize("when", [EVENING, BeforeClose(timedelta(hours=12))])
async def test_what_discord_did_not_take_is_tried_three_times_in_all(opened, when):
    await ask(opened, when)
    opened.courier.failures = [AnnounceFailed("503")] * 9
    for minute in range(30, 50):
        await remind(opened, f"2026-03-02 21:{minute}")
    assert len(opened.courier.tried) == 3
    assert sent(opened) == []


async def test_a_second_try_gets_through_and_is_the_last(opened):
    opened.courier.failures = [AnnounceFailed("503")]
    for minute in range(10):
        await remind(opened, f"2026-03-02 19:0{minute}")
    assert len(opened.courier.tried) == 2
    assert sent(opened) == [(PLAYER, "2026-03-02")]


async def test_a_closed_inbox_switches_off_and_is_told_once(opened):
    opened.courier.failures = [InboxClosed(PLAYER)]
    assert await remind(opened, "2026-03-02 19:00") == {PLAYER}
    assert await reminders_of(opened.db, PLAYER) == []
    opened.restarted()
    assert await players_to_tell(opened.db) == {PLAYER}
    told = await asyncio.gather(*(claim_telling(opened.db, PLAYER) for _ in range(3)))
    assert told.count(True) == 1
    assert await players_to_tell(opened.db) == set()
    await opened.tick("2026-03-03 09:00")
    await remind(opened, "2026-03-03 19:00")
    assert len(opened.courier.tried) == 1


async def test_asking_again_after_a_closed_inbox_switches_on(opened):
    opened.courier.failures = [InboxClosed(PLAYER)]
    await remind(opened, "2026-03-02 19:00")
    await ask(opened, now="2026-03-02 20:00")
    await opened.tick("2026-03-03 09:00")
    await remind(opened, "2026-03-03 19:00")
    assert sent(opened) == [(PLAYER, "2026-03-03")]


async def test_one_s_closed_inbox_keeps_nobody_waiting(opened):
    for player in range(45):
        await ask(opened, player_id=100 + player)
    opened.courier.failures = [InboxClosed(PLAYER)]
    await remind(opened, "2026-03-02 19:00")
    assert len(sent(opened)) == 45


async def test_a_stop_begins_no_further_batch(opened):
    for player in range(45):
        await ask(opened, player_id=100 + player)
    stops = iter((False, True))
    await remind(opened, "2026-03-02 19:00", is_stopping=lambda: next(stops))
    assert len(sent(opened)) == 20
    await remind(opened, "2026-03-02 19:01")
    assert len(sent(opened)) == 46


async def test_switched_off_it_is_off(opened):
    assert await switch_off(opened.db, PLAYER, GUILD)
    assert not await switch_off(opened.db, PLAYER, GUILD)
    await remind(opened, "2026-03-02 19:00")
    assert sent(opened) == []


async def test_changed_after_it_came_it_does_not_come_again_that_day(opened):
    await remind(opened, "2026-03-02 19:00")
    await ask(opened, AtTime(time(20), ZoneInfo("UTC")), now="2026-03-02 19:30")
    await remind(opened, "2026-03-02 20:00")
    assert len(sent(opened)) == 1


async def test_the_zone_is_the_member_s_last_or_the_server_s(opened):
    assert (await zone_for(opened.db, 12, GUILD)).key == "UTC"
    await ask(opened, AtTime(time(7), ZoneInfo("Asia/Tokyo")), player_id=12)
    assert (await zone_for(opened.db, 12, GUILD)).key == "Asia/Tokyo"


async def test_where_nothing_is_set_up_there_is_nothing_to_be_reminded_of(opened):
    with pytest.raises(GuildNotSetUp):
        await ask(opened, guild_id=GUILD + 1)


@pytest.mark.parametrize("when", [EVENING, BeforeClose(timedelta(hours=12))])
async def test_of_several_processes_the_one_with_the_server_s_shard_sends(opened, when):
    await ask(opened, when)
    mine = shard_of(GUILD, 3)
    await remind(opened, "2026-03-02 21:30", shards=Shards(3, ((mine + 1) % 3, (mine + 2) % 3)))
    assert sent(opened) == []
    await remind(opened, "2026-03-02 21:30", shards=Shards(3, (mine,)))
    assert sent(opened) == [(PLAYER, "2026-03-02")]


async def test_a_failed_one_does_not_bring_yesterday_s_again(world):
    world.courier = FakeCourier()
    await world.set_up(open_for=timedelta(hours=40))
    await ask(world, BeforeClose(timedelta(hours=12)))
    await world.tick("2026-03-02 09:00")
    await remind(world, "2026-03-03 14:00")
    await world.tick("2026-03-03 15:00")
    await ask(world, EVENING, now="2026-03-03 15:30")
    world.courier.failures = [AnnounceFailed("503")]
    await remind(world, "2026-03-03 19:00")
    await play(world, "2026-03-03 19:01", round_id=2)
    await ask(world, BeforeClose(timedelta(hours=12)))
    await remind(world, "2026-03-03 19:05")
    assert sent(world) == [(PLAYER, "2026-03-02")]


async def test_the_title_is_that_of_the_lesson_that_was_posted(opened):
    title = opened.library.get((await opened.rounds())[0].pep).title
    opened.sees()
    await remind(opened, "2026-03-02 19:00")
    assert [due.title for due in opened.courier.reminded] == [title]
