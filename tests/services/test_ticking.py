"""What a tick does for many guilds, after downtime, and at the edges of days."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.core.errors import AnnounceFailed
from bot.core.health import NothingRuns, PuzzlesAside, RoundWaits
from bot.core.shards import Shards
from bot.services import ticking
from bot.services.health import round_problems
from bot.services.memory import recall, remember
from bot.services.moderating import post_now
from bot.services.schedules import remove_schedule, set_paused
from bot.services.ticking import advance_guild, due_guilds, plan_all
from bot.services.truth import set_aside
from bot.storage.rounds import mark_closing
from bot.storage.values import from_ms
from tests.doubles import CHANNEL, GUILD, Crash, at, ran
from tests.engines import other_process

NINE = at("2026-03-02 09:00")
OUTAGE = AnnounceFailed("Discord is down")
BARRED = AnnounceFailed("no permission", is_lasting=True)


@pytest.fixture
async def ready(world):
    await world.set_up()
    return world


async def test_nothing_happens_before_its_time(ready):
    assert await ready.tick("2026-03-02 08:59") == []
    assert await ready.rounds() == []


async def test_a_week_of_ticks_posts_once_a_day_and_reveals_once_a_day(ready):
    now = at("2026-03-02 08:30")
    while now < at("2026-03-09 08:59"):
        await ready.tick(now)
        now += timedelta(minutes=30)
    posts = ready.announcer.of("post")
    assert [post.posted.posted_at for post in posts] == [NINE + timedelta(days=n) for n in range(7)]
    assert await ready.states() == ["revealed"] * 6 + ["open"]
    kinds = [message.kind for message in ready.announcer.messages]
    assert kinds == ["post", *["reveal", "post"] * 6]


async def test_a_tick_between_posts_has_no_guild_to_look_at(ready):
    await ready.tick(NINE)
    assert await ready.tick("2026-03-02 12:00") == []


async def test_a_post_takes_five_transactions_beside_its_announcer_s(ready):
    """Each is a hop to a thread and back, and ten thousand servers may post in one minute."""
    seen = []

    class Counting:
        async def read(self, work):
            seen.append("read")
            return await ready.db.read(work)

        async def write(self, work):
            seen.append("write")
            return await ready.db.write(work)

    await advance_guild(replace(ready.ctx, db=Counting()), GUILD, NINE)
    assert seen == ["read", "read", "write", "write", "write"]
    assert await ready.states() == ["open"]


async def test_the_next_post_is_planned_as_the_date_is_reserved(ready):
    """A crash from there on is the round's, found by its state, and no post that is due."""
    ready.crashing_after(1)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    ready.restarted()
    planned = await ready.db.read(lambda tx: tx.scalar("SELECT next_post_at FROM schedules"))
    assert from_ms(planned) == at("2026-03-03 09:00")
    await ready.tick("2026-03-02 09:01")
    assert await ready.states() == ["open"]


async def test_after_downtime_the_day_s_post_still_comes(ready):
    """A new process plans first and ticks then, as the ticker does."""
    now = at("2026-03-02 14:00")
    ready.restarted()
    await plan_all(ready.db, now)
    await ready.tick(now)
    assert len(ready.announcer.of("post")) == 1
    assert await ready.states() == ["open"]


async def test_after_days_of_downtime_only_today_s_post_comes(ready):
    await ready.tick(NINE)
    now = at("2026-03-06 14:00")
    ready.restarted()
    await plan_all(ready.db, now)
    await ready.tick(now)
    assert [round_.puzzle_date.day for round_ in await ready.rounds()] == [2, 6]
    assert await ready.states() == ["revealed", "open"]
    assert [message.kind for message in ready.announcer.messages] == ["post", "reveal", "post"]


async def test_planning_again_after_the_post_plans_tomorrow_s(ready):
    await ready.tick(NINE)
    await plan_all(ready.db, at("2026-03-02 12:00"))
    assert await due_guilds(ready.db, at("2026-03-03 08:59")) == []
    assert await due_guilds(ready.db, at("2026-03-03 09:00")) == [GUILD]


