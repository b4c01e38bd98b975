"""Several daily schedules in one guild: each has its rounds; history and dates are the guild's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.core.errors import GuildNotSetUp, InvalidSetting, NoOpenRound, RoundExists
from bot.core.lessons import Level
from bot.core.options import Language
from bot.core.selection import Wish
from bot.core.settings import CodeView, Manner
from bot.core.windows import Window
from bot.services.exchanging import export_settings, import_settings
from bot.services.moderating import post_now, reveal_now
from bot.services.options import set_option
from bot.services.playing import start_clock, submit_guess
from bot.services.queueing import coming, insert_lesson
from bot.services.schedules import (
    list_set_ups,
    load_set_up,
    manner_of,
    remove_schedule,
    save_schedule,
    set_paused,
)
from bot.services.standings import leaderboard, profile
from bot.services.ticking import plan_all
from tests.doubles import CHANNEL, GUILD, a_lesson, at

MO = 99
EIGHT = at("2026-03-02 08:00")


@pytest.fixture
async def ready(world):
    """Nine o'clock in one channel, six in the evening in another."""
    world.sees(*(a_lesson(pep) for pep in (8, 20, 257, 484)))
    await world.set_up()
    await world.set_up(slot=2, channel_id=CHANNEL + 1, post_time=time(18))
    return world


async def play(world, round_, player=11, hour="20:00"):
    when = at(f"{round_.puzzle_date} {hour}")
    who = {"guild_id": GUILD, "round_id": round_.id, "player_id": player}
    await start_clock(world.db, world.library, **who, at=when)
    return await submit_guess(
        world.db, world.library, **who, position=0, at=when + timedelta(seconds=9)
    )


async def test_each_schedule_posts_at_its_time_in_its_channel(ready):
    await ready.tick("2026-03-02 09:00")
    assert [message.channel_id for message in ready.announcer.messages] == [CHANNEL]
    await ready.tick("2026-03-02 18:00")
    assert [message.channel_id for message in ready.announcer.messages] == [CHANNEL, CHANNEL + 1]
    assert [round_.slot for round_ in await ready.rounds()] == [1, 2]
    assert await ready.states() == ["open", "open"]


async def test_a_post_closes_the_round_before_it_of_its_own_schedule_only(ready):
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-02 18:00")
    await ready.tick("2026-03-03 09:00")
    assert [(r.slot, str(r.state)) for r in await ready.rounds()] == [
        (1, "revealed"),
        (2, "open"),
        (1, "open"),
    ]


async def test_no_puzzle_is_repeated_across_the_schedules(ready):
    for day in ("02", "03"):
        for hour in ("09", "18"):
            await ready.tick(f"2026-03-{day} {hour}:00")
    assert len({round_.pep for round_ in await ready.rounds()}) == 4


async def test_schedules_due_at_once_post_different_lessons(ready):
    await ready.set_up(slot=2, channel_id=CHANNEL + 1, post_time=time(9))
    await ready.tick("2026-03-02 09:00")
    first, second = await ready.rounds()
    assert first.pep != second.pep


async def test_each_schedule_counts_days_in_its_own_zone(ready):
    await ready.set_up(slot=2, channel_id=CHANNEL + 1, post_time=time(6), zone="Pacific/Auckland")
    # In Auckland it is 3 March, 06:00, when UTC has 2 March, 17:00.
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-02 17:00")
    assert [(r.slot, r.puzzle_date.day) for r in await ready.rounds()] == [(1, 2), (2, 3)]
    await ready.tick("2026-03-03 09:00")
    assert [(r.slot, r.puzzle_date.day) for r in await ready.rounds()] == [(1, 2), (2, 3), (1, 3)]


async def test_a_date_is_played_by_any_of_its_rounds_and_today_is_their_sum(ready):
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-02 18:00")
    morning, evening = await ready.rounds()
    first = await play(ready, morning)
    second = await play(ready, evening)
    assert (first.streak.length, second.streak.length) == (1, 1)
    now = at("2026-03-02 21:00")
    board = await leaderboard(ready.db, GUILD, Window.TODAY, viewer_id=11, now=now)
    assert board.viewer.points == first.guess.points + second.guess.points
    assert board.viewer.guesses == 2


async def test_a_missed_morning_breaks_nothing_while_the_evening_is_open(ready):
    await ready.set_up(open_for=timedelta(hours=2))
    await ready.tick("2026-03-02 09:00")
    await play(ready, (await ready.rounds())[0], hour="10:00")
    await ready.tick("2026-03-02 18:00")
    await ready.tick("2026-03-03 09:00")
    await ready.tick("2026-03-03 11:30")
    await ready.tick("2026-03-03 18:00")
    evening = (await ready.rounds())[-1]
    record = await profile(ready.db, GUILD, 11, at("2026-03-03 19:00"))
    assert record.streak_now.length == 1
    assert (await play(ready, evening)).streak.length == 2


