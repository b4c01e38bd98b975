"""A puzzle's level: its author's, moved by first answers, and by nothing that guessing explains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.difficulty import SHOWN_AFTER, chance_right, difficulty_of

priors = st.integers(1, 5)
options = st.integers(3, 4)
counts = st.integers(0, 5_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@pytest.mark.parametrize(
    ("prior", "answers", "right", "level"),
    [
        (2, 0, 0, 2.0),
        (3, 40, 25, 3.0),  # what an average member does
        (3, 40, 40, 1.1),
        (3, 40, 10, 4.5),  # no better than guessing
        (1, 400, 100, 5.0),  # the author was wrong
        (5, 400, 350, 1.3),
        (3, 4, 0, 3.6),  # four answers say little
    ],
)
def test_the_level_follows_the_answers_away_from_the_author_s(prior, answers, right, level):
    assert difficulty_of(prior, answers, right, 4).level == level


@given(priors, options)
def test_without_answers_it_is_the_author_s(prior, count):
    assert difficulty_of(prior, 0, 0, count).level == prior


@given(priors, counts, options)
def test_it_is_a_level_of_the_scale_and_more_right_answers_never_make_it_harder(
    prior, counted, count
):
    answers, right = counted
    found = difficulty_of(prior, answers, right, count)
    assert 1.0 <= found.level <= 5.0
    assert found.is_known == (answers >= SHOWN_AFTER)
    if right < answers:
        assert difficulty_of(prior, answers, right + 1, count).level <= found.level
    assert difficulty_of(prior, answers + 1, right, count).level >= found.level


@given(counts, options, st.integers(1, 4))
def test_an_author_who_says_harder_is_never_taken_for_easier(counted, count, prior):
    answers, right = counted
    easier = difficulty_of(prior, answers, right, count).level
    assert difficulty_of(prior + 1, answers, right, count).level >= easier


@given(st.floats(1, 5), options)
def test_nobody_is_worse_than_guessing(level, count):
    assert 1 / count < chance_right(level, count) < 1


@given(priors, options, st.floats(1, 5))
def test_many_answers_find_the_level_that_they_were_given_at(prior, count, level):
    answers = 20_000
    right = round(answers * chance_right(level, count))
    assert difficulty_of(prior, answers, right, count).level == pytest.approx(level, abs=0.15)
