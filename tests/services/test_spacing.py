"""The spacing is FSRS's, without chance: laws over any course of answers."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.reviews import Grade
from bot.services.spacing import LONGEST_DAYS, missed, reviewed
from tests.doubles import at

BEGAN = at("2026-03-02 10:00")
courses = st.lists(
    st.tuples(st.sampled_from(Grade), st.floats(0, 900).map(lambda days: timedelta(days=days))),
    max_size=12,
)


@given(courses)
def test_the_same_answers_give_the_same_dates_and_every_card_comes_back_within_a_year(course):
    ways = []
    for _ in range(2):
        memory, now = missed(8, BEGAN), BEGAN
        dates = [memory.due_at]
        for grade, later in course:
            now += later
            memory = reviewed(memory, grade, now)
            dates.append(memory.due_at)
            assert timedelta(days=1) <= memory.due_at - now <= timedelta(days=LONGEST_DAYS)
        ways.append((dates, memory.text))
    assert ways[0] == ways[1]


@given(courses)
def test_a_better_grade_never_comes_back_sooner(course):
    memory, now = missed(8, BEGAN), BEGAN
    for grade, later in course:
        now += later
        memory = reviewed(memory, grade, now)
    now = max(now, memory.due_at)
    due = [reviewed(memory, grade, now).due_at for grade in Grade]
    assert due == sorted(due)


def test_known_at_once_each_time_the_intervals_grow():
    memory, gaps, now = missed(8, BEGAN), [], BEGAN
    for _ in range(4):
        now = memory.due_at
        memory = reviewed(memory, Grade.EASY, now)
        gaps.append((memory.due_at - now).days)
    assert gaps == sorted(set(gaps))


def test_a_miss_after_reviews_lapses_the_card():
    memory = missed(8, BEGAN)
    for _ in range(4):
        memory = reviewed(memory, Grade.GOOD, memory.due_at)
    lapsed = missed(8, memory.due_at, memory)
    assert lapsed.due_at - memory.due_at < timedelta(days=30)
    assert lapsed.text != missed(8, memory.due_at).text
