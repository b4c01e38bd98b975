"""Every page of every board is a message that Discord takes, with the widest rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.boards import RecordBoard, RecordPlace, StreakBoard, StreakPlace
from bot.core.seasons import Season, SeasonFacts, SeasonState
from bot.core.windows import PAGE_SIZE, Leaderboard, Sheet, Standing, Window
from bot.rendering.actions import parse
from bot.rendering.cards import Buttons
from bot.rendering.leaderboards import (
    board_card,
    leaderboard_card,
    record_board_card,
    streak_board_card,
)
from bot.rendering.seasons import final_ranks_card, past_seasons_card, season_card
from bot.services.seasons import PAST_SEASONS

from .test_limits import BIG, faults

DAY = date(2026, 12, 31)
ROWS = range(1, PAGE_SIZE + 1)


def standing(n):
    return Standing(10**9, BIG - n, 10**9, 10**6, 10**6, 10**12, rank_before=1, name="*" * 32)


sheets = st.builds(Sheet, st.integers(0, 10**9), st.integers(0, 10**6), *[st.booleans()] * 3)


@given(st.sampled_from(Window), sheets, st.booleans())
@settings(max_examples=25)
def test_a_page_of_points_fits_and_each_button_is_one_of_its_kind(window, sheet, is_new):
    rows = tuple(map(standing, ROWS))
    board = Leaderboard(
        window,
        "key",
        rows,
        standing(0),
        10**9,
        sheet,
        # Newcomers are one server's.
        is_newcomers=is_new and not sheet.is_global,
    )
    card = leaderboard_card(board)
    assert faults(card) == []
    pressed = [
        b.custom_id for block in card.blocks if isinstance(block, Buttons) for b in block.buttons
    ]
    assert len(set(pressed)) == len(pressed)
    assert all(parse(custom_id) is not None for custom_id in pressed)


@pytest.mark.parametrize("number", [0, 5, 99])
def test_a_page_of_streaks_and_of_records_fits(number):
    sheet = Sheet(1_000, number)
    streaks = tuple(StreakPlace(10**6, BIG - n, 10**6, 2) for n in ROWS)
    assert faults(streak_board_card(StreakBoard(streaks, streaks[0], sheet))) == []
    records = tuple(RecordPlace(10**6, BIG - n, 10**9, DAY) for n in ROWS)
    board = RecordBoard(99_999, records, records[0], sheet)
    assert faults(record_board_card(board)) == []
    assert board_card(board) == record_board_card(board)


def test_podiums_final_ranks_and_past_seasons_fit():
    ranks = tuple(replace(standing(n), rank=1, name=None) for n in ROWS)
    season = Season(BIG, BIG, date(2026, 9, 1), SeasonState.POSTED, players=10**9)
    facts = SeasonFacts(season, ranks, standing(0))
    assert faults(season_card(facts)) == []
    assert faults(final_ranks_card(facts)) == []
    assert faults(past_seasons_card([facts] * PAST_SEASONS)) == []
