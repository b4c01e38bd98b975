"""Streaks count dates played in a row; freezes keep them. Each law of the module is tried here."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.streaks import (
    FREEZE_DAYS,
    MAX_FREEZES,
    Step,
    Streak,
    StreakNow,
    extended,
    history_of,
    now,
    streak_of,
)


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number)


def days(*numbers: int) -> set[date]:
    return {day(number) for number in numbers}


def short(length, best, last, saved=None, first=1):
    """A streak as it is without freezes: what was saved is what was played in a row."""
    return Streak(length, best, day(last), length if saved is None else saved, day(first))


@pytest.mark.parametrize(
    ("rounds", "played", "expected"),
    [
        (days(), days(), Streak()),
        (days(1, 2), days(), Streak()),
        (days(1), days(1), short(1, 1, 1)),
        (days(1, 2, 3), days(1, 2, 3), short(3, 3, 3)),
        (days(1, 2, 3), days(1, 3), short(1, 1, 3)),
        (days(1, 2, 3, 4), days(1, 2, 4), short(1, 2, 4)),
        # What comes after the last guess is `now`'s to judge.
        (days(1, 2, 3), days(1, 2), short(2, 2, 2)),
        # A weekend, a voided round, a day on which the bot was away: no round, no break.
        (days(1, 2, 5, 9), days(1, 2, 5, 9), short(4, 4, 9)),
        # Seven days in a row earn a freeze, and it covers the eighth.
        (days(*range(1, 10)), days(*range(1, 8), 9), short(8, 8, 9, saved=1)),
        # Six days do not.
        (days(*range(1, 9)), days(*range(1, 7), 8), short(1, 6, 8)),
        # Two freezes cover two dates, and the third ends it.
        (days(*range(1, 18)), days(*range(1, 15), 17), short(15, 15, 17, saved=1)),
        (days(*range(1, 19)), days(*range(1, 15), 18), short(1, 14, 18)),
    ],
)
def test_a_streak_counts_the_dates_played_in_a_row_up_to_the_last(rounds, played, expected):
    assert streak_of(rounds, played) == expected


@pytest.mark.parametrize(
    ("streak", "puzzle_date", "missed", "expected"),
    [
        (Streak(), 1, [], Step(short(1, 1, 1), is_longer=True)),
        (short(3, 5, 3), 4, [], Step(short(4, 5, 4), is_longer=True)),
        (short(5, 5, 3), 8, [], Step(short(6, 6, 8), is_longer=True)),
        (short(5, 5, 3), 5, [4], Step(short(1, 5, 5), is_longer=True)),
        (short(5, 5, 3), 3, [], Step(short(5, 5, 3))),
        (short(5, 5, 3), 2, [1], None),
        (short(8, 8, 8), 10, [9], Step(short(9, 9, 10, saved=2), (day(9),), is_longer=True)),
        (short(8, 8, 8), 11, [9, 10], Step(short(1, 8, 11), is_longer=True)),
        (
            short(20, 20, 20, saved=14),
            23,
            [21, 22],
            Step(short(21, 21, 23, saved=1), (day(21), day(22)), is_longer=True),
        ),
    ],
)
def test_a_guess_extends_a_streak_or_begins_one(streak, puzzle_date, missed, expected):
    assert extended(streak, day(puzzle_date), [day(number) for number in missed]) == expected


@pytest.mark.parametrize(
    ("streak", "missed", "expected"),
    [
        (Streak(), [], StreakNow()),
        (short(3, 3, 3), [], StreakNow(3)),
        (short(3, 3, 3), [4], StreakNow()),
        (short(9, 9, 9), [], StreakNow(9, 1)),
        (short(9, 9, 9), [10], StreakNow(9, 0, (day(10),))),
        (short(9, 9, 9), [10, 11], StreakNow()),
        (short(14, 14, 14), [15, 16], StreakNow(14, 0, (day(15), day(16)))),
    ],
)
def test_a_streak_lives_until_a_date_goes_by_that_no_freeze_covers(streak, missed, expected):
    assert now(streak, [day(number) for number in missed]) == expected


def test_the_next_freeze_is_some_days_off_unless_two_are_held():
    assert [Streak(saved_days=n).days_to_freeze for n in (0, 6, 7, 13, 14)] == [7, 1, 7, 1, None]


numbers = st.frozensets(st.integers(0, 60), max_size=50)
often = st.frozensets(st.integers(0, 60), max_size=8)
"""What is left out: few, so that streaks grow long enough to earn freezes."""


def drawn(round_days, missed):
    """All dates, and those that were played."""
    return {day(n) for n in round_days}, {day(n) for n in round_days - missed}


@given(numbers, st.data())
def test_extending_guess_by_guess_equals_recomputing_whatever_the_order(round_days, data):
    """Each guess comes while every round up to some day is known; late guesses come too."""
    chosen = sorted(round_days - data.draw(often))
    late = data.draw(st.lists(st.sampled_from(chosen), max_size=3)) if chosen else []
    order = [number for number in chosen if number not in late] + late
    streak, played, posted_up_to = Streak(), set(), -1
    for number in order:
        posted_up_to = max(posted_up_to, number)
        known = sorted(day(n) for n in round_days if n <= posted_up_to)
        last = streak.last_date
        missed = [d for d in known if last is not None and last < d < day(number)]
        played.add(day(number))
        step = extended(streak, day(number), missed[: MAX_FREEZES + 1])
        recomputed = streak_of(known, played)
        streak = recomputed if step is None else step.streak
        assert streak == recomputed


@given(numbers, often, st.integers(1, 5))
def test_dates_without_a_round_change_no_streak(round_days, missed, stretch):
    rounds, played = drawn(round_days, missed)
    near = streak_of(rounds, played)
    far = streak_of(
        (day(n * stretch) for n in round_days), {day(n * stretch) for n in round_days - missed}
    )
    assert (near.length, near.best, near.saved_days) == (far.length, far.best, far.saved_days)


@given(numbers, often, st.data())
def test_a_void_takes_nothing_from_who_did_not_play_it(round_days, missed, data):
    rounds, played = drawn(round_days, missed)
    for gone in rounds - played:
        if data.draw(st.booleans()):
            less = streak_of(rounds - {gone}, played)
            whole = streak_of(rounds, played)
            assert less.length >= whole.length
            assert less.best >= whole.best
            assert less.saved_days >= whole.saved_days


@given(numbers, often)
def test_to_play_is_never_worse_than_to_miss(round_days, missed):
    rounds, played = drawn(round_days, missed)
    for one in rounds - played:
        before, after = streak_of(rounds, played), streak_of(rounds, played | {one})
        if after.last_date == before.last_date:
            assert after.length >= before.length
            assert after.saved_days >= before.saved_days
        assert after.best >= before.best


@given(numbers, often)
def test_a_freeze_never_raises_and_at_most_two_are_held(round_days, missed):
    rounds, played = drawn(round_days, missed)
    history = history_of(rounds, played)
    streak = history.streak
    assert 0 <= streak.length <= streak.best <= len(played)
    assert 0 <= streak.freezes <= MAX_FREEZES
    assert set(history.covered) <= rounds - played
    assert len(history.covered) <= len(played) // FREEZE_DAYS
    # As if the covered dates had never been: the same count, and nothing that was earned twice.
    without = streak_of(rounds - set(history.covered), played)
    assert without.length >= streak.length


@given(numbers, often, st.lists(st.integers(61, 70), unique=True, max_size=4).map(sorted))
def test_what_a_streak_is_now_is_what_the_next_guess_goes_on_from(round_days, missed, later):
    rounds, played = drawn(round_days, missed)
    streak = streak_of(rounds, played)
    gone_by = [day(n) for n in later] if streak.last_date else []
    gone_by = [d for d in sorted(rounds) if streak.last_date and d > streak.last_date] + gone_by
    since = now(streak, gone_by[: MAX_FREEZES + 1])
    step = extended(streak, day(80), gone_by[: MAX_FREEZES + 1])
    assert step is not None
    assert step.streak.length == since.length + 1
    assert step.covered == since.covered
    assert step.streak == streak_of({*rounds, *gone_by, day(80)}, {*played, day(80)})
