"""Turns among all processes: never two closer than agreed, none lost time for the dead."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.services.turns import IDENTIFY_EVERY, turn_to_identify
from bot.storage.database import open_database
from bot.storage.turns import take_turn
from tests.doubles import at

NINE = at("2026-03-02 09:00")
FIVE = timedelta(seconds=5)


def test_turns_follow_each_other_and_a_free_one_is_now(tx):
    assert [take_turn(tx, "a", NINE, FIVE) - NINE for _ in range(3)] == [0 * FIVE, FIVE, 2 * FIVE]
    assert take_turn(tx, "b", NINE, FIVE) == NINE
    later = NINE + timedelta(minutes=1)
    assert take_turn(tx, "a", later, FIVE) == later


def test_a_turn_far_ahead_is_a_wrong_clock_s_and_holds_up_nobody(tx):
    take_turn(tx, "a", NINE + timedelta(days=400), FIVE)
    assert take_turn(tx, "a", NINE, FIVE) == NINE


async def test_processes_at_once_get_turns_of_their_own_by_group(db):
    async with open_database(db.address) as other:
        taken = await asyncio.gather(
            *(
                turn_to_identify(database, shard, 2, NINE)
                for database in (db, other)
                for shard in range(4)
            )
        )
    steps = sorted((turn - NINE) // IDENTIFY_EVERY for turn in taken)
    assert steps == [0, 0, 1, 1, 2, 2, 3, 3]
