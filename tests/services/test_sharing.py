"""A result is shared once a round and player, and only by who guessed."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import NotGuessed, RoundNotOpen, UnknownRound
from bot.core.results import ShareWay
from bot.services.options import set_option
from bot.services.playing import start_clock, submit_guess
from bot.services.sharing import claim_share, give_back_share
from tests.doubles import GUILD, at

NOON = at("2026-03-02 12:00")


@pytest.fixture
async def played(world):
    """Player 11 has guessed on the guild's first round."""
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    await play(world, 1, "2026-03-02 10:00")
    return world


async def play(world, round_id, when, player_id=11):
    press = {"guild_id": GUILD, "round_id": round_id, "player_id": player_id, "at": at(when)}
    await start_clock(world.db, world.library, **press)
    await submit_guess(world.db, world.library, position=0, **press)


async def claim(world, round_id=1, player_id=11, guild_id=GUILD, *, may_speak=True):
    return await claim_share(
        world.db,
        world.library,
        guild_id=guild_id,
        round_id=round_id,
        player_id=player_id,
        at=NOON,
        may_speak=may_speak,
    )


async def test_the_first_wish_posts_and_the_second_gets_the_line(played):
    first = await claim(played)
    assert (first.way, first.number, first.streak) == (ShareWay.POST, 1, 1)
    played.restarted()
    assert (await claim(played)).way is ShareWay.ALREADY


async def test_of_many_presses_at_once_one_posts(played):
    ways = [share.way for share in await asyncio.gather(*(claim(played) for _ in range(8)))]
    assert ways.count(ShareWay.POST) == 1


async def test_what_was_not_posted_may_be_tried_again(played):
    await claim(played)
    await give_back_share(played.db, 1, 11)
    assert (await claim(played)).way is ShareWay.POST


async def test_where_the_bot_may_not_speak_or_sharing_is_off_the_claim_stays_free(played):
    assert (await claim(played, may_speak=False)).way is ShareWay.NO_PERMISSION
    await set_option(played.db, GUILD, "has_sharing", "off", NOON)
    assert (await claim(played)).way is ShareWay.SWITCHED_OFF
    await set_option(played.db, GUILD, "has_sharing", "on", NOON)
    assert (await claim(played)).way is ShareWay.POST


async def test_the_number_counts_the_guild_s_rounds_and_not_the_voided(played):
    await played.tick("2026-03-03 09:00")
    await play(played, 2, "2026-03-03 10:00")
    assert (await claim(played, 2)).number == 2
    await played.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'void' WHERE id = 1"))
    assert (await claim(played, 2)).number == 1
    with pytest.raises(RoundNotOpen):
        await claim(played, 1)


async def test_nobody_shares_what_they_did_not_play(played):
    with pytest.raises(NotGuessed):
        await claim(played, player_id=12)
    for wrong in ({"round_id": 99}, {"guild_id": GUILD + 1}):
        with pytest.raises(UnknownRound):
            await claim(played, **wrong)
