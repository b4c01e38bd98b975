"""A round that the bot was away for most of breaks nobody's streak; one it was there for does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.outages import note_answering
from bot.services.playing import start_clock, submit_guess
from bot.storage.outages import list_outages
from bot.storage.streaks import load_streak
from tests.doubles import GUILD, a_lesson, at

ADA, BEN = 11, 12
DAYS = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]


async def answering(world, first, last):
    """The bot answers from ``first`` to ``last``, and notes it often enough."""
    now = at(first)
    while now < at(last):
        await note_answering(world.db, now)
        now += timedelta(minutes=2)
    await note_answering(world.db, at(last))


async def plays(world, player_id, when):
    [round_] = [r for r in await world.rounds() if r.state == "open"]
    same = {"guild_id": GUILD, "round_id": round_.id, "player_id": player_id}
    await start_clock(world.db, world.library, **same, at=at(when))
    await submit_guess(world.db, world.library, **same, position=0, at=at(when))


async def streak(world, player_id):
    return (await world.db.read(lambda tx: load_streak(tx, GUILD, player_id))).length


@pytest.fixture
async def playing(world):
    """Ada and Ben played the first day; the second day's round is open since nine."""
    world.sees(a_lesson(8, ["one", "two", "three", "four"]))
    await world.set_up(now=at("2026-03-01 12:00"))
    await answering(world, f"{DAYS[0]} 09:00", f"{DAYS[0]} 09:02")
    await world.tick(f"{DAYS[0]} 09:00")
    for player_id in (ADA, BEN):
        await plays(world, player_id, f"{DAYS[0]} 10:00")
    await answering(world, f"{DAYS[0]} 09:03", f"{DAYS[1]} 09:00")
    await world.tick(f"{DAYS[1]} 09:00")
    return world


async def test_a_round_that_was_mostly_unanswered_breaks_no_streak_and_the_log_says_so(
    playing, caplog
):
    await plays(playing, BEN, f"{DAYS[1]} 09:01")
    await answering(playing, f"{DAYS[1]} 09:01", f"{DAYS[1]} 15:00")
    # Away until the next morning: 18 of 24 hours.
    await note_answering(playing.db, at(f"{DAYS[2]} 09:00"))
    await playing.tick(f"{DAYS[2]} 09:00")
    assert "answered nobody from 2026-03-03T15:00:00+00:00" in caplog.text
    assert "excused round=2" in caplog.text
    for player_id in (ADA, BEN):
        await plays(playing, player_id, f"{DAYS[2]} 10:00")
    assert await streak(playing, ADA) == 2, "the excused round is bridged"
    assert await streak(playing, BEN) == 3, "and counts for who played it"


async def test_a_round_that_ends_while_discord_is_away_is_excused_at_once(playing, caplog):
    """The process lives and scores it: nothing has been noted of a silence that still lasts."""
    await answering(playing, f"{DAYS[1]} 09:01", f"{DAYS[1]} 15:00")
    await playing.tick(f"{DAYS[2]} 09:00")
    assert "excused round=2" in caplog.text
    await note_answering(playing.db, at(f"{DAYS[2]} 09:30"))
    await plays(playing, ADA, f"{DAYS[2]} 10:00")
    assert await streak(playing, ADA) == 2


@pytest.mark.parametrize(
    ("silent", "is_excused"), [(GUILD >> 22, True), ((GUILD >> 22) + 1, False)]
)
async def test_a_silence_that_lasts_excuses_its_own_shard_s_rounds(
    playing, caplog, silent, is_excused
):
    others = [(number, 3) for number in range(3) if number != silent % 3]
    now = at(f"{DAYS[1]} 09:01")
    await note_answering(playing.db, now, ((silent % 3, 3),))
    while (now := now + timedelta(minutes=2)) < at(f"{DAYS[2]} 09:00"):
        await note_answering(playing.db, now, others)
    await playing.tick(f"{DAYS[2]} 09:00")
    assert ("excused round=2" in caplog.text) is is_excused


async def test_a_short_absence_excuses_nobody(playing, caplog):
    await answering(playing, f"{DAYS[1]} 09:01", f"{DAYS[1]} 15:00")
    await note_answering(playing.db, at(f"{DAYS[1]} 22:00"))
    await answering(playing, f"{DAYS[1]} 22:01", f"{DAYS[2]} 09:00")
    await playing.tick(f"{DAYS[2]} 09:00")
    assert "excused" not in caplog.text
    await plays(playing, ADA, f"{DAYS[2]} 10:00")
    assert await streak(playing, ADA) == 1


async def test_a_clock_set_back_is_no_outage(playing, caplog):
    await note_answering(playing.db, at(f"{DAYS[1]} 08:00"))
    await note_answering(playing.db, at(f"{DAYS[1]} 08:01"))
    assert "answered nobody" not in caplog.text


async def outages(world, guild_id):
    found = await world.db.read(
        lambda tx: list_outages(tx, guild_id, at("2026-03-01 00:00"), at("2026-04-01 00:00"))
    )
    return [f"{began:%d %H:%M}-{ended:%d %H:%M}" for began, ended in found]


async def test_a_silence_is_its_shard_s_own(world, caplog):
    """Shard 1's process dies; what the others answer meanwhile hides nothing."""
    two = ((0, 3), (2, 3))
    await note_answering(world.db, at("2026-03-02 09:00"), (*two, (1, 3)))
    for hour in range(9, 12):
        for minute in range(0, 60, 2):
            await note_answering(world.db, at(f"2026-03-02 {hour:02}:{minute:02}"), two)
    await note_answering(world.db, at("2026-03-02 12:00"), ((1, 3),))
    assert await outages(world, 4 << 22) == ["02 09:00-02 12:00"]
    assert await outages(world, 3 << 22) == await outages(world, 5 << 22) == []
    assert "answered nobody of shard 1 of 3" in caplog.text


async def test_a_change_of_the_number_of_shards_is_a_silence_as_long_as_it_took(world):
    await note_answering(world.db, at("2026-03-02 09:00"))
    for shard in range(3):
        await note_answering(world.db, at("2026-03-02 11:00"), ((shard, 3),))
    await note_answering(world.db, at("2026-03-02 11:01"), ((0, 3), (1, 3), (2, 3)))
    assert await outages(world, 7 << 22) == ["02 09:00-02 11:00"]
    # Back to one: not silent since nine, but since the three were answering last.
    await note_answering(world.db, at("2026-03-02 12:00"))
    assert await outages(world, 7 << 22) == ["02 09:00-02 11:00", "02 11:01-02 12:00"]
