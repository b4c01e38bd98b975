"""Which presses count, and each member's own order of the options."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ClockNotStarted, RoundClosed, RoundNotOpen, UnknownOption
from bot.core.rounds import (
    RoundState,
    Start,
    ensure_open,
    judge,
    option_at,
    option_order,
    practice_seed,
    round_seed,
)
from tests.doubles import RIGHT, a_round, a_truth, at, position_of

players = st.integers(1, 2**63 - 1)
TEN = at("2026-03-02 10:00")


@given(st.text(max_size=20), players, st.integers(1, 8))
def test_an_order_is_a_permutation_and_the_same_every_time(seed, player_id, count):
    order = option_order(seed, player_id, count)
    assert sorted(order) == list(range(count))
    assert option_order(seed, player_id, count) == order
    assert [option_at(seed, player_id, count, p) for p in range(count)] == list(order)


def test_an_order_never_changes_between_releases():
    """Buttons that are in channels now were labelled by these."""
    assert option_order(round_seed(1), 42, 4) == (1, 2, 0, 3)
    assert option_order(practice_seed("492-order"), 42, 4) == (3, 1, 0, 2)


def test_orders_differ_among_players_and_all_of_them_occur():
    orders = [option_order("round/1", player_id, 3) for player_id in range(600)]
    assert len(set(orders)) == 6
    assert max(orders.count(order) for order in set(orders)) < 150


def test_orders_differ_among_rounds_and_from_practice():
    assert len({option_order(round_seed(n), 42, 4) for n in range(50)}) > 10
    assert round_seed(8) != practice_seed("8")


@pytest.mark.parametrize("position", [-1, 3, 99])
def test_a_position_that_nobody_saw_is_refused(position):
    with pytest.raises(UnknownOption) as refusal:
        option_at("round/1", 42, 3, position)
    assert refusal.value.position == position


def test_a_press_on_an_open_round_counts_until_the_moment_it_closes():
    round_ = a_round(closes_at=TEN)
    assert ensure_open(round_, TEN - timedelta(milliseconds=1)) == a_truth()
    with pytest.raises(RoundClosed) as refusal:
        ensure_open(round_, TEN)
    assert (refusal.value.round_id, refusal.value.closed_at) == (1, TEN)
    assert refusal.value.puzzle_date == round_.puzzle_date


def test_a_round_without_an_end_stays_open():
    assert ensure_open(a_round(closes_at=None), at("2027-01-01 00:00")) == a_truth()


@pytest.mark.parametrize("state", [RoundState.SCORED, RoundState.REVEALED])
def test_a_scored_round_refuses_whatever_the_clock_says(state):
    with pytest.raises(RoundClosed):
        ensure_open(a_round(state=state, closes_at=None), TEN)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": RoundState.RESERVED, "message_id": None},
        {"state": RoundState.VOID},
        {"truth": None},
    ],
)
def test_a_round_that_is_not_posted_or_was_voided_refuses(fields):
    with pytest.raises(RoundNotOpen) as refusal:
        ensure_open(a_round(**fields), TEN)
    assert refusal.value.state == fields.get("state", "open")


def started(at_=TEN, *, has_hint=False) -> Start:
    return Start(1, 42, at_, has_hint=has_hint, is_new=False)


ORDER = option_order(round_seed(1), 42, 3)


def test_the_right_option_is_found_through_the_member_s_own_order():
    guess = judge(a_round(), started(), position_of(ORDER, RIGHT), TEN + timedelta(seconds=45))
    assert (guess.option, guess.is_right, guess.elapsed_ms, guess.points) == (
        RIGHT,
        True,
        45000,
        150,
    )
    assert (guess.round_id, guess.player_id) == (1, 42)
    assert guess.guessed_at == TEN + timedelta(seconds=45)


@pytest.mark.parametrize("option", [0, 2])
def test_every_other_option_is_wrong(option):
    guess = judge(a_round(), started(), position_of(ORDER, option), TEN + timedelta(seconds=1))
    assert (guess.option, guess.is_right, guess.points) == (option, False, 0)


def test_a_hint_is_on_the_guess_and_costs():
    guess = judge(a_round(), started(has_hint=True), position_of(ORDER, RIGHT), TEN)
    assert (guess.has_hint, guess.points) == (True, 175)


def test_a_clock_that_steps_back_counts_as_no_time():
    assert judge(a_round(), started(), 0, TEN - timedelta(seconds=2)).elapsed_ms == 0


def test_a_guess_needs_a_start():
    with pytest.raises(ClockNotStarted) as refusal:
        judge(a_round(), None, 0, TEN)
    assert refusal.value.round_id == 1


def test_a_closed_round_is_told_before_a_missing_start():
    with pytest.raises(RoundClosed):
        judge(a_round(state=RoundState.SCORED), None, 0, TEN)


def test_the_options_are_counted_as_they_were_when_the_round_was_run():
    with pytest.raises(UnknownOption):
        judge(a_round(truth=a_truth(option_count=3)), started(), 3, TEN)
    judge(a_round(truth=a_truth(option_count=4)), started(), 3, TEN)