async def test_level_and_topic_choose_the_lessons_and_a_weekday_has_its_own_wish(ready):
    ready.sees(
        a_lesson(8, category="typing"),
        a_lesson(20, level=Level.ADVANCED),
        a_lesson(257, tags=("decorators",)),
        a_lesson(484, level=Level.ADVANCED, tags=("decorators",)),
    )
    settings = (await load_set_up(ready.db, GUILD, EIGHT)).settings
    wished = replace(
        settings,
        wish=Wish(Level.ADVANCED, "decorators"),
        weekday_wishes=((1, Wish(topic="typing")), (2, Wish(Level.BEGINNER))),
    )
    saved = await save_schedule(ready.db, wished, EIGHT)
    assert (await load_set_up(ready.db, GUILD, EIGHT)).settings == saved.settings
    for day in ("02", "03", "04"):
        await ready.tick(f"2026-03-{day} 09:00")
    assert [r.pep for r in await ready.rounds() if r.slot == 1] == [484, 8, 257]


async def test_a_wish_that_nothing_fulfils_gives_way(ready):
    settings = (await load_set_up(ready.db, GUILD, EIGHT)).settings
    await save_schedule(ready.db, replace(settings, wish=Wish(topic="nothing")), EIGHT)
    await ready.tick("2026-03-02 09:00")
    assert await ready.states() == ["open"]


async def test_a_removed_schedule_posts_no_more_and_its_open_round_ends(ready):
    await ready.tick("2026-03-02 18:00")
    await remove_schedule(ready.db, GUILD, 2, at("2026-03-02 19:00"), by=MO)
    await ready.tick("2026-03-02 19:00")
    assert [(r.slot, str(r.state)) for r in await ready.rounds()] == [(1, "open"), (2, "revealed")]
    await ready.tick("2026-03-03 18:00")
    assert [r.slot for r in await ready.rounds()] == [1, 2, 1]
    # The date is in the database all the same: adding the schedule again posts no second one.
    await ready.set_up(slot=2, channel_id=CHANNEL + 1, post_time=time(18))
    with pytest.raises(RoundExists):
        await post_now(ready.ctx, GUILD, at("2026-03-02 19:30"), slot=2)


async def test_the_only_schedule_can_t_be_removed(world):
    with pytest.raises(GuildNotSetUp):
        await remove_schedule(world.db, GUILD, 1, EIGHT)
    await world.set_up()
    for slot in (1, 2):
        with pytest.raises(InvalidSetting):
            await remove_schedule(world.db, GUILD, slot, EIGHT)


@pytest.mark.parametrize("slot", [0, 9, -1])
async def test_there_are_eight_schedules(ready, slot):
    settings = (await load_set_up(ready.db, GUILD, EIGHT)).settings
    with pytest.raises(InvalidSetting):
        await save_schedule(ready.db, replace(settings, slot=slot), EIGHT)
    with pytest.raises(InvalidSetting):
        await load_set_up(ready.db, GUILD, EIGHT, slot)


async def test_a_pause_until_an_instant_ends_by_itself(ready):
    until = date(2026, 3, 20)
    paused = await set_paused(ready.db, GUILD, EIGHT, is_paused=True, until=until, by=MO)
    assert [one.next_post_at for one in paused] == [at("2026-03-20 09:00"), at("2026-03-20 18:00")]
    await plan_all(ready.db, EIGHT)
    await ready.tick("2026-03-19 18:00")
    assert await ready.rounds() == []
    await ready.tick("2026-03-20 09:00")
    assert await ready.states() == ["open"]


async def test_a_pause_ends_as_the_day_begins_where_the_schedule_is_at_home(ready):
    await ready.set_up(post_time=time(0), zone="Asia/Kathmandu")
    [first, _] = await set_paused(ready.db, GUILD, EIGHT, is_paused=True, until=date(2026, 3, 20))
    assert first.next_post_at == at("2026-03-19 18:15")
    for day in (date(2026, 3, 2), date(2020, 1, 1)):
        with pytest.raises(InvalidSetting):
            await set_paused(ready.db, GUILD, EIGHT, is_paused=True, until=day)


async def test_a_reserved_round_waits_out_a_pause_until_a_date(ready):
    await ready.tick("2026-03-02 09:00")
    await ready.db.write(
        lambda tx: tx.execute("UPDATE rounds SET state = 'reserved', message_id = NULL")
    )
    until = date(2026, 3, 4)
    await set_paused(ready.db, GUILD, at("2026-03-02 10:00"), is_paused=True, until=until)
    await ready.tick("2026-03-02 11:00")
    assert await ready.states() == ["reserved"]
    # Its date is over: it is looked for, and was posted.
    await ready.tick("2026-03-03 11:00")
    assert await ready.states() == ["open"]


