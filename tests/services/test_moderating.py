"""What moderators do: set up, pause, post and reveal now, preview."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

import pytest

from bot.core.errors import (
    AnnounceFailed,
    GuildNotSetUp,
    NoOpenRound,
    NothingToPost,
    RoundExists,
    SandboxUnavailable,
    UnknownLesson,
)
from bot.core.runs import Outcome
from bot.core.settings import CodeView
from bot.services.moderating import (
    open_round_of,
    post_now,
    preview_next,
    reveal_now,
)
from bot.services.schedules import code_view, load_set_up, set_paused
from bot.services.ticking import plan_all
from bot.storage.lessons import list_set_aside
from tests.doubles import CHANNEL, GUILD, a_lesson, at, ran

EIGHT, NINE, NOON = (at(f"2026-03-02 {hour}:00") for hour in ("08", "09", "12"))
OUTAGE = AnnounceFailed("Discord is down")
BARRED = AnnounceFailed("no permission", is_lasting=True)


@pytest.fixture
async def ready(world):
    await world.set_up()
    return world


async def post(world, now, **more):
    world.clock.set(now)
    return await post_now(world.ctx, GUILD, now, **more)


async def reveal(world, now):
    world.clock.set(now)
    return await reveal_now(world.ctx, GUILD, now)


async def test_setting_up_tells_the_next_post(world):
    set_up = await world.set_up(post_time=time(18, 30), zone="Europe/Berlin")
    assert set_up.next_post_at == at("2026-03-02 17:30")
    assert await load_set_up(world.db, GUILD, EIGHT) == set_up
    assert (set_up.settings.guild_id, set_up.settings.channel_id) == (GUILD, CHANNEL)


async def test_a_guild_set_up_in_the_afternoon_does_not_owe_the_morning(world):
    set_up = await world.set_up(now=NOON)
    assert set_up.next_post_at == at("2026-03-03 09:00")
    assert await world.tick(NOON) == []
    await world.tick("2026-03-02 23:00")
    assert await world.rounds() == []


async def test_setting_up_again_the_same_day_makes_no_second_post(ready):
    await ready.tick(NINE)
    await ready.set_up(post_time=time(15), now=NOON)
    await ready.tick("2026-03-02 15:00")
    assert len(ready.announcer.of("post")) == 1


async def test_setting_up_lets_waiting_rounds_go_at_once(ready):
    ready.announcer.refuse("post", BARRED)
    await ready.tick(NINE)
    assert await ready.tick("2026-03-02 09:10") == []
    await ready.set_up(now=at("2026-03-02 09:11"))
    await ready.tick("2026-03-02 09:11")
    assert await ready.states() == ["open"]


async def test_setting_up_ends_a_pause(ready):
    await set_paused(ready.db, GUILD, EIGHT, is_paused=True)
    set_up = await ready.set_up()
    assert not set_up.settings.schedule.is_paused
    assert set_up.next_post_at == NINE


async def test_a_paused_guild_posts_nothing_and_owes_nothing_when_it_resumes(ready):
    [paused] = await set_paused(ready.db, GUILD, EIGHT, is_paused=True)
    assert (paused.settings.schedule.is_paused, paused.next_post_at) == (True, None)
    await ready.tick(NINE)
    await ready.tick("2026-03-03 09:00")
    [resumed] = await set_paused(ready.db, GUILD, at("2026-03-03 10:00"), is_paused=False)
    assert resumed.next_post_at == at("2026-03-04 09:00")
    await plan_all(ready.db, at("2026-03-03 10:01"))  # as a new process does
    await ready.tick("2026-03-03 10:01")
    assert await ready.rounds() == []
    await ready.tick("2026-03-04 09:00")
    assert await ready.states() == ["open"]


async def test_a_pause_lets_the_open_round_end_and_be_revealed(ready):
    await ready.tick(NINE)
    await set_paused(ready.db, GUILD, NOON, is_paused=True)
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["revealed"]
    assert len(ready.announcer.of("reveal")) == 1


async def test_a_pause_keeps_a_waiting_round_from_being_posted(ready):
    ready.announcer.refuse("post", OUTAGE)
    await ready.tick(NINE)
    await set_paused(ready.db, GUILD, NOON, is_paused=True)
    await ready.tick("2026-03-02 12:01")
    assert await ready.states() == ["reserved"]
    await set_paused(ready.db, GUILD, at("2026-03-02 13:00"), is_paused=False)
    await ready.tick("2026-03-02 13:00")
    assert await ready.states() == ["open"]


async def test_a_pause_keeps_every_other_setting(world):
    before = await world.set_up(
        post_time=time(7), weekdays=frozenset({1}), open_for=timedelta(hours=3), zone="Asia/Tokyo"
    )
    await set_paused(world.db, GUILD, EIGHT, is_paused=True)
    [after] = await set_paused(world.db, GUILD, EIGHT, is_paused=False)
    assert after == before


async def test_code_is_shown_as_a_picture_unless_a_guild_wants_text(world):
    assert await code_view(world.db, GUILD) is CodeView.PICTURE
    set_up = await world.set_up()
    assert await code_view(world.db, GUILD) is CodeView.PICTURE
    await world.set_up(code=CodeView.TEXT)
    assert await code_view(world.db, GUILD) is CodeView.TEXT
    await set_paused(world.db, GUILD, EIGHT, is_paused=True)
    assert await code_view(world.db, GUILD) is CodeView.TEXT
    assert set_up.settings.code is CodeView.PICTURE


async def test_a_guild_that_was_never_set_up_can_do_nothing(world):
    for attempt in (
        set_paused(world.db, GUILD, NOON, is_paused=True),
        load_set_up(world.db, GUILD, NOON),
        post_now(world.ctx, GUILD, NOON),
        reveal_now(world.ctx, GUILD, NOON),
        open_round_of(world.db, GUILD, NOON),
    ):
        with pytest.raises(GuildNotSetUp):
            await attempt


# --- Post now ---------------------------------------------------------------------------------


async def test_posting_now_takes_today_s_round_and_the_scheduled_post_stays_away(ready):
    round_ = await post(ready, EIGHT)
    assert (round_.state, round_.puzzle_date.day) == ("open", 2)
    await ready.tick(NINE)
    assert len(ready.announcer.of("post")) == 1
    # It is tomorrow's post that ends it, not the one it took the place of.
    assert await ready.states() == ["open"]
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["revealed", "open"]


async def test_posting_now_ends_the_earlier_round_first(ready):
    await ready.tick(NINE)
    await post(ready, at("2026-03-03 06:00"))
    assert await ready.states() == ["revealed", "open"]
    assert [message.kind for message in ready.announcer.messages] == ["post", "reveal", "post"]


async def test_posting_now_ends_no_round_that_has_its_own_time(world):
    await world.set_up(open_for=timedelta(hours=48))
    await world.tick(NINE)
    await post(world, at("2026-03-03 06:00"))
    assert await world.states() == ["open", "open"]


async def test_posting_now_is_refused_where_the_date_has_its_round(ready):
    first = await post(ready, EIGHT)
    with pytest.raises(RoundExists) as refusal:
        await post(ready, NOON)
    assert refusal.value.round == first
    await reveal(ready, NOON)
    with pytest.raises(RoundExists):
        await post(ready, NOON)
    assert len(ready.announcer.of("post")) == 1


async def test_posting_one_pep_now(ready):
    assert (await post(ready, EIGHT, pep=484)).pep == 484


async def test_posting_an_unknown_pep_changes_nothing(ready):
    await ready.tick(NINE)
    with pytest.raises(UnknownLesson) as refusal:
        await post(ready, at("2026-03-03 06:00"), pep=3000)
    assert refusal.value.pep == 3000
    assert await ready.states() == ["open"]


async def test_a_pep_that_cannot_be_posted_now_does_not_cost_the_scheduled_post(ready):
    late = at("2026-03-02 09:00") + timedelta(seconds=2)  # due, and not yet ticked
    for name in ("one", "two"):
        ready.sandbox.script[f"print('484-{name}')\n"] = ran("7\n")
    with pytest.raises(NothingToPost):
        await preview_next(ready.ctx, GUILD, late, pep=484)
    with pytest.raises(NothingToPost):
        await post(ready, late, pep=484)
    await ready.tick(late + timedelta(seconds=3))
    assert await ready.states() == ["open"]


async def test_a_post_that_failed_is_the_ticker_s_to_try_again(ready):
    ready.announcer.lose_answer("post", OUTAGE)
    with pytest.raises(AnnounceFailed):
        await post(ready, EIGHT)
    assert await ready.states() == ["reserved"]
    await ready.tick("2026-03-02 08:01")
    assert await ready.states() == ["open"]
    assert len(ready.announcer.of("post")) == 1


async def test_a_moderator_and_the_ticker_at_once_make_one_post(ready):
    ready.clock.set(NINE)
    results = await asyncio.gather(ready.tick(NINE), post(ready, NINE), return_exceptions=True)
    assert len(ready.announcer.of("post")) == 1
    assert len(await ready.rounds()) == 1
    assert isinstance(results[1], RoundExists) or results[1].state == "open"


async def test_a_round_can_be_posted_while_paused_and_ends_as_the_next_is_posted(ready):
    await set_paused(ready.db, GUILD, EIGHT, is_paused=True)
    assert (await post(ready, NOON)).closes_at is None
    await ready.tick("2026-03-05 09:00")
    assert await ready.states() == ["open"]
    await set_paused(ready.db, GUILD, at("2026-03-05 12:00"), is_paused=False)
    await ready.tick("2026-03-06 09:00")
    assert await ready.states() == ["revealed", "open"]


# --- Reveal now -------------------------------------------------------------------------------


async def test_revealing_now_ends_the_round_now(ready):
    await ready.tick(NINE)
    round_ = await reveal(ready, NOON)
    [stored] = await ready.rounds()
    assert (stored.id, stored.state, stored.closes_at) == (round_.id, "revealed", NOON)
    assert len(ready.announcer.of("reveal")) == 1
    await ready.tick("2026-03-03 09:00")
    assert len(ready.announcer.of("reveal")) == 1
    assert await ready.states() == ["revealed", "open"]


async def test_without_an_open_round_the_next_one_is_told(ready):
    for attempt in (reveal_now(ready.ctx, GUILD, EIGHT), open_round_of(ready.db, GUILD, EIGHT)):
        with pytest.raises(NoOpenRound) as refusal:
            await attempt
        assert refusal.value.next_post_at == NINE


async def test_a_reveal_that_failed_leaves_the_round_closed_and_is_tried_again(ready):
    await ready.tick(NINE)
    ready.announcer.lose_answer("reveal", OUTAGE)
    with pytest.raises(AnnounceFailed):
        await reveal(ready, NOON)
    [round_] = await ready.rounds()
    assert (round_.state, round_.attempts, round_.last_error) == ("scored", 1, "Discord is down")
    await ready.tick("2026-03-02 12:01")
    assert await ready.states() == ["revealed"]
    assert len(ready.announcer.of("reveal")) == 1


async def test_revealing_now_tries_a_waiting_reveal_again_at_once(ready):
    await ready.tick(NINE)
    ready.announcer.refuse("reveal", BARRED)
    with pytest.raises(AnnounceFailed):
        await reveal(ready, NOON)
    await reveal(ready, at("2026-03-02 12:01"))
    assert await ready.states() == ["revealed"]
    assert len(ready.announcer.of("reveal")) == 1


async def test_the_open_round_is_the_newest(ready):
    await ready.tick(NINE)
    assert (await open_round_of(ready.db, GUILD, NOON)).puzzle_date.day == 2


# --- Preview ----------------------------------------------------------------------------------


async def test_a_preview_is_what_is_posted_next_and_posts_nothing(ready):
    preview = await preview_next(ready.ctx, GUILD, EIGHT)
    assert ready.announcer.messages == []
    assert await ready.rounds() == []
    await ready.tick(NINE)
    [round_] = await ready.rounds()
    assert (preview.lesson.pep, preview.puzzle.id) == (round_.pep, round_.puzzle_id)
    assert preview.truth == round_.truth


async def test_a_preview_of_one_pep(ready):
    assert (await preview_next(ready.ctx, GUILD, EIGHT, pep=20)).lesson.pep == 20
    with pytest.raises(UnknownLesson):
        await preview_next(ready.ctx, GUILD, EIGHT, pep=3000)


async def test_a_preview_sets_a_puzzle_that_disagrees_aside(ready):
    ready.sees(a_lesson(8))
    ready.sandbox.script["print('8-one')\n"] = ran("7\n")
    assert (await preview_next(ready.ctx, GUILD, EIGHT)).puzzle.id == "8-two"
    assert await ready.db.read(list_set_aside) == {("8-one", "digest-8")}


async def test_a_preview_says_when_the_sandbox_cannot_run(ready):
    ready.sees(a_lesson(8, ("one",)))
    ready.sandbox.script["print('8-one')\n"] = ran(outcome=Outcome.UNAVAILABLE, detail="no limits")
    with pytest.raises(SandboxUnavailable, match="8-one: no limits"):
        await preview_next(ready.ctx, GUILD, EIGHT)


async def test_there_is_nothing_to_preview_in_an_empty_library(ready):
    ready.sees()
    with pytest.raises(NothingToPost):
        await preview_next(ready.ctx, GUILD, EIGHT)


async def test_a_preview_has_the_difficulty_that_first_answers_say(world):
    await world.set_up()
    found = await preview_next(world.ctx, GUILD, NINE)
    assert (found.difficulty.level, found.difficulty.answers) == (2.0, 0)
    await world.db.write(
        lambda tx: tx.execute("INSERT INTO puzzle_answers VALUES (?1, 40, 40)", found.puzzle.id)
    )
    found = await preview_next(world.ctx, GUILD, NINE)
    assert found.difficulty.is_known
    assert found.difficulty.level < 2.0
