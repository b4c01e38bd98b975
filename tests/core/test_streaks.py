"""Streaks count rounds played in a row; two ways of computing them agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.streaks import Streak, alive, extended, streak_of


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number)


def days(*numbers: int) -> set[date]:
    return {day(number) for number in numbers}


@pytest.mark.parametrize(
    ("rounds", "played", "expected"),
    [
        (days(), days(), Streak()),
        (days(1, 2), days(), Streak()),
        (days(1), days(1), Streak(1, 1, day(1))),
        (days(1, 2, 3), days(1, 2, 3), Streak(3, 3, day(3))),
        (days(1, 2, 3), days(1, 3), Streak(1, 1, day(3))),
        (days(1, 2, 3, 4), days(1, 2, 4), Streak(1, 2, day(4))),
        # What comes after the last guess is `alive`'s to judge.
        (days(1, 2, 3), days(1, 2), Streak(2, 2, day(2))),
        # A weekend, a voided round, a day on which the bot was away: no round, no break.
        (days(1, 2, 5, 9), days(1, 2, 5, 9), Streak(4, 4, day(9))),
    ],
)
def test_a_streak_counts_the_rounds_played_in_a_row_up_to_the_last(rounds, played, expected):
    assert streak_of(rounds, played) == expected


@pytest.mark.parametrize(
    ("streak", "puzzle_date", "previous", "expected"),
    [
        (Streak(), day(1), None, Streak(1, 1, day(1))),
        (Streak(3, 5, day(3)), day(4), day(3), Streak(4, 5, day(4))),
        (Streak(5, 5, day(3)), day(4), day(3), Streak(6, 6, day(4))),
        (Streak(5, 5, day(3)), day(8), day(3), Streak(6, 6, day(8))),
        (Streak(5, 5, day(3)), day(5), day(4), Streak(1, 5, day(5))),
        # The rounds after the previous one were excused, and played all the same.
        (Streak(3, 5, day(3)), day(4), day(2), Streak(4, 5, day(4))),
        (Streak(1, 1, day(1)), day(2), None, Streak(2, 2, day(2))),
        (Streak(5, 5, day(3)), day(3), day(2), Streak(5, 5, day(3))),
        (Streak(5, 5, day(3)), day(2), day(1), None),
    ],
)
def test_a_guess_extends_a_streak_or_begins_one(streak, puzzle_date, previous, expected):
    assert extended(streak, puzzle_date, previous) == expected


@pytest.mark.parametrize(
    ("last", "last_closed", "expected"),
    [
        (None, day(4), 0),
        (day(3), None, 3),
        (day(3), day(2), 3),
        (day(3), day(3), 3),
        (day(3), day(4), 0),
    ],
)
def test_a_streak_lives_until_a_round_closes_unplayed(last, last_closed, expected):
    streak = Streak() if last is None else Streak(3, 3, last)
    assert alive(streak, last_closed) == expected


numbers = st.frozensets(st.integers(0, 30), max_size=20)


@given(numbers, st.data())
def test_extending_guess_by_guess_equals_recomputing_whatever_the_order(round_days, data):
    """Each guess comes while every round up to some day is known; late guesses come too."""
    played_order = data.draw(
        st.lists(st.sampled_from(sorted(round_days)), unique=True) if round_days else st.just([])
    )
    streak, played, posted_up_to = Streak(), set(), -1
    for number in played_order:
        posted_up_to = max(posted_up_to, number)
        known = sorted(day(n) for n in round_days if n <= posted_up_to)
        played.add(day(number))
        earlier = [known_date for known_date in known if known_date < day(number)]
        step = extended(streak, day(number), earlier[-1] if earlier else None)
        recomputed = streak_of(known, played)
        streak = recomputed if step is None else step
        assert streak == recomputed


@given(numbers, st.sets(st.integers(0, 30)), st.integers(1, 5))
def test_dates_without_a_round_change_no_streak(round_days, chosen, stretch):
    played = round_days & chosen
    near = streak_of(map(day, round_days), {day(n) for n in played})
    far = streak_of((day(n * stretch) for n in round_days), {day(n * stretch) for n in played})
    assert (near.length, near.best) == (far.length, far.best)
    assert 0 <= near.length <= near.best <= len(played)
