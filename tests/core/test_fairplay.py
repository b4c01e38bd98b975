"""What stands out among guesses: neither blind luck nor being right together does."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.fairplay import (
    MIN_COMMON,
    MIN_SAME_WRONG,
    UNLIKELY,
    Choice,
    at_least,
    fair_play,
    fast_players,
    same_pairs,
)
from tests.doubles import at

FLOOR = 5_000


def choice(round_id, player_id=1, option=0, *, right=False, elapsed_ms=60_000, count=4, gap_s=0):
    return Choice(
        round_id=round_id,
        player_id=player_id,
        option=option,
        option_count=count,
        is_right=right,
        elapsed_ms=elapsed_ms,
        floor_ms=FLOOR,
        guessed_at=at("2026-03-02 10:00") + timedelta(days=round_id, seconds=gap_s),
    )


def fast(rights, wrongs, count=4, elapsed_ms=FLOOR - 1):
    marks = [True] * rights + [False] * wrongs
    return [
        choice(n, right=right, elapsed_ms=elapsed_ms, count=count) for n, right in enumerate(marks)
    ]


@pytest.mark.parametrize(
    ("rights", "wrongs", "count", "is_shown"),
    [
        (3, 0, 4, True),  # 1 in 64
        (3, 0, 3, False),  # 1 in 27
        (4, 0, 3, True),  # 1 in 81
        (2, 0, 4, False),  # 1 in 16
        (1, 0, 4, False),
        (5, 15, 4, False),  # what blind presses bring
        (0, 9, 4, False),
    ],
)
def test_only_what_chance_hardly_brings_stands_out(rights, wrongs, count, is_shown):
    assert bool(fast_players(fast(rights, wrongs, count))) is is_shown


def test_an_answer_at_the_floor_is_not_fast():
    assert fast_players(fast(9, 0, elapsed_ms=FLOOR)) == []


def test_the_least_likely_comes_first_with_its_figures():
    quick = [choice(n, 2, right=True, elapsed_ms=1, count=3) for n in range(4)]
    [first, second] = fast_players([*fast(5, 1), *quick])
    assert (first.player_id, first.fast, first.right, first.expected) == (1, 6, 5, 1.5)
    assert second.player_id == 2
    assert first.probability < second.probability == pytest.approx(1 / 81)


@given(st.lists(st.sampled_from([1 / 3, 1 / 4, 1 / 2]), max_size=7), st.integers(0, 8))
def test_the_probability_is_that_of_all_cases_counted(chances, successes):
    total = 0.0
    for case in product((0, 1), repeat=len(chances)):
        weight = 1.0
        for hit, chance in zip(case, chances, strict=True):
            weight *= chance if hit else 1 - chance
        total += weight if sum(case) >= successes else 0.0
    assert at_least(successes, chances) == pytest.approx(total)


def alike(rounds, wrong, player_ids=(1, 2), gap_s=12):
    return [
        choice(n, player, option=n % 4, right=n >= wrong, gap_s=gap_s * player)
        for n in range(rounds)
        for player in player_ids
    ]


def test_a_pair_that_is_always_alike_stands_out_with_its_figures():
    [pair] = same_pairs(alike(8, 4))
    assert (pair.first_id, pair.second_id, pair.rounds, pair.wrong) == (1, 2, 8, 4)
    assert pair.gap_ms == 12_000


@pytest.mark.parametrize(
    ("rounds", "wrong"), [(MIN_COMMON - 1, MIN_COMMON - 1), (20, MIN_SAME_WRONG - 1), (20, 0)]
)
def test_few_rounds_or_being_right_together_do_not(rounds, wrong):
    assert same_pairs(alike(rounds, wrong)) == []


def test_one_round_apart_is_not_always():
    apart = [choice(9, 1, option=0), choice(9, 2, option=1)]
    assert same_pairs([*alike(9, 9), *apart]) == []


def test_rounds_that_only_one_played_change_nothing():
    alone = [choice(n, 1, option=0) for n in range(20, 30)]
    assert len(same_pairs([*alike(9, 9), *alone])) == 1


choices = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 4), st.integers(0, 1), st.booleans()), max_size=40
).map(
    lambda rows: list(
        {
            (round_id, player): choice(round_id, player, option=option, right=bool(option))
            for round_id, player, option, _ in rows
        }.values()
    )
)


@given(choices)
def test_pairs_are_those_that_counting_by_hand_finds(guesses):
    by_hand = set()
    for first, second in combinations(range(1, 5), 2):
        mine = {g.round_id: g for g in guesses if g.player_id == first}
        theirs = {g.round_id: g for g in guesses if g.player_id == second}
        common = mine.keys() & theirs.keys()
        is_alike = all(mine[r].option == theirs[r].option for r in common)
        wrong = sum(not mine[r].is_right for r in common)
        if len(common) >= MIN_COMMON and is_alike and wrong >= MIN_SAME_WRONG:
            by_hand.add((first, second))
    assert {(pair.first_id, pair.second_id) for pair in same_pairs(guesses)} == by_hand


def test_nobody_played_and_nothing_stands_out():
    found = fair_play([])
    assert (found.rounds, found.guesses, found.fast, found.pairs) == (0, 0, (), ())
    assert 0 < UNLIKELY < 0.05
