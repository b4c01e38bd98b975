"""A month ends: its ranks are kept, and its podium is posted once, whatever crashes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import AnnounceFailed, UnknownSeason
from bot.core.seasons import SeasonState
from bot.services.hiding import hide_from_boards
from bot.services.options import set_option
from bot.services.privacy import forget_departed_guilds, note_guilds
from bot.services.seasons import past_seasons, season_facts
from bot.services.voiding import void_round
from bot.storage.seasons import load_season
from tests.doubles import CHANNEL, GUILD, RIGHT, Crash, a_lesson, at

from .test_playing import Member

LAST = at("2026-03-31 09:00")
FIRST = at("2026-04-01 09:00")


async def play(world, player_id, option=RIGHT, seconds=30, *, now=LAST):
    round_ = (await world.rounds())[-1]
    await Member(world, player_id).play(option, seconds, round_id=round_.id, now=now)


@pytest.fixture
async def march(world):
    """The last day of March, of rounds until the next one; 11 leads 12, and 13 is wrong."""
    world.sees(a_lesson(8, ["one", "two", "three", "four"]))
    world.clock.set(at("2026-03-29 12:00"))
    await world.set_up()
    for now in (LAST - timedelta(days=1), LAST):
        await world.tick(now)
        await play(world, 11, seconds=10, now=now)
        await play(world, 12, seconds=20, now=now)
        await play(world, 13, 0, now=now)
    return world


async def season(world, season_id=1):
    return await world.db.read(lambda tx: load_season(tx, season_id))


def order(world):
    return [message.kind for message in world.announcer.messages[-3:]]


async def test_the_podium_is_posted_between_the_last_reveal_and_the_first_speedrun(march):
    await march.tick(at("2026-04-01 00:30"))
    assert march.announcer.seasons == [], "the month is over, its last round is not"
    await march.tick(FIRST)
    assert order(march) == ["reveal", "season", "post"]
    [facts] = march.announcer.seasons
    assert [(row.rank, row.player_id) for row in facts.podium] == [(1, 11), (2, 12), (3, 13)]
    assert (facts.season.players, facts.season.month.isoformat()) == (3, "2026-03-01")
    kept = await season(march)
    assert (kept.state, kept.message_id) == (
        SeasonState.POSTED,
        march.announcer.of("season")[0].posted.message_id,
    )
    for hours in range(1, 5):
        await march.tick(FIRST + timedelta(hours=hours))
    assert len(march.announcer.of("season")) == 1


async def test_a_crash_after_any_step_leaves_one_podium(march):
    steps = march.crashing_after(None)
    await march.tick(FIRST)
    passed = len(steps.passed)
    assert passed > 6
    assert len(march.announcer.of("season")) == 1


@pytest.mark.parametrize("step", range(1, 16))
async def test_a_crash_after_that_step_leaves_one_podium_after_the_next_tick(march, step):
    march.crashing_after(step)
    try:
        await march.tick(FIRST)
    except Crash:
        march.restarted()
    for minutes in (1, 2, 3):
        await march.tick(FIRST + timedelta(minutes=minutes))
    assert len(march.announcer.of("season")) == 1
    assert (await season(march)).state is SeasonState.POSTED


async def test_a_podium_that_discord_did_not_take_is_tried_again_and_found(march):
    march.announcer.lose_answer("season", AnnounceFailed("Discord is down"))
    await march.tick(FIRST)
    assert (await season(march)).state is SeasonState.RESERVED
    await march.tick(FIRST + timedelta(minutes=1))
    assert (await season(march)).state is SeasonState.POSTED
    assert len(march.announcer.of("season")) == 1


async def test_a_podium_with_a_bug_keeps_no_speedrun_from_coming(march, caplog):
    march.announcer.refuse("season", KeyError("a bug"))
    await march.tick(FIRST)
    assert "KeyError: 'a bug'" in caplog.text
    assert order(march) == ["post", "reveal", "post"]
    await march.tick(FIRST + timedelta(minutes=1))
    assert order(march) == ["reveal", "post", "season"]


async def test_a_podium_that_may_not_be_posted_moves_with_the_channel_or_is_given_up(march):
    barred = AnnounceFailed("no permission", is_lasting=True)
    march.announcer.bar("season", CHANNEL, barred)
    await march.tick(FIRST)
    await march.tick(FIRST + timedelta(hours=1))
    assert march.announcer.of("season") == []
    await march.set_up(channel_id=CHANNEL + 5)
    await march.tick(FIRST + timedelta(hours=2))
    await march.tick(FIRST + timedelta(hours=3))
    [message] = march.announcer.of("season")
    assert message.channel_id == CHANNEL + 5


async def test_after_a_day_of_refusals_it_is_kept_unseen(march):
    march.announcer.bar("season", CHANNEL, AnnounceFailed("no permission", is_lasting=True))
    await march.tick(FIRST)
    await march.tick(FIRST + timedelta(days=1, hours=1))
    assert (await season(march)).state is SeasonState.SILENT
    assert len((await past_seasons(march.db, GUILD))[0].standings) == 3


async def test_where_it_is_switched_off_the_ranks_are_kept_and_nothing_is_posted(march):
    await set_option(march.db, GUILD, "has_season_post", "off", LAST)
    await march.tick(FIRST)
    assert march.announcer.of("season") == []
    assert (await season(march)).state is SeasonState.SILENT
    facts = await season_facts(march.db, GUILD, 1, 12)
    assert [row.player_id for row in facts.standings] == [11, 12, 13]
    assert facts.viewer.rank == 2


async def test_a_month_that_nobody_played_has_no_podium(world):
    world.clock.set(at("2026-03-30 12:00"))
    await world.set_up()
    for now in (LAST, FIRST):
        await world.tick(now)
    assert (await season(world)).state is SeasonState.SILENT
    assert await past_seasons(world.db, GUILD) == ()


async def test_who_hides_is_on_no_podium_and_is_taken_off_those_that_were(march):
    await hide_from_boards(march.db, 11, LAST)
    await march.tick(FIRST)
    [facts] = march.announcer.seasons
    assert [(row.rank, row.player_id) for row in facts.podium] == [(1, 12), (2, 13)]
    await hide_from_boards(march.db, 12, FIRST)
    found = await season_facts(march.db, GUILD, 1, 99)
    assert [row.player_id for row in found.standings] == [13]


async def test_a_season_that_runs_or_is_another_server_s_is_not_shown(march):
    for guild_id, season_id in ((GUILD, 1), (GUILD, 77), (GUILD + 1, 1)):
        with pytest.raises(UnknownSeason):
            await season_facts(march.db, guild_id, season_id, 11)


async def test_the_month_ends_with_the_server_s_own_midnight(world):
    world.clock.set(at("2026-03-30 20:00"))
    await world.set_up(zone="America/Los_Angeles", open_for=timedelta(hours=2))
    await world.tick(at("2026-03-31 16:00"))
    await play(world, 11, now=at("2026-03-31 16:30"))
    await world.tick(at("2026-03-31 18:30"))
    await world.tick(at("2026-04-01 06:30"))
    assert world.announcer.of("season") == [], "half an hour to midnight there"
    assert await world.tick(at("2026-04-01 07:30")) == [GUILD]
    assert len(world.announcer.of("season")) == 1
    assert await world.tick(at("2026-04-01 08:30")) == []


async def test_a_server_that_is_forgotten_leaves_no_season(march):
    await march.tick(FIRST)
    await note_guilds(march.db, [], FIRST)
    await forget_departed_guilds(march.db, FIRST + timedelta(days=99), timedelta(days=90))
    for table in ("seasons", "season_standings"):
        assert await march.db.read(lambda tx, t=table: tx.scalar(f"SELECT count(*) FROM {t}")) == 0


async def test_a_round_withdrawn_afterwards_is_out_of_the_final_ranks(march):
    await march.tick(FIRST)
    first, last = (await march.rounds())[:2]
    voiding = await void_round(march.ctx, GUILD, last.id, FIRST, by=9)
    assert voiding.has_recounted_season
    facts = await season_facts(march.db, GUILD, 1, 12)
    assert [(row.rank, row.player_id, row.guesses) for row in facts.standings] == [
        (1, 11, 1),
        (2, 12, 1),
        (3, 13, 1),
    ]
    assert (await past_seasons(march.db, GUILD))[0].standings == facts.standings
    await void_round(march.ctx, GUILD, first.id, FIRST, by=9)
    assert await past_seasons(march.db, GUILD) == ()
    assert len(march.announcer.of("season")) == 1, "what was posted stays"


async def test_the_ranks_of_a_withdrawn_round_change_places(world):
    world.clock.set(at("2026-03-29 12:00"))
    await world.set_up()
    for now, fast in ((LAST - timedelta(days=1), 11), (LAST, 12)):
        await world.tick(now)
        await play(world, fast, seconds=5, now=now)
        await play(world, 23 - fast, 0, now=now)
    await world.tick(FIRST)
    await void_round(world.ctx, GUILD, (await world.rounds())[0].id, FIRST)
    facts = await season_facts(world.db, GUILD, 1, 12)
    assert [(row.rank, row.player_id) for row in facts.standings] == [(1, 12), (2, 11)]
    assert facts.season.players == 2


async def test_a_podium_that_waits_is_posted_with_the_ranks_as_they_are(march):
    march.announcer.refuse("season", AnnounceFailed("Discord is down"))
    await march.tick(FIRST)
    rounds = await march.rounds()
    await void_round(march.ctx, GUILD, rounds[1].id, FIRST)
    await march.tick(FIRST + timedelta(minutes=1))
    assert [row.guesses for row in march.announcer.seasons[-1].podium] == [1, 1, 1]


async def test_a_podium_of_nobody_is_not_posted(march):
    march.announcer.refuse("season", AnnounceFailed("Discord is down"))
    await march.tick(FIRST)
    for round_ in (await march.rounds())[:2]:
        await void_round(march.ctx, GUILD, round_.id, FIRST)
    await march.tick(FIRST + timedelta(hours=1))
    assert march.announcer.of("season") == []
    assert (await season(march)).state is SeasonState.SILENT


async def test_a_round_of_the_month_that_runs_counts_no_season_anew(march):
    voiding = await void_round(march.ctx, GUILD, (await march.rounds())[0].id, LAST)
    assert not voiding.has_recounted_season
    assert (await season(march)).state is SeasonState.RUNNING