async def test_planning_covers_every_guild_and_leaves_the_paused_unplanned(ready):
    await ready.set_up(guild_id=GUILD + 1, post_time=time(10))
    await ready.set_up(guild_id=GUILD + 2)
    await set_paused(ready.db, GUILD + 2, NINE, is_paused=True)
    await ready.db.write(lambda tx: tx.execute("UPDATE schedules SET next_post_at = 0"))
    await plan_all(ready.db, at("2026-03-02 08:00"))
    assert await due_guilds(ready.db, at("2026-03-02 09:59")) == [GUILD]
    assert await due_guilds(ready.db, at("2026-03-03 10:00")) == [GUILD, GUILD + 1]


async def test_members_get_a_turn_at_the_database_while_many_guilds_are_planned(world, monkeypatch):
    monkeypatch.setattr(ticking, "PLANNED_AT_ONCE", 2)
    for n in range(5):
        await world.set_up(guild_id=GUILD + n)
    await world.db.write(lambda tx: tx.execute("UPDATE schedules SET next_post_at = NULL"))
    steps = world.crashing_after(2)
    with pytest.raises(Crash):
        await plan_all(world.ctx.db, at("2026-03-02 08:00"))
    assert steps.passed == ["commit", "commit"]
    assert len(await due_guilds(world.db, NINE)) == 4
    world.restarted()
    await plan_all(world.ctx.db, at("2026-03-02 08:00"))
    assert len(await due_guilds(world.db, NINE)) == 5


async def test_a_guild_with_nothing_to_post_is_tried_again_the_same_day_but_not_at_each_tick(ready):
    lessons = tuple(ready.library)
    ready.sees()
    await ready.tick(NINE)
    assert await ready.rounds() == []
    assert await ready.tick("2026-03-02 09:01") == []
    ready.sees(*lessons)
    await ready.tick("2026-03-02 09:30")
    assert await ready.states() == ["open"]


async def test_one_guild_s_failure_is_its_own(ready):
    for number in range(1, 4):
        await ready.set_up(guild_id=GUILD + number, channel_id=CHANNEL + number)
    ready.announcer.bar("post", CHANNEL + 1, OUTAGE)
    ready.announcer.bar("post", CHANNEL + 2, BARRED)
    assert await ready.tick(NINE) == [GUILD + number for number in range(4)]
    states = [(await ready.states(GUILD + number))[0] for number in range(4)]
    assert states == ["open", "reserved", "reserved", "open"]
    ready.announcer.unbar()
    await ready.tick("2026-03-02 09:05")
    assert await ready.states(GUILD + 1) == ["open"]
    assert await ready.states(GUILD + 2) == ["reserved"]


async def test_guilds_are_served_at_the_same_time(ready):
    for number in range(1, 4):
        await ready.set_up(guild_id=GUILD + number, channel_id=CHANNEL + number)
    everyone = asyncio.Barrier(4)
    post = ready.announcer.post

    async def together(round_, lesson):
        await asyncio.wait_for(everyone.wait(), 10)
        return await post(round_, lesson)

    ready.announcer.post = together
    ready.clock.set(NINE)
    due = await due_guilds(ready.db, NINE)
    await asyncio.gather(*(advance_guild(ready.ctx, guild_id, NINE) for guild_id in due))
    assert len(ready.announcer.of("post")) == 4


async def test_two_ticks_of_one_guild_at_once_make_one_post(ready):
    ready.clock.set(NINE)
    await asyncio.gather(*(advance_guild(ready.ctx, GUILD, NINE) for _ in range(5)))
    assert len(ready.announcer.of("post")) == 1


async def test_a_tick_during_a_slow_post_waits_for_it_and_finds_nothing_to_resume(ready):
    post = ready.announcer.post

    others = []

    async def slow(round_, lesson):
        ready.announcer.post = post
        others.append(asyncio.create_task(advance_guild(ready.ctx, GUILD, NINE)))
        for _ in range(30):  # turns in which the other tick could find the round reserved
            await ready.db.read(lambda tx: tx.one("SELECT 1"))
        return await post(round_, lesson)

    ready.announcer.post = slow
    await ready.tick(NINE)
    await asyncio.gather(*others)
    assert len(ready.announcer.of("post")) == 1
    assert ready.announcer.searches == []


