"""Places won and lost since yesterday, against boards made without today's guesses."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.windows import Window
from bot.storage import totals
from tests.doubles import GUILD, a_guess
from tests.engines import ENGINES, bare_tables

TODAY = date(2026, 3, 4)
EARLIER = date(2026, 3, 3)

guesses = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 3), st.sampled_from((EARLIER, TODAY))), max_size=20
)


def ranks(tx, window, *, moved=False):
    key = window.key(TODAY)
    board = totals.load_leaderboard(tx, GUILD, window, key, viewer_id=3, limit=50)
    if moved:
        board = totals.with_movement(tx, GUILD, board, TODAY)
    return board


def filled(tx, plays):
    for player, points, day in plays:
        guess = a_guess(player_id=player, points=points, is_right=points > 0)
        totals.add_guess(tx, GUILD, day, guess)
    return tx


@pytest.mark.parametrize("engine", ENGINES)
@given(plays=guesses, window=st.sampled_from([w for w in Window if w is not Window.TODAY]))
@settings(max_examples=40)
def test_the_rank_before_is_that_of_a_board_without_today(engine, plays, window):
    with bare_tables(engine, ":memory:") as now, bare_tables(engine, ":memory:") as then:
        board = ranks(filled(now, plays), window, moved=True)
        earlier = ranks(filled(then, [play for play in plays if play[2] == EARLIER]), window)
    before = {row.player_id: row.rank for row in earlier.standings}
    assert {row.player_id: row.rank_before for row in board.standings} == {
        row.player_id: before.get(row.player_id) for row in board.standings
    }
    if board.viewer is not None:
        assert board.viewer.rank_before == before.get(3)


def test_todays_own_board_moves_nobody(engine):
    with bare_tables(engine, ":memory:") as connection:
        tx = filled(connection, [(1, 3, EARLIER), (1, 2, TODAY), (2, 1, TODAY)])
        board = ranks(tx, Window.TODAY, moved=True)
    assert [row.rank_before for row in board.standings] == [None, None]
