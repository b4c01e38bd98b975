"""So many runs a minute by a member, and by all of a server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import TooManyRuns
from bot.core.pace import WINDOW, RunPace
from tests.doubles import at

NOW = at("2026-03-02 12:00")


def seconds(count):
    return NOW + timedelta(seconds=count)


def test_a_member_waits_until_the_oldest_of_their_runs_is_a_minute_ago():
    pace = RunPace(2, 100)
    for second in (0, 20):
        pace.check(1, 7, seconds(second))
        pace.note(1, 7, seconds(second))
    with pytest.raises(TooManyRuns) as refused:
        pace.check(1, 7, seconds(30))
    assert (refused.value.wait_ms, refused.value.whole_server) == (30_000, False)
    pace.check(2, 7, seconds(30))
    pace.check(1, 7, seconds(60))


def test_a_server_has_its_own_measure_and_a_direct_message_none():
    pace = RunPace(5, 2)
    for member in (1, 2):
        pace.note(member, 7, NOW)
    with pytest.raises(TooManyRuns) as refused:
        pace.check(3, 7, seconds(1))
    assert (refused.value.a_minute, refused.value.whole_server) == (2, True)
    pace.check(3, 8, seconds(1))
    pace.check(1, None, seconds(1))


def test_asking_without_running_costs_nothing():
    pace = RunPace(1, 1)
    for _ in range(5):
        pace.check(1, 7, NOW)


def test_whoever_ran_nothing_for_a_minute_is_forgotten():
    pace = RunPace(3, 3)
    for member in range(50):
        pace.note(member, member, NOW)
    pace.note(99, 99, NOW + WINDOW)
    assert len(pace._members._runs) == len(pace._servers._runs) == 1


@pytest.mark.parametrize("counts", [(0, 1), (1, 0)])
def test_nobody_is_given_no_run_at_all(counts):
    with pytest.raises(ValueError, match="at least one"):
        RunPace(*counts)


@given(st.lists(st.floats(0, 200), max_size=60), st.integers(1, 6))
def test_no_minute_ever_has_more_runs_than_allowed(gaps, most):
    pace, begun, when = RunPace(most, 1_000), [], NOW
    for gap in gaps:
        when += timedelta(seconds=gap)
        try:
            pace.check(1, 7, when)
        except TooManyRuns:
            continue
        pace.note(1, 7, when)
        begun.append(when)
    for start in begun:
        assert sum(start <= each < start + WINDOW for each in begun) <= most
