"""Boards beyond a window of points, as exact words and buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.boards import (
    RecordBoard,
    RecordPlace,
    Records,
    Scope,
    Special,
    StreakBoard,
    StreakPlace,
    Wanted,
    parse_wanted,
)
from bot.core.windows import Leaderboard, Sheet, Standing, Window
from bot.rendering.cards import Buttons, Text
from bot.rendering.leaderboards import board_card


def words(card):
    return "\n".join(block.markdown for block in card.blocks if isinstance(block, Text))


def buttons(card):
    return [b for block in card.blocks if isinstance(block, Buttons) for b in block.buttons]


def standing(rank, player_id, name=None):
    return Standing(rank, player_id, 150, 2, 1, 30_000, name=name)


GLOBAL = Leaderboard(
    Window.WEEK,
    "2026-W10",
    (standing(11, 1, "*Ada*"), standing(12, 2, "")),
    standing(40, 42),
    45,
    Sheet(45, 1, is_global=True, has_global=True),
)


def test_the_global_board_has_names_for_who_can_t_be_mentioned():
    assert words(board_card(GLOBAL)) == (
        "## All servers · This week\n"
        r"**11.** \*Ada\* · **150** · 1/2 · 30.0 s"
        "\n**12.** a member · **150** · 1/2 · 30.0 s\n…\n"
        "**40.** <@42> · **150** · 1/2 · 30.0 s (you)\n"
        "-# 45 players, page 2 of 5. Each row: points · right/played · time. "
        "Equal points share a rank."
    )
    assert {button.label: button.custom_id for button in buttons(board_card(GLOBAL))} == {
        "Today": "speedrun:global:today",
        "• This week": "speedrun:global:week",
        "This month": "speedrun:global:month",
        "This year": "speedrun:global:year",
        "All time": "speedrun:global:all",
        "Streaks": "speedrun:window:streaks",
        "New this month": "speedrun:window:newcomers",
        "This server": "speedrun:window:week",
        "Past seasons": "speedrun:seasons:past",
        "◀ Better ranks": "speedrun:page:week:global:0",
        "Further ranks ▶": "speedrun:page:week:global:2",
    }


def test_all_servers_are_one_press_away_where_this_one_takes_part():
    alone = replace(GLOBAL, sheet=Sheet(2))
    assert "All servers" not in {button.label for button in buttons(board_card(alone))}
    part = replace(GLOBAL, sheet=Sheet(2, has_global=True))
    assert ("All servers", "speedrun:global:week") in [
        (button.label, button.custom_id) for button in buttons(board_card(part))
    ]


def test_the_streak_board_has_days_and_freezes():
    board = StreakBoard(
        (StreakPlace(1, 7, 21, 2), StreakPlace(2, 42, 1, 0)), StreakPlace(2, 42, 1, 0), Sheet(2)
    )
    assert words(board_card(board)) == (
        "## Current streaks\n"
        "**1.** <@7> · **21 days** · ❄ 2\n"
        "**2.** <@42> · **1 day** (you)\n"
        "-# 2 players. Each row: days in a row · freezes held."
    )
    assert "• Streaks" in {button.label for button in buttons(board_card(board))}
    assert "No streak lives here yet." in words(board_card(StreakBoard((), None, Sheet())))


def test_the_records_of_a_pep_have_times_and_dates():
    place = RecordPlace(1, 7, 4_200, date(2026, 3, 2))
    told = words(board_card(RecordBoard(492, (place,), None, Sheet(1))))
    assert told.startswith("## Records · PEP 492\n**1.** <@7> · **4.2 s** · 2 Mar 2026\n")
    assert "right at the first try yet" in words(board_card(RecordBoard(8, (), None, Sheet())))


def test_newcomers_and_who_hides_are_told_so():
    board = replace(GLOBAL, is_newcomers=True, sheet=Sheet(2, is_hidden=True))
    told = words(board_card(board))
    assert told.startswith("## Leaderboard · New this month\n")
    assert told.endswith("\n-# You are hidden from leaderboards: only you see your row.")
    empty = replace(board, standings=(), viewer=None)
    assert "for the first time this month" in words(board_card(empty))


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (("week",), Wanted(Window.WEEK)),
        (("week", "global", "3"), Wanted(Window.WEEK, Scope.GLOBAL, 3)),
        (("streaks", "global", "1"), Wanted(Special.STREAKS, Scope.SERVER, 1)),
        (("pep-492", "server", "0"), Wanted(Records(492))),
        (("pep-", "x", "-1"), Wanted()),
        (("pep-²", "GLOBAL", "²"), Wanted()),
        (("", "", "9" * 30), Wanted()),
    ],
)
def test_what_is_asked_for_is_read_and_the_rest_is_today(asked, wanted):
    assert parse_wanted(*asked) == wanted


@given(st.sampled_from([*Window, *Special]) | st.integers(0, 99_999).map(Records))
def test_every_board_s_name_is_read_back(name):
    assert parse_wanted(str(name)).name == name
