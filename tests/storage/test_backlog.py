"""What waits over a process's guilds, counted."""

from __future__ import annotations

from datetime import timedelta

from bot.core.health import Backlog
from bot.core.rounds import RoundState
from bot.core.settings import GuildSettings
from bot.core.shards import Shards
from bot.storage.backlog import count_backlog
from bot.storage.guilds import mark_next_post, save_settings
from bot.storage.rounds import mark_failure
from tests.doubles import CHANNEL, GUILD, a_schedule
from tests.storage.test_tables import NINE, TOMORROW, in_state

LATE = timedelta(minutes=5)


def set_up(tx, guild_id, next_post_at):
    save_settings(
        tx, GuildSettings(guild_id, CHANNEL, a_schedule()), next_post_at=next_post_at, now=NINE
    )


def counted(tx, now):
    return count_backlog(tx, now, now - LATE)


def test_nothing_waits_in_an_empty_house(tx):
    assert counted(tx, NINE) == Backlog(0, 0, 0)


def test_a_post_is_due_at_its_time_and_late_five_minutes_on(tx):
    set_up(tx, GUILD, NINE)
    set_up(tx, GUILD + 1, TOMORROW)
    set_up(tx, GUILD + 2, None)
    assert counted(tx, NINE - timedelta(seconds=1)) == Backlog(0, 0, 0)
    assert counted(tx, NINE) == Backlog(1, 0, 0)
    assert counted(tx, NINE + LATE) == Backlog(1, 1, 0)


def test_a_round_that_is_being_posted_is_one_thing_with_its_guild_s_due_post(tx):
    set_up(tx, GUILD, NINE)
    in_state(tx, RoundState.RESERVED)
    assert counted(tx, NINE) == Backlog(1, 0, 0)
    mark_next_post(tx, GUILD, 1, TOMORROW)
    assert counted(tx, NINE + LATE) == Backlog(1, 1, 0)


def test_an_open_round_is_due_when_it_ends_a_scored_one_until_its_reveal(tx):
    set_up(tx, GUILD, None)
    for offset, state in enumerate(
        (RoundState.OPEN, RoundState.SCORED, RoundState.REVEALED, RoundState.VOID)
    ):
        in_state(tx, state, NINE.date() + timedelta(days=offset))
    assert counted(tx, TOMORROW - timedelta(seconds=1)) == Backlog(1, 0, 0)
    assert counted(tx, TOMORROW + LATE) == Backlog(2, 2, 0)


def test_each_process_counts_the_guilds_of_its_shards(tx):
    for number in range(1, 6):
        set_up(tx, number << 22, NINE)
    in_state(tx, RoundState.SCORED, guild_id=6 << 22)
    in_state(tx, RoundState.SCORED, guild_id=7 << 22)
    parts = [Shards(3, (0,)), Shards(3, (1, 2))]
    found = [count_backlog(tx, NINE, NINE - LATE, part).due for part in parts]
    assert found == [2, 5]
    assert counted(tx, NINE).due == 7


def test_what_was_refused_is_failing_and_not_late(tx):
    set_up(tx, GUILD, None)
    round_ = in_state(tx, RoundState.RESERVED)
    mark_failure(tx, round_.id, retry_at=TOMORROW, error="the channel is gone")
    assert counted(tx, NINE + LATE) == Backlog(1, 0, 1)
