"""Windows name the date's day, week, month and year; waits double up to a cap."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.backoff import LASTING_DELAY, LONGEST_DELAY, reconnect_delay, retry_delay
from bot.core.errors import DatabaseTooNew, LessonFault, LessonFormatError
from bot.core.windows import Window


@pytest.mark.parametrize(
    ("puzzle_date", "keys"),
    [
        (date(2026, 11, 22), ["2026-11-22", "2026-W47", "2026-11", "2026", "all"]),
        # ISO 8601: the last days of December may lie in the next year's first week, and back.
        (date(2025, 12, 29), ["2025-12-29", "2026-W01", "2025-12", "2025", "all"]),
        (date(2027, 1, 3), ["2027-01-03", "2026-W53", "2027-01", "2027", "all"]),
    ],
)
def test_a_date_lies_in_one_window_of_each_kind(puzzle_date, keys):
    assert [window.key(puzzle_date) for window in Window] == keys


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_week_is_monday_to_sunday(day):
    monday = day - timedelta(days=day.weekday())
    assert len({Window.WEEK.key(monday + timedelta(days=n)) for n in range(7)}) == 1
    assert Window.WEEK.key(monday) != Window.WEEK.key(monday - timedelta(days=1))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 15), (1, 15), (2, 30), (3, 60), (6, 480), (7, 600), (10**6, 600)]
)
def test_waits_double_up_to_ten_minutes(attempts, seconds):
    assert retry_delay(attempts, is_lasting=False) == timedelta(seconds=seconds)
    assert retry_delay(attempts, is_lasting=False) <= LONGEST_DELAY


def test_a_lasting_failure_waits_half_an_hour():
    assert retry_delay(1, is_lasting=True) == retry_delay(9, is_lasting=True) == LASTING_DELAY


def test_errors_say_what_is_wrong_and_the_way_out():
    fault = LessonFault(Path("a.yaml"), 3, "year", "no year", "write one")
    assert str(fault) == "a.yaml:3: year: no year (write one)"
    assert str(LessonFault(Path("a.yaml"), 3, "year", "no year")) == "a.yaml:3: year: no year"
    assert str(LessonFormatError((fault, fault))) == f"{fault}\n{fault}"
    newer = DatabaseTooNew(7, 3)
    assert "version 7" in str(newer)
    assert "up to 3" in str(newer)


@pytest.mark.parametrize(
    ("failures", "shortest", "longest"), [(1, 1, 2), (2, 2, 4), (8, 128, 256), (99, 150, 300)]
)
def test_connections_are_tried_ever_less_often_and_not_by_all_at_once(failures, shortest, longest):
    assert reconnect_delay(failures, 0.0) == timedelta(seconds=shortest)
    assert reconnect_delay(failures, 1.0) == timedelta(seconds=longest)
