"""A guild's closed rounds are looked over, and no other's; an open one is nobody's business."""

from __future__ import annotations

from bot.core.reading import reading_floor_ms
from bot.services.fairplay import look_over
from tests.doubles import GUILD, RIGHT, a_lesson, at


async def played(world, days=5, **guess):
    """Players 11 and 12 guess alike on each day; the last day's round is open."""
    world.sees(*[a_lesson(pep) for pep in range(8, 20)])
    await world.set_up()
    for day in range(days):
        await world.tick(f"2026-03-{2 + day:02} 09:00")
        for player in (11, 12):
            await store(world, day + 1, player, day=2 + day, **guess)


async def store(world, round_id, player, *, day, option=RIGHT, elapsed_ms=1000):
    when = int(at(f"2026-03-{day:02} 10:00").timestamp() * 1000)
    await world.db.write(
        lambda tx: tx.execute(
            "INSERT INTO guesses (round_id, player_id, option_index, is_right, elapsed_ms, points, "
            "has_hint, guessed_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6)",
            round_id,
            player,
            option,
            int(option == RIGHT),
            elapsed_ms,
            when,
        )
    )


async def test_fast_right_answers_of_closed_rounds_stand_out(world):
    await played(world)
    found = await look_over(world.db, world.library, GUILD)
    assert (found.rounds, found.guesses) == (4, 8)
    assert [(player.player_id, player.fast, player.right) for player in found.fast] == [
        (11, 4, 4),
        (12, 4, 4),
    ]
    assert found.pairs == ()


async def test_at_the_floor_of_the_puzzle_as_it_was_posted_nobody_does(world):
    floor = reading_floor_ms(a_lesson(8).puzzles[0])
    await played(world, elapsed_ms=floor + 100)
    assert (await look_over(world.db, world.library, GUILD)).fast == ()


async def test_always_alike_and_wrong_stands_out(world):
    await played(world, days=6, option=0, elapsed_ms=60_000)
    found = await look_over(world.db, world.library, GUILD)
    [pair] = found.pairs
    assert (pair.first_id, pair.second_id, pair.rounds, pair.wrong) == (11, 12, 5, 5)


async def test_another_guild_sees_none_of_it(world):
    await played(world)
    found = await look_over(world.db, world.library, GUILD + 1)
    assert (found.rounds, found.guesses, found.fast) == (0, 0, ())


async def test_the_lessons_may_have_gone_since(world):
    await played(world)
    world.sees()
    assert (await look_over(world.db, world.library, GUILD)).guesses == 8


async def test_what_is_read_is_bounded(world, monkeypatch):
    import bot.services.fairplay as module

    await played(world)
    monkeypatch.setattr(module, "MAX_GUESSES", 3)
    found = await look_over(world.db, world.library, GUILD)
    assert (found.rounds, found.guesses) == (2, 3)
