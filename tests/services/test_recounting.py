"""What is kept equals what the guesses say, whatever happened; rebuilding mends what does not."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.config import bundled
from bot.core.rounds import RoundState
from bot.core.windows import Window
from bot.services.checking import check_sums
from bot.services.options import guild_options, set_option
from bot.services.playing import start_clock, submit_guess
from bot.services.recounting import rebuild, rebuild_if_outdated, recount_streaks_since
from bot.services.voiding import void_round
from bot.storage.database import open_database
from bot.storage.firsts import list_first_answers, load_all_answers
from bot.storage.migrate import load_migrations, migrate
from bot.storage.outages import mark_excused
from bot.storage.plays import list_guesses
from bot.storage.streaks import list_streaks
from bot.storage.totals import GLOBAL, list_totals
from tests.doubles import (
    GUILD,
    FakeAnnouncer,
    FakeSandbox,
    FixedClock,
    World,
    a_lesson,
    at,
    library_of,
)

FIRST = at("2026-02-20 09:00")
PLAYERS = (11, 12, 13)


async def play(world, round_, player_id, position, now):
    same = {"guild_id": round_.guild_id, "round_id": round_.id, "player_id": player_id}
    await start_clock(world.db, world.library, **same, at=now)
    await submit_guess(world.db, world.library, **same, position=position, at=now)


async def kept(world):
    def work(tx):
        found = {g: (list_totals(tx, g), list_streaks(tx, g)) for g in (GUILD, GUILD + 1)}
        firsts = {player_id: list_first_answers(tx, player_id) for player_id in PLAYERS}
        return found | {"global": (list_totals(tx, GLOBAL), firsts, load_all_answers(tx))}

    return await world.db.read(work)


async def void(world, round_):
    await void_round(world.ctx, round_.guild_id, round_.id, world.clock.now())


async def excuse(world, round_):
    def work(tx):
        mark_excused(tx, round_.id)
        recount_streaks_since(tx, round_.guild_id, round_.puzzle_date)

    await world.db.write(work)


events = st.lists(
    st.tuples(
        st.sets(st.tuples(st.sampled_from(PLAYERS), st.integers(0, 2)), max_size=3),
        st.sampled_from(("", "", "", "void", "excuse", "join", "join other")),
        st.integers(0, 3),  # of how many days ago the round is that this befalls
    ),
    min_size=8,
    max_size=22,
)


@given(events, st.booleans())
@settings(max_examples=12, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
def test_rebuilding_changes_nothing_whatever_happened(story, stays_open):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(lived(Path(folder), story, stays_open=stays_open))


async def lived(folder, story, *, stays_open):
    clock = FixedClock(FIRST)
    async with open_database(folder / "bot.db") as db:
        await db._writer.execute_fetchall("PRAGMA synchronous = OFF")
        await migrate(db, load_migrations(bundled("migrations")), FIRST)
        world = World(
            db, library_of(a_lesson(8), a_lesson(20)), clock, FakeSandbox(), FakeAnnouncer(clock)
        )
        for guild_id in (GUILD, GUILD + 1):
            open_for = timedelta(hours=60) if stays_open else None
            await world.set_up(guild_id=guild_id, open_for=open_for)
        for number, (plays, befalls, ago) in enumerate(story):
            now = FIRST + timedelta(days=number)
            await world.tick(now)
            rounds = [*await world.rounds(), *await world.rounds(GUILD + 1)]
            open_now = [r for r in rounds if r.state is RoundState.OPEN]
            minutes = 0  # no two at the same moment: which was the first would be nobody's to say
            for player_id, position in sorted(plays):
                # Of rounds that overlap, the newest first: the older ones are late guesses.
                for round_ in reversed(open_now):
                    if (player_id + position + round_.id) % 3 and not await guessed(
                        world, round_, player_id
                    ):
                        minutes += 1
                        then = now + timedelta(minutes=minutes)
                        await play(world, round_, player_id, position, then)
            own = [r for r in await world.rounds() if r.state is not RoundState.VOID]
            if befalls.startswith("join"):
                # Joins the global board, or leaves it.
                guild_id = GUILD + (befalls == "join other")
                is_in = (await guild_options(db, guild_id)).has_global_board
                value = "off" if is_in else "on"
                await set_option(db, guild_id, "has_global_board", value, now)
            elif befalls and len(own) > ago:
                await (void if befalls == "void" else excuse)(world, own[-1 - ago])
            assert (await check_sums(db)).disagreements == ()
        before = await kept(world)
        assert await rebuild(db) == 2
        assert await kept(world) == before


async def guessed(world, round_, player_id):
    found = await world.db.read(lambda tx: list_guesses(tx, round_.id))
    return player_id in {guess.player_id for guess in found}


async def broken(world):
    """A guild of one guess whose kept numbers are all wrong."""
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    await play(world, round_, 11, 0, at("2026-03-02 10:00"))
    right = await kept(world)

    def work(tx):
        tx.execute("UPDATE totals SET points = points + 1 WHERE time_window = 'all'")
        tx.execute("UPDATE streaks SET length = 99")
        tx.execute("UPDATE round_points SET guesses = guesses + 5")
        tx.execute("DELETE FROM totals WHERE time_window = 'week'")
        tx.execute(
            "INSERT INTO totals SELECT guild_id, time_window, window_key, 99, 5, 1, 1, 1 "
            "FROM totals WHERE time_window = 'year'"
        )

    await world.db.write(work)
    return right


async def test_what_is_wrong_is_told_and_rebuilding_mends_it(world):
    right = await broken(world)
    [told] = (await check_sums(world.db)).disagreements
    assert (told.guild_id, told.totals, told.streaks, told.places) == (GUILD, 3, 1, 1)
    await rebuild(world.db)
    assert await kept(world) == right
    assert (await check_sums(world.db)).disagreements == ()


async def test_a_new_release_s_first_start_counts_once(world):
    right = await broken(world)
    await rebuild_if_outdated(world.db)
    assert await kept(world) == right
    await world.db.write(lambda tx: tx.execute("UPDATE streaks SET length = 99"))
    await rebuild_if_outdated(world.db)
    assert (await check_sums(world.db)).disagreements, "the second start has nothing to do"


async def test_a_void_gives_back_the_freeze_that_its_date_had_cost(world):
    await world.set_up()
    for day in range(2, 12):
        await world.tick(f"2026-03-{day:02} 09:00")
        if day != 10:
            await play(world, (await world.rounds())[-1], 11, 0, at(f"2026-03-{day:02} 10:00"))
    streaks = (await kept(world))[GUILD][1]
    assert (streaks[11].length, streaks[11].freezes) == (9, 0)
    missed = next(r for r in await world.rounds() if r.puzzle_date.day == 10)
    await void(world, missed)
    totals, streaks = (await kept(world))[GUILD]
    assert (streaks[11].length, streaks[11].freezes) == (9, 1)
    assert totals[11, Window.ALL, "all"].guesses == 9