async def test_every_schedule_is_listed_with_its_next_post(ready):
    found = await list_set_ups(ready.db, GUILD, EIGHT)
    assert [(one.settings.slot, one.next_post_at.hour) for one in found] == [(1, 9), (2, 18)]
    assert await list_set_ups(ready.db, GUILD + 1, EIGHT) == ()


async def test_moderators_post_and_pause_each_of_them(ready):
    evening = await post_now(ready.ctx, GUILD, EIGHT, slot=2, by=MO)
    assert (evening.slot, evening.channel_id) == (2, CHANNEL + 1)
    morning = await post_now(ready.ctx, GUILD, EIGHT, by=MO)
    assert (morning.slot, morning.channel_id) == (1, CHANNEL)
    await ready.tick("2026-03-02 18:00")
    assert len(ready.announcer.of("post")) == 2


async def test_moderators_reveal_the_round_of_each_of_them(ready):
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-02 18:00")
    now = at("2026-03-02 19:00")
    assert (await reveal_now(ready.ctx, GUILD, now, slot=1, by=MO)).slot == 1
    assert await ready.states() == ["revealed", "open"]
    with pytest.raises(NoOpenRound) as none:
        await reveal_now(ready.ctx, GUILD, now, slot=1, by=MO)
    assert none.value.next_post_at == at("2026-03-03 09:00")
    with pytest.raises(InvalidSetting, match="there is no schedule"):
        await reveal_now(ready.ctx, GUILD, now, slot=3, by=MO)
    assert (await reveal_now(ready.ctx, GUILD, now, by=MO)).slot == 2


async def test_a_round_that_is_open_for_a_week_does_not_hold_the_boards_back(ready):
    mondays = frozenset({0})
    await ready.set_up(slot=2, post_time=time(8), weekdays=mondays, open_for=timedelta(days=6))
    await ready.set_up(open_for=timedelta(hours=4))
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-02 13:00")
    await ready.tick("2026-03-03 09:00")
    await play(ready, (await ready.rounds())[-1], hour="10:00")
    await ready.tick("2026-03-03 13:00")
    now = at("2026-03-03 14:00")
    board = await leaderboard(ready.db, GUILD, Window.TODAY, viewer_id=11, now=now)
    assert board.key == "2026-03-03"
    assert board.players == 1


async def test_what_was_planned_for_a_schedule_goes_with_it(ready):
    await insert_lesson(ready.ctx, GUILD, EIGHT, pep=484, slot=2)
    await remove_schedule(ready.db, GUILD, 2, EIGHT)
    await ready.set_up(slot=2, post_time=time(18))
    assert not any(one.is_queued for one in await coming(ready.ctx, GUILD, EIGHT))


async def test_a_file_without_a_schedule_ends_its_round(ready):
    await ready.tick("2026-03-02 18:00")
    plain = await export_settings(ready.db, GUILD)
    plain["schedules"].pop("2")
    await import_settings(ready.db, GUILD, plain, at("2026-03-02 19:00"))
    await ready.tick("2026-03-02 19:01")
    assert await ready.states() == ["open", "revealed"]


async def test_a_post_of_a_schedule_that_is_removed_meanwhile_is_withdrawn(ready, monkeypatch):
    post = ready.announcer.post

    async def slow(round_, lesson):
        posted = await post(round_, lesson)
        await remove_schedule(ready.db, GUILD, 2, at("2026-03-02 18:00"))
        return posted

    await ready.tick("2026-03-02 09:00")
    monkeypatch.setattr(ready.announcer, "post", slow)
    await ready.tick("2026-03-02 18:00")
    assert await ready.states() == ["open", "void"]
    assert ready.announcer.withdrawn == [2]


async def test_the_manner_of_a_schedule_s_messages_is_its_own_in_the_server_s_language(ready):
    both = await list_set_ups(ready.db, GUILD, at("2026-03-02 08:00"))
    evening = replace(both[1].settings, code=CodeView.TEXT, role_id=77, has_thread=True)
    await save_schedule(ready.db, evening, at("2026-03-02 08:00"))
    await set_option(ready.db, GUILD, "language", "de", at("2026-03-02 08:00"))
    assert await manner_of(ready.db, GUILD, 1) == Manner(Language.GERMAN)
    second = await manner_of(ready.db, GUILD, evening.slot)
    assert second == Manner(Language.GERMAN, CodeView.TEXT, 77, has_thread=True)
    assert await manner_of(ready.db, GUILD, 8) == Manner(Language.GERMAN)
    assert await manner_of(ready.db, GUILD + 1, 1) == Manner()
