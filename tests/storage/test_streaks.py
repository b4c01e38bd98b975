"""The streaks' table, and the dates that break streaks, with several rounds a date too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.core.rounds import RoundState
from bot.core.streaks import Streak
from bot.storage import streaks
from tests.doubles import GUILD

from .test_tables import in_state

MONDAY = date(2026, 3, 2)


def day(number):
    return MONDAY + timedelta(days=number)


def save(tx, player_id, last, saved_days=0, length=1):
    streak = Streak(length, length, day(last), saved_days, MONDAY)
    streaks.save_streak(tx, GUILD, player_id, streak)


def test_a_streak_is_replaced_and_is_one_guild_s(tx):
    assert streaks.load_streak(tx, GUILD, 1) == Streak()
    save(tx, 1, 0)
    later = Streak(9, 9, day(8), 9, MONDAY)
    streaks.save_streak(tx, GUILD, 1, later)
    assert streaks.load_streak(tx, GUILD, 1) == later
    assert streaks.list_streaks(tx, GUILD) == {1: later}
    assert streaks.load_streak(tx, GUILD + 1, 1) == Streak()


def test_a_streak_without_a_guess_is_not_stored(tx):
    with pytest.raises(ValueError, match="without a guess"):
        streaks.save_streak(tx, GUILD, 1, Streak())


def test_dates_that_could_be_played_lie_between_and_are_few(tx):
    for number in range(6):
        in_state(tx, RoundState.REVEALED, day(number))
    in_state(tx, RoundState.VOID, day(6))
    assert streaks.list_dates_between(tx, GUILD, day(3), day(9)) == [day(4), day(5)]
    assert streaks.list_dates_between(tx, GUILD, day(0), day(9)) == [day(1), day(2), day(3)]
    tx.execute("UPDATE rounds SET is_excused = 1 WHERE puzzle_date = ?1", day(4).isoformat())
    assert streaks.list_dates_between(tx, GUILD, day(3), day(9)) == [day(5)]


def test_a_date_has_gone_by_when_its_round_takes_no_guess(tx):
    assert streaks.list_last_closed(tx, GUILD) == []
    for number, state in enumerate(
        (RoundState.SCORED, RoundState.REVEALED, RoundState.VOID, RoundState.OPEN)
    ):
        in_state(tx, state, day(number))
    assert streaks.list_last_closed(tx, GUILD) == [day(1), day(0)]
    assert streaks.list_closed_after(tx, GUILD, day(0)) == [day(1)]
    tx.execute("UPDATE rounds SET is_excused = 1 WHERE puzzle_date = ?1", day(1).isoformat())
    assert streaks.list_last_closed(tx, GUILD) == [day(0)]


def test_a_freeze_keeps_who_has_enough_of_them_for_all_they_missed(tx):
    closed = [day(3), day(2), day(1)]
    for player_id, last, saved in (
        (1, 3, 14),  # played it
        (2, 2, 7),  # covered
        (3, 2, 6),  # nothing to cover it with
        (4, 1, 13),  # one for two dates
        (5, 1, 14),  # both
        (6, 0, 14),  # over since long
        (7, 4, 14),  # played a later one
    ):
        save(tx, player_id, last, saved)
    assert streaks.count_kept(tx, GUILD, closed) == 2
    assert streaks.count_kept(tx, GUILD + 1, closed) == 0
    assert streaks.count_kept(tx, GUILD, closed[:1]) == 4, "no date before it: none was missed"


def test_players_since_a_date_are_those_whose_last_date_is_not_earlier(tx):
    for player_id, last in ((1, 1), (2, 2), (3, 3)):
        save(tx, player_id, last)
    assert streaks.list_players_since(tx, GUILD, day(2)) == [2, 3]
