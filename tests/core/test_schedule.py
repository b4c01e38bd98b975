"""The arithmetic of post instants, over real zones, gaps and overlaps; and what is due when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rounds import RoundState
from bot.core.schedule import (
    ALL_WEEKDAYS,
    OpenDue,
    ResumeDue,
    RevealDue,
    ScoreDue,
    due_actions,
)
from tests.doubles import a_round, a_schedule, at

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",  # negative daylight saving in the database
    "America/New_York",
    "America/Nuuk",  # its gap ends at midnight
    "America/Santiago",  # its gap begins at midnight
    "America/Havana",
    "Africa/Casablanca",  # leaves its saving time for Ramadan
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of saving
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
instants = st.datetimes(datetime(2010, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
weekday_sets = st.frozensets(st.integers(0, 6), min_size=1)
schedules = st.builds(
    lambda zone, minutes, weekdays: a_schedule(
        zone=ZoneInfo(zone), post_time=time(minutes // 60, minutes % 60), weekdays=weekdays
    ),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60 - 1),
    weekday_sets,
)


@pytest.mark.parametrize(
    ("zone", "post_time", "puzzle_date", "expected"),
    [
        ("Europe/Berlin", "09:00", "2026-01-15", "2026-01-15 08:00"),
        ("Europe/Berlin", "09:00", "2026-07-15", "2026-07-15 07:00"),
        # 02:30 did not exist: the clock showed 03:30 summer time.
        ("Europe/Berlin", "02:30", "2026-03-29", "2026-03-29 01:30"),
        # 02:30 came twice: the first, still summer time.
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25 00:30"),
        ("Europe/Dublin", "01:30", "2026-03-29", "2026-03-29 01:30"),
        ("Europe/Dublin", "01:30", "2026-10-25", "2026-10-25 00:30"),
        # Half an hour is skipped: 02:15 becomes 02:45.
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03 15:45"),
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04 14:45"),
        # Ramadan 2026 begins: Casablanca goes back an hour on 15 February at 03:00.
        ("Africa/Casablanca", "09:00", "2026-02-14", "2026-02-14 08:00"),
        ("Africa/Casablanca", "09:00", "2026-02-16", "2026-02-16 09:00"),
        ("Pacific/Apia", "09:00", "2026-01-15", "2026-01-14 20:00"),
        # Midnight itself did not exist.
        ("America/Santiago", "00:00", "2026-09-06", "2026-09-06 04:00"),
    ],
)
def test_a_post_is_due_at_one_instant(zone, post_time, puzzle_date, expected):
    schedule = a_schedule(zone=ZoneInfo(zone), post_time=time.fromisoformat(post_time))
    assert schedule.post_instant(date.fromisoformat(puzzle_date)) == at(expected)


def test_a_date_that_the_zone_skipped_has_no_post():
    # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
    schedule = a_schedule(zone=ZoneInfo("Pacific/Apia"))
    after_the_29th = schedule.post_instant(date(2011, 12, 29))
    assert schedule.next_post_after(after_the_29th) == schedule.post_instant(date(2011, 12, 31))


@pytest.mark.parametrize(
    ("zone", "post_time", "last", "following"),
    [
        # The Friday in between never came.
        ("Pacific/Apia", "09:00", date(2011, 12, 23), date(2012, 1, 6)),
        # On the Saturday in between the clock went from 23:00 to midnight: no 23:30.
        ("America/Nuuk", "23:30", date(2026, 3, 21), date(2026, 4, 4)),
    ],
)
def test_a_weekly_post_survives_a_week_whose_time_does_not_exist(zone, post_time, last, following):
    schedule = a_schedule(
        zone=ZoneInfo(zone),
        post_time=time.fromisoformat(post_time),
        weekdays=frozenset({last.weekday()}),
    )
    due = schedule.next_post_after(schedule.post_instant(last))
    assert due == schedule.post_instant(following)


@given(schedules, instants)
def test_the_next_post_is_later_on_an_allowed_weekday_and_at_its_date_s_instant(schedule, instant):
    due = schedule.next_post_after(instant)
    assert due is not None
    assert due > instant
    puzzle_date = schedule.puzzle_date(due)
    assert puzzle_date.weekday() in schedule.weekdays
    assert due == schedule.post_instant(puzzle_date)


@given(schedules, instants)
def test_nothing_is_due_between_an_instant_and_the_next_post(schedule, instant):
    due = schedule.next_post_after(instant)
    just_before = due - timedelta(microseconds=1)
    assert schedule.next_post_after(just_before) == due
    assert schedule.owed_date(due) == schedule.puzzle_date(due)


@given(schedules, instants, st.integers(1, 60 * 24 * 20))
def test_a_date_is_owed_at_most_once_however_time_is_sampled(schedule, start, every_minutes):
    """Walking with any stride, the rounds made of what is owed never repeat a date."""
    made = []
    for step in range(40):
        now = start + step * timedelta(minutes=every_minutes)
        rounds = [a_round(puzzle_date, state=RoundState.REVEALED) for puzzle_date in made]
        made += [a.puzzle_date for a in due_actions(now, schedule, rounds) if type(a) is OpenDue]
    assert len(made) == len(set(made))
    assert made == sorted(made)


@given(schedules, instants)
def test_following_the_next_post_owes_every_date_that_is_posted(schedule, instant):
    seen = []
    for _ in range(10):
        instant = schedule.next_post_after(instant)
        seen.append(schedule.owed_date(instant))
    assert None not in seen
    assert len(set(seen)) == 10


@given(schedules, instants)
def test_a_post_late_by_hours_is_still_owed_on_its_date_and_never_after(schedule, instant):
    due = schedule.next_post_after(instant)
    puzzle_date = schedule.puzzle_date(due)
    later = due + timedelta(hours=30)
    assert schedule.owed_date(later) != puzzle_date
    last = due + timedelta(minutes=1)
    assert schedule.owed_date(last) in (puzzle_date, None)
    assert (schedule.owed_date(last) == puzzle_date) == (schedule.puzzle_date(last) == puzzle_date)


def test_no_post_is_due_while_paused():
    schedule = a_schedule(is_paused=True)
    assert schedule.next_post_after(at("2026-03-02 00:00")) is None
    assert schedule.owed_date(at("2026-03-02 10:00")) is None
    assert due_actions(at("2026-03-02 10:00"), schedule, []) == []


def test_no_post_is_due_without_weekdays():
    schedule = a_schedule(weekdays=frozenset())
    assert schedule.next_post_after(at("2026-03-02 00:00")) is None
    assert schedule.owed_date(at("2026-03-02 10:00")) is None


def test_posts_due_before_the_settings_took_effect_are_not_owed():
    schedule = a_schedule(effective_from=at("2026-03-02 15:00"))
    assert schedule.owed_date(at("2026-03-02 15:01")) is None
    assert schedule.next_post_after(at("2026-03-01 00:00")) == at("2026-03-03 09:00")
    assert schedule.owed_date(at("2026-03-03 09:00")) == date(2026, 3, 3)


def test_the_due_instant_itself_is_owed_and_the_moment_before_is_not():
    schedule = a_schedule()
    assert schedule.owed_date(at("2026-03-02 09:00")) == date(2026, 3, 2)
    assert schedule.owed_date(at("2026-03-02 08:59")) is None


def test_a_weekday_that_is_not_chosen_owes_nothing():
    schedule = a_schedule(weekdays=frozenset({0}))  # Mondays; 3 March 2026 is a Tuesday
    assert schedule.owed_date(at("2026-03-03 10:00")) is None


@pytest.mark.parametrize(
    ("fields", "opened", "expected"),
    [
        ({}, "2026-03-02 09:00", "2026-03-03 09:00"),
        ({"open_for": timedelta(hours=6)}, "2026-03-02 09:00", "2026-03-02 15:00"),
        ({"weekdays": frozenset(range(5))}, "2026-03-06 09:00", "2026-03-09 09:00"),
        # A moderator posted today's round early: it is the next date's post that ends it.
        ({}, "2026-03-02 07:00", "2026-03-03 09:00"),
        # It came late: the same.
        ({}, "2026-03-02 21:00", "2026-03-03 09:00"),
        ({"open_for": timedelta(hours=6)}, "2026-03-02 07:00", "2026-03-02 13:00"),
    ],
)
def test_a_round_ends_after_its_set_time_or_as_the_next_one_is_due(fields, opened, expected):
    assert a_schedule(**fields).closes_at(at(opened)) == at(expected)


def test_a_round_opened_while_paused_has_no_end_yet():
    schedule = a_schedule(is_paused=True)
    assert schedule.closes_at(at("2026-03-02 09:00")) is None


NOON = at("2026-03-04 12:00")
RESERVED_TODAY = a_round("2026-03-04", state=RoundState.RESERVED, truth=None, message_id=None)
RESERVED_EARLIER = a_round("2026-03-03", state=RoundState.RESERVED)
OPEN_ENDED = a_round("2026-03-03", closes_at=at("2026-03-04 09:00"))
OPEN_YET = a_round("2026-03-04", closes_at=at("2026-03-05 09:00"))
OPEN_ENDLESS = a_round("2026-03-02", closes_at=None)
SCORED = a_round("2026-03-02", state=RoundState.SCORED)
REVEALED_TODAY = a_round("2026-03-04", state=RoundState.REVEALED)
VOID_TODAY = a_round("2026-03-04", state=RoundState.VOID)


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([], [OpenDue(date(2026, 3, 4))]),
        ([RESERVED_TODAY], [ResumeDue(RESERVED_TODAY, is_too_late=False)]),
        ([OPEN_YET], []),
        ([REVEALED_TODAY], []),
        ([VOID_TODAY], []),
        (
            [RESERVED_EARLIER],
            [ResumeDue(RESERVED_EARLIER, is_too_late=True), OpenDue(date(2026, 3, 4))],
        ),
        (
            [OPEN_ENDED],
            [ScoreDue(OPEN_ENDED), RevealDue(OPEN_ENDED), OpenDue(date(2026, 3, 4))],
        ),
        ([OPEN_ENDLESS, OPEN_YET], []),
        # Whatever order they are listed in, the oldest is dealt with first and the new one last.
        (
            [OPEN_ENDED, SCORED],
            [
                RevealDue(SCORED),
                ScoreDue(OPEN_ENDED),
                RevealDue(OPEN_ENDED),
                OpenDue(date(2026, 3, 4)),
            ],
        ),
    ],
)
def test_what_a_guild_needs_follows_from_its_rounds(rounds, expected):
    assert due_actions(NOON, a_schedule(), rounds) == expected


def test_a_round_ends_at_its_instant_and_not_before():
    round_ = a_round("2026-03-03", closes_at=at("2026-03-04 09:00"))
    schedule = a_schedule(post_time=time(18))
    assert due_actions(at("2026-03-04 08:59"), schedule, [round_]) == []
    assert due_actions(at("2026-03-04 09:00"), schedule, [round_]) != []


def test_a_round_that_failed_waits_for_its_next_try():
    waiting = replace(RESERVED_TODAY, retry_at=at("2026-03-04 12:01"))
    assert due_actions(NOON, a_schedule(), [waiting]) == []
    assert due_actions(at("2026-03-04 12:01"), a_schedule(), [waiting]) == [
        ResumeDue(waiting, is_too_late=False)
    ]


@pytest.mark.parametrize(
    ("now", "reserved", "is_due"),
    [
        # By a zone that was left since, or a clock that was ahead: its date is yet to come.
        ("2026-03-03 16:00", "2026-03-03 15:00", False),
        ("2026-03-03 16:00", "2026-03-04 09:00", False),
        # Its date has come, its hour has not.
        ("2026-03-04 08:59", "2026-03-03 15:00", False),
        ("2026-03-04 09:00", "2026-03-03 15:00", True),
        # A moderator asked for it before its hour.
        ("2026-03-04 07:00", "2026-03-04 06:59", True),
    ],
)
def test_a_reserved_round_is_posted_on_its_own_date(now, reserved, is_due):
    waiting = replace(RESERVED_TODAY, reserved_at=at(reserved))
    expected = [ResumeDue(waiting, is_too_late=False)] if is_due else []
    actions = due_actions(at(now), a_schedule(), [waiting])
    assert [action for action in actions if not isinstance(action, OpenDue)] == expected


def test_a_paused_guild_neither_posts_nor_resumes_but_ends_what_it_began():
    schedule = a_schedule(is_paused=True)
    assert due_actions(NOON, schedule, [RESERVED_TODAY]) == []
    assert due_actions(NOON, schedule, [RESERVED_EARLIER, OPEN_ENDED]) == [
        ResumeDue(RESERVED_EARLIER, is_too_late=True),
        ScoreDue(OPEN_ENDED),
        RevealDue(OPEN_ENDED),
    ]


STATES = st.sampled_from(list(RoundState))
rounds_of_a_guild = st.lists(
    st.builds(
        lambda day, state, closes, retry: a_round(
            date(2026, 3, 1) + timedelta(days=day),
            id=day + 1,
            state=state,
            closes_at=None if closes is None else at("2026-03-04 12:00") + timedelta(hours=closes),
            retry_at=None if retry is None else at("2026-03-04 12:00") + timedelta(hours=retry),
        ),
        st.integers(0, 5),
        STATES,
        st.none() | st.integers(-30, 30),
        st.none() | st.integers(-2, 2),
    ),
    unique_by=lambda round_: round_.puzzle_date,
)


@given(rounds_of_a_guild, st.randoms(use_true_random=False), st.booleans())
def test_actions_do_not_depend_on_the_order_of_the_rounds(rounds, random, is_paused):
    schedule = a_schedule(is_paused=is_paused)
    expected = due_actions(NOON, schedule, rounds)
    shuffled = rounds.copy()
    random.shuffle(shuffled)
    assert due_actions(NOON, schedule, shuffled) == expected
    dates = [action.round.puzzle_date for action in expected if not isinstance(action, OpenDue)]
    assert dates == sorted(dates)
    assert all(not isinstance(action, OpenDue) for action in expected[:-1])


@given(rounds_of_a_guild)
def test_once_done_nothing_is_due_again(rounds):
    """Doing each action as its name says leaves nothing to do at the same instant."""
    table = {round_.puzzle_date: round_ for round_ in rounds}
    for action in due_actions(NOON, a_schedule(), rounds):
        match action:
            case OpenDue(puzzle_date):
                table[puzzle_date] = a_round(puzzle_date)
            case ResumeDue(round_, is_too_late):
                state = RoundState.VOID if is_too_late else RoundState.OPEN
                table[round_.puzzle_date] = replace(round_, state=state, closes_at=None)
            case ScoreDue(round_):
                table[round_.puzzle_date] = replace(round_, state=RoundState.SCORED)
            case RevealDue(round_):
                table[round_.puzzle_date] = replace(round_, state=RoundState.REVEALED)
    assert due_actions(NOON, a_schedule(), table.values()) == []


def test_every_day_is_seven_weekdays():
    assert sorted(ALL_WEEKDAYS) == [0, 1, 2, 3, 4, 5, 6]
