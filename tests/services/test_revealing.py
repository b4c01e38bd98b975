"""Closing and revealing: points once, one reveal, whatever fails and wherever the process dies."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import AnnounceFailed
from bot.core.rounds import option_order, round_seed
from bot.services.playing import start_clock, submit_guess
from bot.services.revealing import podium, reveal_facts, reveal_round, score_round
from bot.storage.streaks import load_streak
from tests.doubles import CHANNEL, GUILD, RIGHT, Crash, a_guess, at, position_of

TEN = at("2026-03-02 10:00")
NINE, NEXT = at("2026-03-02 09:00"), at("2026-03-03 09:00")
OUTAGE = AnnounceFailed("Discord is down")
BARRED = AnnounceFailed("no permission", is_lasting=True)


@pytest.fixture
async def played(world):
    """Monday's round, guessed right by 11 and 12, wrong by 13; it ends in an instant."""
    await world.set_up(open_for=timedelta(hours=24), weekdays=frozenset({0}))
    await world.tick(NINE)
    await guess(world, 11, RIGHT, 30)
    await guess(world, 12, RIGHT, 45)
    await guess(world, 13, 0, 5)
    return world


async def guess(world, player, option, seconds, *, at_=TEN):
    round_ = (await world.rounds())[-1]
    press = {"guild_id": GUILD, "round_id": round_.id, "player_id": player}
    await start_clock(world.db, world.library, **press, at=at_)
    order = option_order(round_seed(round_.id), player, 3)
    return await submit_guess(
        world.db,
        world.library,
        **press,
        position=position_of(order, option),
        at=at_ + timedelta(seconds=seconds),
    )


async def points(world):
    rows = await world.db.read(
        lambda tx: tx.all(
            "SELECT player_id, points FROM totals WHERE time_window = 'all' ORDER BY player_id"
        )
    )
    return {row[0]: row[1] for row in rows}


async def test_a_reveal_sums_the_round_up(played):
    await played.tick(NEXT)
    [facts] = played.announcer.facts
    assert facts.counts == (1, 2, 0)
    assert (facts.players, facts.right, facts.median_ms) == (3, 2, 37_500)
    assert [(place.rank, place.guess.player_id) for place in facts.podium] == [(1, 11), (2, 12)]
    assert (facts.truth, facts.longest_streak) == (facts.round.truth, 1)
    assert facts.puzzle in facts.lesson.puzzles
    [round_] = await played.rounds()
    [reveal] = played.announcer.of("reveal")
    assert (round_.state, round_.reveal_message_id) == ("revealed", reveal.posted.message_id)
    assert played.announcer.retired == [round_.id]


async def test_a_round_that_nobody_played_has_a_reveal_too(world):
    await world.set_up(open_for=timedelta(hours=1))
    await world.tick(NINE)
    await world.tick("2026-03-02 10:00")
    [facts] = world.announcer.facts
    assert (facts.counts, facts.podium, facts.players) == ((0, 0, 0), (), 0)
    assert (facts.median_ms, facts.longest_streak) == (None, 0)


async def test_those_are_all_the_steps(played):
    steps = played.crashing_after(None)
    await played.tick(NEXT)
    assert steps.passed == ["commit", "reveal", "retire", "commit", "commit"]


@pytest.mark.parametrize("step", range(1, 6))
async def test_a_crash_after_each_step_and_a_new_process_make_one_reveal_and_points_once(
    played, step
):
    before = await points(played)
    played.crashing_after(step)
    with pytest.raises(Crash):
        await played.tick(NEXT)
    played.restarted()
    for minute in (1, 2, 3):
        await played.tick(NEXT + timedelta(minutes=minute))
    assert len(played.announcer.of("reveal")) == 1
    assert await played.states() == ["revealed"]
    assert set(played.announcer.retired) == {1}
    assert await points(played) == before == {11: 166, 12: 150, 13: 0}


@pytest.mark.parametrize("first", range(1, 5))
@pytest.mark.parametrize("second", range(1, 4))
async def test_two_crashes_on_end_still_make_one_reveal(played, first, second):
    played.crashing_after(first)
    with pytest.raises(Crash):
        await played.tick(NEXT)
    played.crashing_after(second)
    with suppress(Crash):
        await played.tick(NEXT + timedelta(minutes=1))
    played.restarted()
    await played.tick(NEXT + timedelta(minutes=2))
    assert len(played.announcer.of("reveal")) == 1
    assert await played.states() == ["revealed"]


async def test_a_reveal_that_discord_refused_comes_at_a_later_tick(played):
    played.announcer.refuse("reveal", OUTAGE)
    await played.tick(NEXT)
    [round_] = await played.rounds()
    assert (round_.state, round_.attempts, round_.retry_at) == (
        "scored",
        1,
        NEXT + timedelta(seconds=15),
    )
    assert await played.tick(NEXT + timedelta(seconds=14)) == []
    await played.tick(NEXT + timedelta(seconds=15))
    assert await played.states() == ["revealed"]
    assert len(played.announcer.of("reveal")) == 1


