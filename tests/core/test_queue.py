"""What comes next: the dates and lessons that are to come, and that they come so."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.queue import plan, upcoming
from bot.core.selection import PostedPuzzle, Wish
from bot.core.settings import GuildSettings
from tests.doubles import CHANNEL, GUILD, PY313, a_lesson, a_schedule, at, library_of

NOW = at("2026-03-02 08:00")
LIBRARY = library_of(*(a_lesson(pep) for pep in (8, 20, 257, 484, 492)))


def schedule(slot=1, wish=None, **fields):
    return GuildSettings(GUILD, CHANNEL, a_schedule(**fields), slot=slot, wish=wish or Wish())


def planned(schedules=None, *, now=NOW, taken=(), queued=None, turns=(), count=5):
    days = upcoming(now, schedules or (schedule(),), taken, count)
    return plan(LIBRARY, turns, days, queued or {}, pythons=[PY313], set_aside=(), seed=GUILD)


def peps(found):
    return [one.pick.lesson.pep for one in found]


def test_each_day_is_planned_as_if_the_ones_before_had_been_posted():
    found = planned()
    assert [one.day.puzzle_date.day for one in found] == [2, 3, 4, 5, 6]
    assert sorted(peps(found)) == [8, 20, 257, 484, 492]


@given(st.integers(0, 5))
def test_the_plan_comes_true_day_by_day(days):
    whole = planned()
    turns = [PostedPuzzle(one.pick.lesson.pep, one.pick.puzzle.id) for one in whole[:days]]
    rest = planned(now=NOW + timedelta(days=days), turns=turns, count=5 - days)
    assert peps(rest) == peps(whole[days:])


def test_a_day_that_has_its_round_is_not_to_come_and_an_owed_one_is():
    assert planned(taken={(1, date(2026, 3, 2))})[0].day.puzzle_date.day == 3
    assert planned(now=at("2026-03-02 11:00"))[0].day.puzzle_date.day == 2
    assert planned(now=at("2026-03-02 11:00"), taken={(1, date(2026, 3, 2))})[
        0
    ].day.puzzle_date == date(2026, 3, 3)


def test_schedules_take_turns_by_the_hour_and_share_one_history():
    found = planned((schedule(), schedule(2, post_time=time(18))), count=4)
    assert [(one.day.slot, one.day.puzzle_date.day) for one in found] == [
        (1, 2),
        (2, 2),
        (1, 3),
        (2, 3),
    ]
    assert len(set(peps(found))) == 4


def test_what_is_queued_goes_first_and_what_was_left_over_comes_on_the_next_day():
    free = peps(planned())
    queued = {1: [(date(2026, 2, 27), 492), (date(2026, 3, 4), 8)]}
    found = planned(queued=queued)
    assert peps(found)[0] == 492
    assert peps(found)[2] == 8
    assert [one.is_queued for one in found] == [True, False, True, False, False]
    assert free != peps(found)


def test_a_queued_lesson_that_is_gone_gives_way():
    found = planned(queued={1: [(date(2026, 3, 2), 999)]})
    assert not found[0].is_queued
    assert found[0].pick is not None


def test_a_paused_schedule_brings_nothing():
    assert planned((schedule(is_paused=True),)) == []
    assert planned((schedule(weekdays=frozenset()),)) == []
