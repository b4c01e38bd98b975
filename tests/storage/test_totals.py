"""Totals are the sums of the guesses, and boards rank them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.windows import Window
from bot.storage import totals
from tests.doubles import GUILD, a_guess
from tests.engines import ENGINES, IntegrityError, bare_tables

MONDAY = date(2026, 3, 2)


def add(tx, player, points, day=MONDAY, *, guild_id=GUILD, elapsed_ms=1000):
    guess = a_guess(player_id=player, points=points, is_right=points > 0, elapsed_ms=elapsed_ms)
    totals.add_guess(tx, guild_id, day, guess)


def board(tx, window=Window.ALL, *, day=MONDAY, viewer=0, limit=10):
    return totals.load_leaderboard(
        tx, GUILD, window, window.key(day), viewer_id=viewer, limit=limit
    )


guesses = st.lists(
    st.tuples(
        st.integers(1, 4),  # player
        st.integers(0, 200),
        st.dates(date(2025, 12, 20), date(2026, 1, 15)),
        st.integers(1, 2),  # guild
        st.integers(0, 10**6),
    ),
    max_size=25,
)


@pytest.mark.parametrize("engine", ENGINES)
@given(plays=guesses)
@settings(max_examples=25)
def test_totals_are_the_sums_over_the_guesses_for_any_sequence(engine, plays):
    with bare_tables(engine, ":memory:") as tx:
        for player, points, day, guild_id, elapsed_ms in plays:
            add(tx, player, points, day, guild_id=guild_id, elapsed_ms=elapsed_ms)
        for window in Window:
            for guild_id in (1, 2):
                for day in {play[2] for play in plays} | {date(2024, 1, 1)}:
                    key = window.key(day)
                    mine = [p for p in plays if p[3] == guild_id and window.key(p[2]) == key]
                    check_board(tx, guild_id, window, key, mine)


def check_board(tx, guild_id, window, key, mine):
    found = totals.load_leaderboard(tx, guild_id, window, key, viewer_id=1, limit=50)
    players = {p[0] for p in mine}
    assert found.players == len(players) == len(found.standings)
    sums = {player: sum(p[1] for p in mine if p[0] == player) for player in players}
    for row in found.standings:
        own = [p for p in mine if p[0] == row.player_id]
        right = [p for p in own if p[1] > 0]
        assert row.points == sums[row.player_id]
        assert row.guesses == len(own)
        assert row.right == len(right)
        assert row.elapsed_ms == sum(p[4] for p in right)
        assert row.rank == 1 + sum(other > row.points for other in sums.values())
    assert [row.rank for row in found.standings] == sorted(row.rank for row in found.standings)
    viewer = next((row for row in found.standings if row.player_id == 1), None)
    assert found.viewer == viewer


def test_equal_points_share_a_rank_and_the_next_rank_counts_them(tx):
    for player, points in ((1, 100), (2, 150), (3, 150), (4, 90)):
        add(tx, player, points)
    assert [(row.rank, row.player_id) for row in board(tx).standings] == [
        (1, 2),
        (1, 3),
        (3, 1),
        (4, 4),
    ]


def test_within_a_rank_the_quicker_are_listed_first(tx):
    add(tx, 1, 100, elapsed_ms=9000)
    add(tx, 2, 100, elapsed_ms=4000)
    assert [row.player_id for row in board(tx).standings] == [2, 1]


def test_a_viewer_beyond_the_list_gets_the_rank_they_have(tx):
    for player in range(1, 8):
        add(tx, player, 100 + player)
    add(tx, 99, 50)
    add(tx, 98, 50)
    found = board(tx, viewer=99, limit=3)
    assert [row.player_id for row in found.standings] == [7, 6, 5]
    assert (found.viewer.rank, found.viewer.player_id, found.players) == (8, 99, 9)
    assert board(tx, viewer=1234).viewer is None


def test_a_tie_across_the_edge_of_the_list_keeps_its_rank(tx):
    for player in range(1, 6):
        add(tx, player, 100)
    assert [row.rank for row in board(tx, limit=3).standings] == [1, 1, 1]
    assert board(tx, viewer=5, limit=3).viewer.rank == 1


def test_a_window_holds_its_own_dates_only(tx):
    add(tx, 1, 100, MONDAY)
    add(tx, 1, 10, MONDAY - timedelta(days=1))
    points = {window: board(tx, window).standings[0].points for window in Window}
    assert points == {"today": 100, "week": 100, "month": 110, "year": 110, "all": 110}
    assert board(tx, Window.TODAY, day=date(2026, 3, 9)).standings == ()


def test_an_empty_board_has_nobody(tx):
    found = board(tx, viewer=1)
    assert (found.standings, found.viewer, found.players) == ((), None, 0)
    assert (found.window, found.key) == (Window.ALL, "all")


def test_totals_of_one_player_are_one_row_a_window(tx):
    add(tx, 1, 100)
    with pytest.raises(IntegrityError):
        tx.execute("INSERT INTO totals SELECT * FROM totals")