async def test_a_reveal_that_got_through_unnoticed_is_found(played):
    played.announcer.lose_answer("reveal", OUTAGE)
    await played.tick(NEXT)
    await played.tick(NEXT + timedelta(hours=1))
    [round_] = await played.rounds()
    [reveal] = played.announcer.of("reveal")
    assert (round_.state, round_.reveal_message_id) == ("revealed", reveal.posted.message_id)
    assert played.announcer.retired == [round_.id]


async def test_a_reveal_with_no_place_left_is_given_up_after_a_day(played):
    played.announcer.bar("reveal", CHANNEL, BARRED)
    await played.tick(NEXT)
    await played.tick(NEXT + timedelta(hours=23, minutes=59))
    assert await played.states() == ["scored"]
    await played.tick(NEXT + timedelta(hours=24, minutes=30))
    [round_] = await played.rounds()
    assert (round_.state, round_.reveal_message_id) == ("revealed", None)
    assert played.announcer.retired == []


async def test_a_channel_that_is_gone_is_given_up_too(played):
    played.announcer.bar("reveal", CHANNEL, BARRED)
    played.announcer.bar("find_reveal", CHANNEL, BARRED)
    await played.tick(NEXT)
    await played.tick(NEXT + timedelta(days=2))
    assert await played.states() == ["revealed"]


async def test_an_outage_of_discord_is_waited_out_however_long(played):
    played.announcer.bar("reveal", CHANNEL, OUTAGE)
    await played.tick(NEXT)
    await played.tick(NEXT + timedelta(days=3))
    assert await played.states() == ["scored"]
    played.announcer.unbar()
    await played.tick(NEXT + timedelta(days=3, hours=1))
    assert await played.states() == ["revealed"]


async def test_a_button_that_could_not_be_changed_is_no_failure(played):
    played.announcer.refuse("retire_post", OUTAGE)
    await played.tick(NEXT)
    [round_] = await played.rounds()
    assert (round_.state, round_.attempts) == ("revealed", 0)
    assert len(played.announcer.of("reveal")) == 1


async def test_a_round_is_scored_once(played):
    [round_] = await played.rounds()
    assert await score_round(played.db, round_)
    assert not await score_round(played.db, round_)


@pytest.mark.parametrize("round_id", [1, 99])
async def test_only_a_scored_round_is_revealed(played, round_id):
    await reveal_round(played.ctx, round_id, NEXT, is_resumed=False)
    assert played.announcer.of("reveal") == []
    assert await played.states() == ["open"]


async def test_a_round_that_never_ran_has_nothing_to_reveal(played):
    [round_] = await played.rounds()
    with pytest.raises(ValueError, match="never run"):
        await reveal_facts(played.ctx, replace(round_, truth=None))


async def test_a_streak_on_the_podium_counts_this_round(world):
    await world.set_up()
    for day in (2, 3, 4):
        await world.tick(f"2026-03-0{day} 09:00")
        await guess(world, 11, RIGHT, 30, at_=at(f"2026-03-0{day} 10:00"))
    await guess(world, 12, 0, 30, at_=at("2026-03-04 11:00"))
    await world.tick("2026-03-05 09:00")
    facts = world.announcer.facts[-1]
    assert [place.streak for place in facts.podium] == [3]
    assert facts.longest_streak == 3
    assert (await world.db.read(lambda tx: load_streak(tx, GUILD, 11))).length == 3


def places(*earned):
    return [
        (rank, guess.player_id)
        for rank, guess in podium(
            [a_guess(player_id=number, points=points) for number, points in enumerate(earned)]
        )
    ]


@pytest.mark.parametrize(
    ("earned", "expected"),
    [
        ((), []),
        ((200,), [(1, 0)]),
        ((200, 190, 180, 170), [(1, 0), (2, 1), (3, 2)]),
        ((200, 200, 180), [(1, 0), (1, 1), (3, 2)]),
        ((200, 180, 180), [(1, 0), (2, 1), (2, 2)]),
        ((200, 200, 200, 200), [(1, 0), (1, 1), (1, 2)]),
    ],
)
def test_the_podium_has_three_places_and_equal_points_share_one(earned, expected):
    assert places(*earned) == expected


async def test_a_reveal_counts_the_streaks_that_a_freeze_kept_over_its_date(world):
    await world.set_up()
    for day in range(2, 11):
        await world.tick(f"2026-03-{day:02} 09:00")
        if day < 9:
            await guess(world, 11, RIGHT, 30, at_=at(f"2026-03-{day:02} 10:00"))
    assert [facts.kept_streaks for facts in world.announcer.facts] == [0] * 7 + [1]
