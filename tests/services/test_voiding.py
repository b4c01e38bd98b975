"""A withdrawn round is as if it had never been, for points, boards and streaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import AnnounceFailed, RoundNotOpen, UnknownRound
from bot.core.rounds import option_order, round_seed
from bot.core.windows import Window
from bot.services.audit import audit_log
from bot.services.playing import start_clock, submit_guess
from bot.services.standings import leaderboard, profile
from bot.services.ticking import plan_all
from bot.services.voiding import consider_voiding, void_round, voidable_rounds
from tests.doubles import GUILD, RIGHT, at, position_of

ADA, GRACE, MO = 11, 12, 99


@pytest.fixture
async def days(world):
    """Three days of rounds; ada played each, grace the first and the last."""
    await world.set_up()
    for day in ("02", "03", "04"):
        await world.tick(f"2026-03-{day} 09:00")
        round_ = (await world.rounds())[-1]
        await play(world, round_, ADA, day)
        if day != "03":
            await play(world, round_, GRACE, day)
    return world


async def play(world, round_, player, day, *, right=True):
    when = at(f"2026-03-{day} 10:00")
    who = {"guild_id": GUILD, "round_id": round_.id, "player_id": player}
    order = option_order(round_seed(round_.id), player, 3)
    position = position_of(order, RIGHT if right else 0)
    await start_clock(world.db, world.library, **who, at=when)
    return await submit_guess(
        world.db, world.library, **who, position=position, at=when + timedelta(seconds=20)
    )


async def tables(world):
    """All that is counted, but the rounds and the log."""

    def work(tx):
        sums = tx.all("SELECT * FROM totals ORDER BY time_window, window_key, player_id")
        streaks = tx.all("SELECT player_id, length, best, last_date FROM streaks ORDER BY 1")
        return [tuple(row) for row in sums], [tuple(row) for row in streaks]

    return await world.db.read(work)


async def test_what_counts_is_as_if_the_round_had_never_been(days, world):
    second = (await days.rounds())[1]
    await void_round(days.ctx, GUILD, second.id, at("2026-03-04 12:00"), by=MO)
    sums, streaks = await tables(days)
    everything = [row for row in sums if row[1] == "all"]
    assert [(row[3], row[5]) for row in everything] == [(ADA, 2), (GRACE, 2)]
    assert not [row for row in sums if row[2] == "2026-03-03"]
    # Grace missed the second date only; without it she played in a row.
    assert [(player, length, best) for player, length, best, _ in streaks] == [
        (ADA, 2, 2),
        (GRACE, 2, 2),
    ]
    board = await leaderboard(days.db, GUILD, Window.ALL, viewer_id=ADA, now=at("2026-03-04 13:00"))
    assert board.viewer.guesses == 2
    assert len((await profile(days.db, GUILD, ADA, at("2026-03-04 13:00"))).plays) == 2


async def test_the_only_round_of_all_leaves_no_trace(world):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    await play(world, round_, ADA, "02")
    voiding = await void_round(world.ctx, GUILD, round_.id, at("2026-03-02 12:00"), by=MO)
    assert (voiding.players, voiding.round.id) == (1, round_.id)
    assert await tables(world) == ([], [])
    assert world.announcer.withdrawn == [round_.id]
    [entry] = [e for e in await audit_log(world.db, GUILD, limit=9) if e.deed == "void"]
    assert (entry.actor_id, entry.subject) == (MO, "2026-03-02")


async def test_its_date_stays_used_and_presses_hear_that_it_was_withdrawn(world):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    now = at("2026-03-02 12:00")
    await void_round(world.ctx, GUILD, round_.id, now)
    with pytest.raises(RoundNotOpen, match="void"):
        await play(world, round_, ADA, "02")
    await plan_all(world.db, now)
    await world.tick("2026-03-02 13:00")
    await world.tick("2026-03-03 09:00")
    assert await world.states() == ["void", "open"]
    # Its puzzle was not had, and comes again.
    assert (await world.rounds())[1].pep == round_.pep


async def test_a_round_is_withdrawn_once_and_only_in_its_own_guild(world):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    now = at("2026-03-02 12:00")
    for guild_id, round_id in ((GUILD + 1, round_.id), (GUILD, 404)):
        with pytest.raises(UnknownRound):
            await void_round(world.ctx, guild_id, round_id, now)
        with pytest.raises(UnknownRound):
            await consider_voiding(world.ctx, guild_id, round_id)
    assert (await consider_voiding(world.ctx, GUILD, round_.id)).players == 0
    assert await voidable_rounds(world.db, GUILD) == [round_]
    await void_round(world.ctx, GUILD, round_.id, now)
    with pytest.raises(RoundNotOpen):
        await void_round(world.ctx, GUILD, round_.id, now)
    assert await voidable_rounds(world.db, GUILD) == []


async def test_a_round_whose_message_can_t_be_edited_is_void_all_the_same(world):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    world.announcer.refuse("withdraw", AnnounceFailed("Discord is down"))
    await void_round(world.ctx, GUILD, round_.id, at("2026-03-02 12:00"))
    assert await world.states() == ["void"]