async def test_two_processes_at_once_make_one_post(ready):
    """Their locks know nothing of each other; the row does."""
    ready.clock.set(NINE)
    other = ready._context(ready.db)
    await asyncio.gather(*(advance_guild(ctx, GUILD, NINE) for ctx in (ready.ctx, other)))
    assert await ready.states() in (["open"], ["reserved"])
    await ready.tick("2026-03-02 09:01")
    assert await ready.states() == ["open"]
    assert len(await ready.rounds()) == 1


async def test_each_process_sees_the_guilds_of_its_shards_alone(world):
    guild_ids = [number << 22 for number in range(1, 8)]
    for guild_id in guild_ids:
        await world.set_up(guild_id=guild_id)
    parts = [Shards(3, (0,)), Shards(3, (1, 2))]
    due = [await due_guilds(world.db, NINE, part) for part in parts]
    assert due == [[3 << 22, 6 << 22], [g for g in guild_ids if (g >> 22) % 3]]
    await world.db.write(lambda tx: tx.execute("UPDATE schedules SET next_post_at = NULL"))
    await plan_all(world.db, at("2026-03-02 08:00"), parts[0])
    assert await due_guilds(world.db, NINE) == due[0]


async def test_a_date_that_another_process_took_meanwhile_is_left_to_it(ready):
    pythons = ready.sandbox.interpreters

    def another_process_is_faster():
        ready.sandbox.interpreters = pythons
        with other_process(ready.db.address) as other:
            other.execute("INSERT INTO lesson_versions VALUES ('theirs', 8, '{}')")
            other.execute(
                "INSERT INTO rounds (guild_id, channel_id, puzzle_date, state, pep, puzzle_id,"
                " lesson_digest, reserved_at) VALUES (?1, 1, '2026-03-02', 'void', 8, '8-one',"
                " 'theirs', 0)",
                GUILD,
            )
        return pythons()

    ready.sandbox.interpreters = another_process_is_faster
    await ready.tick(NINE)
    [round_] = await ready.rounds()
    assert round_.lesson_digest == "theirs"
    assert ready.announcer.messages == []


async def test_a_guild_that_left_its_settings_is_passed_over(ready):
    await advance_guild(ready.ctx, GUILD + 9, NINE)
    assert ready.announcer.messages == []


async def test_weekdays_are_kept_and_the_round_stays_open_over_the_weekend(world):
    await world.set_up(weekdays=frozenset(range(5)))
    now = at("2026-03-06 09:00")
    while now <= at("2026-03-09 09:00"):
        await world.tick(now)
        now += timedelta(hours=1)
    assert [round_.puzzle_date.day for round_ in await world.rounds()] == [6, 9]
    assert await world.states() == ["revealed", "open"]
    reveal = world.announcer.of("reveal")[0]
    assert reveal.posted.posted_at == at("2026-03-09 09:00")


async def test_the_guild_s_own_midnight_is_what_separates_days(world):
    await world.set_up(zone="Pacific/Kiritimati", post_time=time(0, 30))  # UTC+14
    await world.tick("2026-03-02 10:30")
    [round_] = await world.rounds()
    assert round_.puzzle_date == date(2026, 3, 3)


async def test_a_round_with_a_set_time_ends_before_the_next_is_posted(world):
    await world.set_up(open_for=timedelta(hours=6))
    await world.tick(NINE)
    assert await world.tick("2026-03-02 14:59") == []
    await world.tick("2026-03-02 15:00")
    assert await world.states() == ["revealed"]
    await world.tick("2026-03-03 09:00")
    assert await world.states() == ["revealed", "open"]


async def test_rounds_may_overlap_where_they_stay_open_longer_than_a_day(world):
    await world.set_up(open_for=timedelta(hours=48))
    for day in (2, 3, 4):
        await world.tick(f"2026-03-0{day} 09:00")
    assert await world.states() == ["revealed", "open", "open"]


async def test_a_round_without_an_end_closes_as_the_next_is_posted(ready):
    await ready.tick(NINE)
    await ready.db.write(lambda tx: tx.execute("UPDATE rounds SET closes_at = NULL"))
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["revealed", "open"]


