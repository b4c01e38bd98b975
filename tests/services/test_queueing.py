"""What moderators plan comes so, and what the plan says is what is posted."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.core.errors import (
    GuildNotSetUp,
    InvalidSetting,
    NothingToPost,
    PlanChanged,
    UnknownLesson,
)
from bot.services.audit import audit_log
from bot.services.moderating import post_now, preview_next
from bot.services.queueing import coming, insert_lesson, look_at, move_lesson, skip_lesson
from tests.doubles import CHANNEL, GUILD, RIGHT, a_lesson, at, ran

MO = 99
EIGHT = at("2026-03-02 08:00")
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


@pytest.fixture
async def ready(world):
    world.sees(*(a_lesson(pep) for pep in (8, 20, 257, 484, 492)))
    await world.set_up()
    return world


async def peps(world, now=EIGHT, count=3):
    return [one.pick.lesson.pep for one in (await coming(world.ctx, GUILD, now))[:count]]


async def test_what_is_planned_is_what_is_posted(ready):
    planned = await peps(ready, count=5)
    for day in range(2, 7):
        await ready.tick(f"2026-03-0{day} 09:00")
    assert [round_.pep for round_ in await ready.rounds()] == planned


async def test_a_lesson_is_planned_for_a_day_and_posted_then(ready):
    wanted = (await peps(ready, count=5))[4]
    planned = await insert_lesson(ready.ctx, GUILD, EIGHT, pep=wanted, puzzle_date=TUESDAY, by=MO)
    assert (planned.is_queued, planned.day.puzzle_date) == (True, TUESDAY)
    assert (await peps(ready))[1] == wanted
    await ready.tick("2026-03-02 09:00")
    await ready.tick("2026-03-03 09:00")
    assert (await ready.rounds())[1].pep == wanted
    assert await ready.db.read(lambda tx: tx.scalar("SELECT count(*) FROM queue_entries")) == 0
    [entry, *_] = await audit_log(ready.db, GUILD, limit=5)
    assert (entry.deed, entry.subject, entry.after) == ("queue", "2026-03-03", f"PEP {wanted}")


async def test_what_a_day_without_a_post_was_to_bring_comes_on_the_next(ready):
    wanted = (await peps(ready, count=5))[4]
    await insert_lesson(ready.ctx, GUILD, EIGHT, pep=wanted)
    await ready.tick("2026-03-04 09:00")
    assert [round_.pep for round_ in await ready.rounds()] == [wanted]


async def test_a_pep_that_is_asked_for_now_leaves_the_queue_for_the_next_day(ready):
    first, *_, last = await peps(ready, count=5)
    await insert_lesson(ready.ctx, GUILD, EIGHT, pep=last)
    await post_now(ready.ctx, GUILD, EIGHT, pep=first)
    assert (await peps(ready))[0] == last


async def test_days_change_their_lessons(ready):
    first, second, third = await peps(ready)
    where = {"slot": 1, "puzzle_date": MONDAY, "pep": first}
    moved = await move_lesson(ready.ctx, GUILD, EIGHT, **where, is_later=True, by=MO)
    assert moved.day.puzzle_date == TUESDAY
    assert await peps(ready) == [second, first, third]
    where = {"slot": 1, "puzzle_date": TUESDAY, "pep": first}
    await move_lesson(ready.ctx, GUILD, EIGHT, **where, is_later=True)
    assert await peps(ready) == [second, third, first]
    where = {"slot": 1, "puzzle_date": WEDNESDAY, "pep": first}
    await move_lesson(ready.ctx, GUILD, EIGHT, **where, is_later=False)
    assert await peps(ready) == [second, first, third]


async def test_the_first_day_has_none_before_it_and_a_stale_press_changes_nothing(ready):
    first, second, _ = await peps(ready)
    for pep, is_later in ((first, False), (second, True)):
        where = {"slot": 1, "puzzle_date": MONDAY, "pep": pep}
        with pytest.raises(PlanChanged):
            await move_lesson(ready.ctx, GUILD, EIGHT, **where, is_later=is_later)
    with pytest.raises(PlanChanged):
        await skip_lesson(ready.ctx, GUILD, EIGHT, slot=2, puzzle_date=MONDAY, pep=first)
    with pytest.raises(PlanChanged):
        await look_at(ready.ctx, GUILD, EIGHT, slot=1, puzzle_date=date.max, pep=first)
    assert (await peps(ready))[:2] == [first, second]


async def test_a_skipped_lesson_comes_when_every_other_one_was_posted(ready):
    before = await peps(ready, count=5)
    instead = await skip_lesson(
        ready.ctx, GUILD, EIGHT, slot=1, puzzle_date=MONDAY, pep=before[0], by=MO
    )
    assert instead.pick.lesson.pep == before[1]
    assert await peps(ready, count=5) == [*before[1:], before[0]]


async def test_skipping_what_was_queued_leaves_the_rest_of_the_queue(ready):
    *_, third, fourth, fifth = await peps(ready, count=5)
    await insert_lesson(ready.ctx, GUILD, EIGHT, pep=fourth, puzzle_date=MONDAY)
    await insert_lesson(ready.ctx, GUILD, EIGHT, pep=fifth, puzzle_date=TUESDAY)
    await skip_lesson(ready.ctx, GUILD, EIGHT, slot=1, puzzle_date=TUESDAY, pep=fifth)
    found = await peps(ready, count=5)
    assert found[0] == fourth
    assert found[1] != fifth
    assert third in found


async def test_each_schedule_has_its_own_queue(ready):
    await ready.set_up(slot=2, channel_id=CHANNEL + 1, post_time=time(18))
    last = (await peps(ready, count=5))[4]
    planned = await insert_lesson(ready.ctx, GUILD, EIGHT, pep=last, slot=2)
    assert (planned.day.slot, planned.day.puzzle_date) == (2, MONDAY)
    assert (await peps(ready))[1] == last


async def test_what_can_t_be_planned_is_refused_in_words(ready, world):
    with pytest.raises(UnknownLesson):
        await insert_lesson(ready.ctx, GUILD, EIGHT, pep=999)
    with pytest.raises(InvalidSetting):
        await insert_lesson(ready.ctx, GUILD, EIGHT, pep=8, puzzle_date=date(2027, 1, 1))
    with pytest.raises(InvalidSetting):
        await insert_lesson(ready.ctx, GUILD, EIGHT, pep=8, slot=7)
    with pytest.raises(GuildNotSetUp):
        await coming(ready.ctx, GUILD + 1, EIGHT)
    ready.sandbox.pythons = []
    with pytest.raises(NothingToPost):
        await insert_lesson(ready.ctx, GUILD, EIGHT, pep=8)
    assert await ready.db.read(lambda tx: tx.scalar("SELECT count(*) FROM queue_entries")) == 0


async def test_a_day_is_looked_at_as_it_will_be(ready):
    first, second, _ = await peps(ready)
    practice = await look_at(ready.ctx, GUILD, EIGHT, slot=1, puzzle_date=TUESDAY, pep=second)
    assert (practice.lesson.pep, practice.truth.option) == (second, RIGHT)
    assert (await preview_next(ready.ctx, GUILD, EIGHT)).lesson.pep == first
    code = practice.puzzle.code
    ready.sandbox.script[code] = ran("5\n")
    with pytest.raises(NothingToPost):
        await look_at(ready.ctx, GUILD, EIGHT, slot=1, puzzle_date=TUESDAY, pep=second)
