"""Sums that disagree with the guesses are found, named, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.checking import check_sums
from bot.services.playing import start_clock, submit_guess
from tests.doubles import GUILD, at

TEN = at("2026-03-02 10:00")


@pytest.fixture
async def played(world):
    """Two days of two players."""
    await world.set_up()
    for day in range(2):
        noon = TEN + timedelta(days=day)
        await world.tick(noon)
        [current] = [each for each in await world.rounds() if each.state == "open"]
        for player_id in (1, 2):
            fields = {"guild_id": GUILD, "round_id": current.id, "player_id": player_id}
            await start_clock(world.db, world.library, **fields, at=noon)
            await submit_guess(
                world.db, world.library, **fields, position=1, at=noon + timedelta(seconds=9)
            )
    return world


async def test_nothing_was_played_and_nothing_disagrees(world):
    checked = await check_sums(world.db)
    assert (checked.guilds, checked.disagreements) == (0, ())


async def test_what_was_played_agrees(played):
    checked = await check_sums(played.db)
    assert (checked.guilds, checked.disagreements) == (1, ())


@pytest.mark.parametrize(
    ("sql", "totals", "streaks", "places", "says"),
    [
        ("UPDATE totals SET points = points + 1 WHERE player_id = 1", 6, 0, 0, "player 1, all all"),
        ("DELETE FROM totals WHERE time_window = 'year'", 2, 0, 0, "0 points in 0 guesses stored"),
        ("UPDATE streaks SET length = 9 WHERE player_id = 2", 0, 1, 0, "a streak of 9 stored, 2"),
        ("DELETE FROM streaks", 0, 2, 0, "a streak of 0 stored"),
        ("DELETE FROM guesses WHERE round_id = 2 AND player_id = 1", 5, 1, 1, "by the guesses"),
        ("UPDATE round_points SET guesses = 7 WHERE round_id = 1", 0, 0, 1, "7 players of"),
        ("DELETE FROM round_points WHERE round_id = 1", 0, 0, 1, "round 1: 0 players of"),
    ],
)
async def test_each_kind_of_damage_is_found(played, sql, totals, streaks, places, says):
    await played.db.write(lambda tx: tx.execute(sql))
    [found] = (await check_sums(played.db)).disagreements
    assert found.guild_id == GUILD
    assert (found.totals, found.streaks, found.places) == (totals, streaks, places)
    assert says in found.example