async def test_a_schedule_moved_forward_closes_the_open_round_early(ready):
    await ready.tick(NINE)
    await ready.set_up(post_time=time(6), now=at("2026-03-02 12:00"))
    await ready.tick("2026-03-03 06:00")
    assert await ready.states() == ["revealed", "open"]
    assert [m.kind for m in ready.announcer.messages] == ["post", "reveal", "post"]


async def test_a_reveal_that_fails_as_it_is_closed_early_keeps_no_post_from_coming(ready):
    await ready.tick(NINE)
    await ready.set_up(post_time=time(6), now=at("2026-03-02 12:00"))
    ready.announcer.refuse("reveal", OUTAGE)
    await ready.tick("2026-03-03 06:00")
    assert await ready.states() == ["scored", "open"]
    await ready.tick("2026-03-03 06:01")
    assert await ready.states() == ["revealed", "open"]


async def test_a_bug_as_a_round_is_posted_is_told_and_tried_again(ready, caplog):
    ready.announcer.refuse("post", KeyError("a bug"))
    await ready.tick(NINE)
    assert "KeyError: 'a bug'" in caplog.text
    await ready.tick("2026-03-02 09:01")
    assert await ready.states() == ["open"]


# --- What moderators are told of it -----------------------------------------------------------


async def test_a_healthy_guild_has_no_problems(ready):
    await ready.tick(NINE)
    assert await round_problems(ready.ctx, GUILD, NINE) == []


async def test_a_round_that_waits_is_a_problem_with_its_reason(ready):
    ready.announcer.refuse("post", BARRED)
    await ready.tick(NINE)
    assert await round_problems(ready.ctx, GUILD, NINE) == [
        RoundWaits(date(2026, 3, 2), 1, "no permission")
    ]
    for _ in range(2):
        ready.announcer.refuse("post", OUTAGE)
    await ready.tick("2026-03-02 09:30")
    [problem] = await round_problems(ready.ctx, GUILD, NINE)
    assert problem == RoundWaits(date(2026, 3, 2), 2, "Discord is down")


async def test_no_puzzle_left_to_post_is_a_problem_even_before_set_up(world):
    world.sandbox.pythons = []
    [problem] = await round_problems(world.ctx, GUILD, NINE)
    assert problem == NothingRuns()


async def test_puzzles_set_aside_are_a_problem_by_name_until_they_are_corrected(ready):
    lesson = ready.library.get(8)
    for puzzle in lesson.puzzles:
        await set_aside(ready.db, lesson, puzzle, ran("7\n"), NINE)
    [problem] = await round_problems(ready.ctx, GUILD, NINE)
    assert problem == PuzzlesAside(("8-one", "8-two"))
    ready.sees(replace(lesson, digest="corrected"))
    assert await round_problems(ready.ctx, GUILD, NINE) == []


async def test_a_round_of_today_s_that_failed_and_got_through_is_no_problem(ready):
    ready.announcer.refuse("post", OUTAGE)
    await ready.tick(NINE)
    await ready.tick("2026-03-02 09:01")
    assert await round_problems(ready.ctx, GUILD, NINE) == []


async def test_small_facts_are_remembered_between_processes(world):
    assert await recall(world.db, "commands") is None
    await remember(world.db, "commands", "one")
    await remember(world.db, "commands", "two")
    assert await recall(world.db, "commands") == "two"


async def test_a_reveal_that_still_waits_is_not_hurried_by_the_next_post(ready):
    await ready.tick(NINE)
    ready.announcer.bar("reveal", CHANNEL, BARRED)
    await ready.tick("2026-03-03 08:50")
    await ready.db.write(lambda tx: mark_closing(tx, 1, at("2026-03-03 08:50")))
    await ready.tick("2026-03-03 08:50")
    assert await ready.states() == ["scored"]
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["scored", "open"]
    assert len(ready.announcer.facts) == 1


# --- A moderator's change while a guild's work is under way ------------------------------------


def meanwhile(world, method, change):
    """Have ``change`` done while the announcer is at its next ``method``."""
    real = getattr(world.announcer, method)

    async def slow(*args):
        setattr(world.announcer, method, real)
        await change()
        return await real(*args)

    setattr(world.announcer, method, slow)


