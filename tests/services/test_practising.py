"""Practice never tells the answer of a puzzle in play."""

from __future__ import annotations

import pytest

from bot.core.errors import NothingToPost, SpeedrunError, UnknownLesson
from bot.services.playing import start_clock, submit_guess
from bot.services.practising import practice_of_round, practice_puzzle
from bot.services.truth import set_aside
from tests.doubles import GUILD, RIGHT, a_lesson, at, ran

NINE, TEN = at("2026-03-02 09:00"), at("2026-03-02 10:00")


@pytest.fixture
async def opened(world):
    """The one lesson's first puzzle is open in the guild."""
    world.sees(a_lesson(8, ("one", "two", "three")))
    await world.set_up()
    await world.tick(NINE)
    return world


async def practise(world, *, guild_id=GUILD, player=11, pep=8, puzzle_id=None):
    return await practice_puzzle(world.ctx, guild_id, player, pep=pep, puzzle_id=puzzle_id)


async def test_practice_is_run_like_the_real_thing_and_kept_nowhere(opened):
    practice = await practise(opened)
    assert (practice.lesson.pep, practice.truth.option) == (8, RIGHT)
    assert await opened.db.read(lambda tx: tx.scalar("SELECT count(*) FROM guesses")) == 0


async def test_the_puzzle_of_an_open_round_is_never_handed_out(opened):
    assert {(await practise(opened, player=player)).puzzle.id for player in range(5)} == {"8-three"}
    with pytest.raises(NothingToPost):
        await practise(opened, puzzle_id="8-one")


async def test_not_even_while_it_is_being_posted(opened):
    await opened.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'reserved'"))
    with pytest.raises(NothingToPost):
        await practise(opened, puzzle_id="8-one")


async def test_a_player_whose_clock_runs_elsewhere_does_not_get_it_in_private(opened):
    press = {"guild_id": GUILD, "round_id": 1, "player_id": 11, "at": TEN}
    await start_clock(opened.db, opened.library, **press)
    for guild_id in (None, GUILD + 1):
        with pytest.raises(NothingToPost):
            await practise(opened, guild_id=guild_id, puzzle_id="8-one")
    other = await practise(opened, guild_id=GUILD + 1, player=12, puzzle_id="8-one")
    assert other.puzzle.id == "8-one"


async def test_once_the_round_is_over_its_puzzle_comes_first(opened):
    await opened.tick("2026-03-03 09:00")  # 8-two is open now
    assert (await practise(opened)).puzzle.id == "8-one"


async def test_unseen_puzzles_are_spoiled_from_the_back(opened):
    assert (await practise(opened, guild_id=None)).puzzle.id == "8-three"


async def test_a_puzzle_set_aside_or_that_disagrees_now_is_passed_over(opened):
    lesson = opened.library.get(8)
    await set_aside(opened.db, lesson, lesson.puzzles[2], ran("7\n"), TEN)
    assert (await practise(opened)).puzzle.id == "8-two"
    opened.sandbox.script["print('8-two')\n"] = ran("7\n")
    with pytest.raises(NothingToPost) as refusal:
        await practise(opened)
    assert refusal.value.pep == 8


async def test_a_puzzle_without_its_python_is_passed_over(opened):
    opened.sandbox.pythons = []
    with pytest.raises(NothingToPost):
        await practise(opened)


async def test_what_is_in_no_lesson_is_unknown(opened):
    for wrong in ({"pep": 3000}, {"puzzle_id": "8-four"}, {"puzzle_id": "20-one"}):
        with pytest.raises(UnknownLesson):
            await practise(opened, **wrong)


async def test_a_round_that_is_over_can_be_practised(opened):
    await opened.tick("2026-03-03 09:00")
    practice = await practice_of_round(opened.ctx, GUILD, 11, 1)
    assert practice.puzzle.id == "8-one"


@pytest.mark.parametrize(("guild_id", "round_id"), [(GUILD, 1), (GUILD + 1, 1), (GUILD, 99)])
async def test_a_round_that_is_open_elsewhere_or_unknown_cannot(opened, guild_id, round_id):
    with pytest.raises(SpeedrunError):
        await practice_of_round(opened.ctx, guild_id, 11, round_id)


async def test_what_is_open_where_one_plays_is_not_told_elsewhere_until_the_guess(opened):
    """Who started a clock in the guild once learns nothing of its next rounds in private."""
    await opened.db.write(
        lambda tx: tx.execute(
            "INSERT INTO starts (round_id, player_id, started_at) VALUES (1, 11, 0)"
        )
    )
    await opened.tick("2026-03-03 09:00")  # 8-two is open now
    with pytest.raises(NothingToPost):
        await practise(opened, guild_id=None, puzzle_id="8-two")
    press = {"guild_id": GUILD, "round_id": 2, "player_id": 11, "at": at("2026-03-03 10:00")}
    await start_clock(opened.db, opened.library, **press)
    await submit_guess(opened.db, opened.library, position=0, **press)
    assert (await practise(opened, guild_id=None, puzzle_id="8-two")).puzzle.id == "8-two"