async def test_a_schedule_that_changes_during_a_reveal_is_planned_as_it_is_then(world):
    hour = timedelta(hours=1)
    await world.set_up(weekdays=frozenset({0}), open_for=hour)  # Mondays
    await world.tick(NINE)
    meanwhile(world, "reveal", lambda: world.set_up(open_for=hour))  # every day, from now on
    await world.tick("2026-03-02 10:00")
    await world.tick("2026-03-03 09:00")
    assert [round_.puzzle_date.day for round_ in await world.rounds()] == [2, 3]


async def test_a_guild_that_resumes_during_a_reveal_is_planned(ready):
    await ready.tick(NINE)
    await set_paused(ready.db, GUILD, at("2026-03-02 12:00"), is_paused=True)
    ending = at("2026-03-03 09:00")
    meanwhile(ready, "reveal", lambda: set_paused(ready.db, GUILD, ending, is_paused=False))
    await ready.tick(ending)
    await ready.tick("2026-03-04 09:00")
    assert await ready.states() == ["revealed", "open"]


async def test_a_schedule_that_is_removed_before_its_round_is_reserved_posts_nothing(ready):
    await ready.set_up(slot=2, channel_id=CHANNEL + 2)
    await ready.tick(NINE)
    tomorrow = at("2026-03-03 09:00")
    # The first slot's reveal comes first; the second slot goes as its own is shown.
    real, seen = ready.announcer.reveal, []

    async def reveal(facts):
        seen.append(facts.round.slot)
        if facts.round.slot == 2:
            await remove_schedule(ready.db, GUILD, 2, tomorrow)
        return await real(facts)

    ready.announcer.reveal = reveal
    await ready.tick(tomorrow)
    assert seen == [1, 2]
    assert [(r.slot, r.puzzle_date.day) for r in await ready.rounds()] == [(1, 2), (2, 2), (1, 3)]


async def test_a_zone_chosen_while_a_post_fails_costs_no_date(world):
    await world.set_up(zone="Asia/Tokyo", now=at("2026-03-01 08:00"))
    world.announcer.bar("post", CHANNEL, BARRED)
    await world.tick("2026-03-02 00:00")  # 09:00 on the 2nd, there
    world.announcer.unbar()
    await world.set_up(zone="America/Los_Angeles", now=at("2026-03-02 01:00"))  # on the 1st, here
    for hours in range(40):
        await world.tick(at("2026-03-02 01:00") + timedelta(hours=hours))
    assert [round_.puzzle_date.day for round_ in await world.rounds()] == [2]
    [post] = world.announcer.of("post")
    assert post.posted.posted_at == at("2026-03-02 17:00"), "nine in the morning"


# --- A round that nobody foresaw ---------------------------------------------------------------


async def test_a_reveal_with_a_bug_keeps_no_later_post_from_coming(ready, caplog):
    await ready.tick(NINE)

    async def reveal(facts):
        raise ValueError("a card that is too long")

    ready.announcer.reveal = reveal
    for day in (3, 4):
        await ready.tick(f"2026-03-0{day} 09:00")
    assert await ready.states() == ["scored", "scored", "open"]
    assert "ValueError: a card that is too long" in caplog.text
    [first, second] = await round_problems(ready.ctx, GUILD, at("2026-03-04 09:00"))
    assert (first.attempts, second.attempts) == (2, 1)


async def test_a_bug_before_a_round_is_reserved_keeps_no_other_schedule_waiting(ready):
    await ready.set_up(slot=2, channel_id=CHANNEL + 2)
    pythons, bugs = ready.sandbox.interpreters, [KeyError("a bug")]

    def broken_once():
        if bugs:
            raise bugs.pop()
        return pythons()

    ready.sandbox.interpreters = broken_once
    with pytest.raises(KeyError):
        await ready.tick(NINE)
    assert [round_.slot for round_ in await ready.rounds()] == [2]
    await ready.tick("2026-03-02 09:01")
    assert sorted(round_.slot for round_ in await ready.rounds()) == [1, 2]


async def test_a_round_without_an_end_closes_whatever_the_hours_are_by_then(ready):
    await set_paused(ready.db, GUILD, NINE, is_paused=True)
    await post_now(ready.ctx, GUILD, NINE)
    await ready.set_up(open_for=timedelta(hours=6), now=at("2026-03-02 12:00"))
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["revealed", "open"]
