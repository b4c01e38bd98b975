"""Opening a round: one post a date, whatever fails and wherever the process dies."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.errors import (
    AnnounceFailed,
    NothingToPost,
    RoundExists,
    SandboxUnavailable,
    UnknownLesson,
)
from bot.core.lessons import Option
from bot.core.rounds import RoundState
from bot.core.runs import Outcome
from bot.core.versions import PythonVersion, VersionBounds
from bot.services.lessons import lesson_of, round_lesson
from bot.services.opening import MAX_FAILED_PUZZLES, open_round, repost_round, resume_round
from bot.services.schedules import load_set_up, save_schedule
from bot.storage.guilds import load_settings
from bot.storage.lessons import list_set_aside
from bot.storage.rounds import load_round
from tests.doubles import (
    CHANNEL,
    GUILD,
    PY313,
    RIGHT,
    Crash,
    a_lesson,
    a_puzzle,
    at,
    library_of,
    ran,
)

MONDAY = date(2026, 3, 2)
NINE = at("2026-03-02 09:00")
OUTAGE = AnnounceFailed("Discord is down")
BARRED = AnnounceFailed("no permission", is_lasting=True)


async def settings_of(world):
    return await world.db.read(lambda tx: load_settings(tx, GUILD))


async def open_monday(world, **options):
    world.clock.set(NINE)
    return await open_round(world.ctx, await settings_of(world), MONDAY, NINE, **options)


@pytest.fixture
async def ready(world):
    await world.set_up()
    return world


async def test_a_round_is_run_posted_and_recorded(ready):
    round_ = await open_monday(ready)
    assert round_.state is RoundState.OPEN
    assert (round_.guild_id, round_.channel_id, round_.puzzle_date) == (GUILD, CHANNEL, MONDAY)
    assert (round_.opened_at, round_.closes_at) == (NINE, at("2026-03-03 09:00"))
    assert (round_.truth.option, round_.truth.python) == (RIGHT, "3.13")
    [post] = ready.announcer.of("post")
    assert (post.round_id, post.pep) == (round_.id, round_.pep)
    assert round_.message_id == post.posted.message_id
    assert await ready.rounds() == [round_]
    # A round that is new is not searched for.
    assert ready.announcer.searches == []


async def test_the_sandbox_gets_the_puzzle_its_input_and_needs_under_the_authored_limits(ready):
    puzzle = a_puzzle("8-input", stdin="7\n", needs=("fs",))
    ready.sees(a_lesson(8, puzzles=(puzzle,)))
    await open_monday(ready)
    assert ready.sandbox.runs == [(puzzle.code, PY313)]
    assert ready.sandbox.asked == [("7\n", frozenset({"fs"}), ready.limits)]


@pytest.mark.parametrize("step", range(1, 5))
async def test_a_crash_after_each_step_and_a_new_process_make_one_post(ready, step):
    steps = ready.crashing_after(step)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    assert steps.passed == ["commit", "run", "commit", "post"][:step]
    ready.restarted()
    for minute in (1, 2, 3):
        await ready.tick(NINE + timedelta(minutes=minute))
    [post] = ready.announcer.of("post")
    [round_] = await ready.rounds()
    assert (round_.state, round_.message_id) == ("open", post.posted.message_id)
    assert round_.opened_at == post.posted.posted_at


async def test_those_are_all_the_steps(ready):
    steps = ready.crashing_after(None)
    await ready.tick(NINE)
    assert steps.passed == ["commit", "run", "commit", "post", "commit"]


async def test_a_crash_after_the_record_leaves_the_round_open(ready):
    ready.crashing_after(5)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    ready.restarted()
    await ready.tick("2026-03-02 09:01")
    assert len(ready.announcer.of("post")) == 1
    assert await ready.states() == ["open"]


@pytest.mark.parametrize("first", range(1, 5))
@pytest.mark.parametrize("second", range(1, 5))
async def test_two_crashes_on_end_still_make_one_post(ready, first, second):
    ready.crashing_after(first)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    ready.restarted()
    ready.crashing_after(second)
    with suppress(Crash):
        await ready.tick("2026-03-02 09:01")
    ready.restarted()
    await ready.tick("2026-03-02 09:02")
    await ready.tick("2026-03-02 09:03")
    assert len(ready.announcer.of("post")) == 1
    assert await ready.states() == ["open"]


async def test_a_post_that_discord_refused_is_posted_at_a_later_tick(ready):
    ready.announcer.refuse("post", OUTAGE)
    await ready.tick(NINE)
    [round_] = await ready.rounds()
    assert (round_.state, round_.attempts, round_.last_error) == ("reserved", 1, "Discord is down")
    assert round_.retry_at == NINE + timedelta(seconds=15)
    await ready.tick("2026-03-02 09:00")
    assert ready.announcer.messages == []
    await ready.tick(NINE + timedelta(seconds=15))
    assert len(ready.announcer.of("post")) == 1
    assert await ready.states() == ["open"]
    assert len(ready.sandbox.runs) == 1


async def test_a_post_that_got_through_unnoticed_is_found_and_not_repeated(ready):
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    assert await ready.states() == ["reserved"]
    await ready.tick("2026-03-02 09:07")
    [post] = ready.announcer.of("post")
    [round_] = await ready.rounds()
    assert (round_.state, round_.message_id) == ("open", post.posted.message_id)
    # The clock of the round is the message's own, not that of the tick that found it.
    assert (round_.opened_at, round_.closes_at) == (NINE, at("2026-03-03 09:00"))


async def test_waits_grow_with_each_failure(ready):
    for _ in range(3):
        ready.announcer.refuse("post", OUTAGE)
    now, waits = NINE, []
    for _ in range(3):
        await ready.tick(now)
        [round_] = await ready.rounds()
        waits.append((round_.retry_at - now).total_seconds())
        now = round_.retry_at
    assert waits == [15, 30, 60]
    await ready.tick(now)
    assert await ready.states() == ["open"]


async def test_a_missing_permission_is_tried_every_half_hour(ready):
    ready.announcer.refuse("post", BARRED)
    await ready.tick(NINE)
    [round_] = await ready.rounds()
    assert round_.retry_at == NINE + timedelta(minutes=30)


async def test_a_date_that_has_its_round_is_refused_and_nothing_posted(ready):
    first = await open_monday(ready)
    with pytest.raises(RoundExists) as refusal:
        await open_monday(ready)
    assert refusal.value.round == first
    assert len(ready.announcer.of("post")) == 1


async def test_a_puzzle_that_disagrees_is_set_aside_and_the_next_takes_its_place(ready):
    first = (await open_monday(ready)).puzzle_id
    other = GUILD + 1
    await ready.set_up(guild_id=other)
    settings = await ready.db.read(lambda tx: load_settings(tx, other))
    ready.sandbox.script[f"print('{first}')\n"] = ran("7\n")
    # The other guild's turn comes to each puzzle some day; the faulty one is never posted.
    posted = []
    for day in range(8):
        round_ = await open_round(ready.ctx, settings, MONDAY + timedelta(days=day), NINE)
        posted.append(round_.puzzle_id)
    assert first not in posted
    assert len(set(posted)) == 5
    aside = await ready.db.read(list_set_aside)
    assert aside == {(first, f"digest-{first.split('-')[0]}")}
    assert [run[0] for run in ready.sandbox.runs].count(f"print('{first}')\n") == 2


async def test_two_options_that_agree_are_a_fault_as_well(ready):
    twice = a_puzzle("8-twice", options=(Option("", "4\n"), Option("", "4\n"), Option("", "5\n")))
    ready.sees(a_lesson(8, puzzles=(twice, a_puzzle("8-good"))))
    assert (await open_monday(ready)).puzzle_id == "8-good"


async def test_the_replacement_s_lesson_is_the_one_announced_and_kept(ready):
    bad = a_lesson(8, puzzles=(a_puzzle("8-bad", code="print(7)\n"),))
    ready.sees(bad, a_lesson(20))
    ready.sandbox.script["print(7)\n"] = ran("7\n")
    rounds = [await open_monday(ready)]
    assert rounds[0].pep == 20
    assert ready.announcer.of("post")[0].pep == 20
    ready.sees()
    lesson, puzzle = await lesson_of(ready.db, ready.library, rounds[0])
    assert (lesson.pep, puzzle.id) == (20, rounds[0].puzzle_id)


async def test_a_corrected_lesson_is_back_in_play(ready):
    ready.sees(a_lesson(8, ("one",)))
    ready.sandbox.script["print('8-one')\n"] = ran("7\n")
    with pytest.raises(NothingToPost):
        await open_monday(ready)
    corrected = a_puzzle("8-one", options=(Option("", "7\n"), Option("", "8\n")))
    ready.sees(a_lesson(8, puzzles=(corrected,), digest="corrected"))
    await ready.tick("2026-03-02 09:30")
    assert await ready.states() == ["open"]
    [round_] = await ready.rounds()
    assert (round_.lesson_digest, round_.truth.option) == ("corrected", 0)


async def test_nothing_is_reserved_where_nothing_can_be_posted(ready):
    ready.sees()
    with pytest.raises(NothingToPost) as refusal:
        await open_monday(ready)
    assert refusal.value.pep is None
    assert await ready.rounds() == []


async def test_one_pep_can_be_asked_for(ready):
    for pep in (484, 8):
        other = GUILD + pep
        await ready.set_up(guild_id=other)
        settings = await ready.db.read(lambda tx, guild=other: load_settings(tx, guild))
        assert (await open_round(ready.ctx, settings, MONDAY, NINE, pep=pep)).pep == pep


async def test_a_pep_asked_for_is_not_swapped_for_another(ready):
    for name in ("one", "two"):
        ready.sandbox.script[f"print('484-{name}')\n"] = ran("7\n")
    with pytest.raises(NothingToPost) as refusal:
        await open_monday(ready, pep=484)
    assert refusal.value.pep == 484
    assert ready.announcer.messages == []
    # The date stays reserved, and the ticker finds another lesson for it.
    await ready.tick("2026-03-02 09:01")
    [round_] = await ready.rounds()
    assert round_.state is RoundState.OPEN
    assert round_.pep != 484


@pytest.mark.parametrize(
    "result",
    [
        ran(outcome=Outcome.TIMEOUT),
        ran(outcome=Outcome.MEMORY),
        ran(outcome=Outcome.OUTPUT_LIMIT, truncated=True),
        ran(outcome=Outcome.KILLED),
        ran(outcome=Outcome.UNAVAILABLE, detail="no user namespaces"),
        ran(outcome=Outcome.ERROR),
    ],
)
async def test_a_run_that_says_nothing_of_the_puzzle_sets_none_aside(ready, result):
    ready.sees(a_lesson(8, ("one",)), a_lesson(20, ("one",)))
    for pep in (8, 20):
        ready.sandbox.script[f"print('{pep}-one')\n"] = result
    await ready.tick(NINE)
    assert await ready.states() == ["reserved"]
    assert await ready.db.read(list_set_aside) == set()
    ready.sandbox.script.clear()
    await ready.tick("2026-03-02 10:00")
    assert await ready.states() == ["open"]


async def test_a_puzzle_that_never_ends_here_makes_way_this_once(ready):
    ready.sees(a_lesson(8, ("one",)), a_lesson(20, ("one",)))
    ready.sandbox.script["print('8-one')\n"] = ran(outcome=Outcome.TIMEOUT)
    for day in range(3):
        await ready.tick(NINE + timedelta(days=day))
    assert [round_.pep for round_ in await ready.rounds()] == [20, 20, 20]
    assert await ready.db.read(list_set_aside) == set()


async def test_a_small_library_on_a_busy_machine_is_not_an_empty_one(ready):
    ready.sees(a_lesson(8, ["one"]))
    ready.sandbox.script["print('8-one')\n"] = ran(outcome=Outcome.TIMEOUT)
    await ready.tick(NINE)
    [round_] = await ready.rounds()
    assert round_.state == "reserved"
    assert round_.retry_at == NINE + timedelta(seconds=15), "not half an hour"
    ready.sandbox.script.clear()
    await ready.tick(round_.retry_at)
    assert await ready.states() == ["open"]


async def test_a_sandbox_that_runs_nothing_is_not_asked_for_every_puzzle(ready):
    for pep in (8, 20, 484):
        for name in ("one", "two"):
            code = f"print('{pep}-{name}')\n"
            ready.sandbox.script[code] = ran(outcome=Outcome.UNAVAILABLE, detail="no namespaces")
    with pytest.raises(SandboxUnavailable, match="no namespaces"):
        await open_monday(ready)
    assert len(ready.sandbox.runs) == MAX_FAILED_PUZZLES
    assert await ready.states() == ["reserved"]


async def test_a_reserved_puzzle_whose_python_left_the_host_makes_way(ready):
    old = a_puzzle("8-old", python=VersionBounds(PythonVersion(3, 8), PythonVersion(3, 8)))
    ready.sees(a_lesson(8, puzzles=(old,)))
    ready.sandbox.pythons = [PythonVersion(3, 8)]
    ready.crashing_after(1)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    ready.sandbox.pythons = [PY313]
    ready.sees(a_lesson(8, puzzles=(old,)), a_lesson(20))
    await ready.tick("2026-03-02 09:01")
    [round_] = await ready.rounds()
    assert (round_.state, round_.pep) == ("open", 20)


async def test_an_edited_lesson_file_does_not_change_a_round_that_is_reserved_or_open(ready):
    ready.sees(a_lesson(8, ("one",)))
    ready.crashing_after(3)
    with pytest.raises(Crash):
        await ready.tick(NINE)
    ready.sees(a_lesson(8, ("other",), title="Edited", digest="edited"))
    await ready.tick("2026-03-02 09:01")
    [round_] = await ready.rounds()
    lesson, puzzle = await lesson_of(ready.db, ready.library, round_)
    assert (lesson.title, puzzle.id) == ("The lesson on 8", "8-one")


# --- Too late ---------------------------------------------------------------------------------


async def reserved_yesterday(world, *, step):
    world.crashing_after(step)
    with pytest.raises(Crash):
        await world.tick(NINE)
    world.restarted()
    [round_] = await world.rounds()
    return round_


async def test_a_round_found_too_late_is_opened_with_its_own_times_then_closed(ready):
    await reserved_yesterday(ready, step=4)
    await ready.tick("2026-03-03 08:00")
    [round_] = await ready.rounds()
    assert (round_.state, round_.closes_at) == ("open", at("2026-03-03 09:00"))
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["revealed", "open"]
    assert len(ready.announcer.of("post")) == 2


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_round_that_was_never_posted_on_its_date_is_void_and_the_next_is_posted(
    ready, step
):
    await reserved_yesterday(ready, step=step)
    await ready.tick("2026-03-03 09:00")
    assert await ready.states() == ["void", "open"]
    assert len(ready.announcer.of("post")) == 1
    first, second = await ready.rounds()
    assert first.last_error == "not posted on 2026-03-02: the bot was away"
    # What nobody saw may come again at once.
    assert second.puzzle_id == first.puzzle_id


async def test_the_reason_of_a_void_is_the_last_failure(ready):
    ready.announcer.bar("post", CHANNEL, BARRED)
    await ready.tick(NINE)
    await ready.tick("2026-03-03 08:00")
    [round_] = await ready.rounds()
    assert (round_.state, round_.last_error) == (
        "void",
        "not posted on 2026-03-02: no permission",
    )


async def test_a_channel_that_is_gone_does_not_hold_yesterday_s_round_for_ever(ready):
    ready.announcer.bar("post", CHANNEL, BARRED)
    ready.announcer.bar("find_post", CHANNEL, BARRED)
    await ready.tick(NINE)
    await ready.tick("2026-03-03 08:00")
    assert await ready.states() == ["void"]


async def test_a_post_that_is_found_without_the_thread_it_was_to_have_gets_it_once(ready):
    settings = (await load_set_up(ready.db, GUILD, NINE)).settings
    await save_schedule(ready.db, replace(settings, has_thread=True), at("2026-03-02 08:30"))
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    assert ready.announcer.threads == []
    steps = ready.crashing_after(None)
    await ready.tick("2026-03-02 09:10")
    [round_] = await ready.rounds()
    assert (round_.state, round_.has_thread) == ("open", True)
    assert ready.announcer.threads == [round_.message_id]
    assert "post" not in steps.passed


async def test_a_crash_after_that_thread_begins_no_second_one(ready):
    settings = (await load_set_up(ready.db, GUILD, NINE)).settings
    await save_schedule(ready.db, replace(settings, has_thread=True), at("2026-03-02 08:30"))
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    ready.crashing_after(1)
    with pytest.raises(Crash):
        await ready.tick("2026-03-02 09:10")
    ready.restarted()
    await ready.tick("2026-03-02 09:20")
    [round_] = await ready.rounds()
    assert (round_.state, round_.has_thread, len(ready.announcer.threads)) == ("open", True, 1)


async def test_a_post_that_was_to_have_no_thread_is_found_without_one(ready):
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    await ready.tick("2026-03-02 09:10")
    assert (await ready.states(), ready.announcer.threads) == (["open"], [])


async def test_an_outage_at_discord_does_hold_it_the_post_may_be_there(ready):
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    ready.announcer.refuse("find_post", OUTAGE)
    await ready.tick("2026-03-03 08:00")
    assert await ready.states() == ["reserved"]
    await ready.tick("2026-03-03 08:30")
    assert await ready.states() == ["open"]


async def test_a_channel_that_cannot_be_searched_gets_no_second_post_on_the_day(ready):
    """The first one may be there: only a permission keeps the bot from seeing it."""
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    ready.announcer.bar("find_post", CHANNEL, BARRED)
    await ready.tick("2026-03-02 10:00")
    assert await ready.states() == ["reserved"]
    assert len(ready.announcer.of("post")) == 1
    ready.announcer.unbar()
    await ready.tick("2026-03-02 11:00")
    assert await ready.states() == ["open"]
    assert len(ready.announcer.of("post")) == 1


# --- Another channel --------------------------------------------------------------------------


async def test_a_new_channel_takes_the_round_that_the_old_one_refused(ready):
    ready.announcer.bar("post", CHANNEL, BARRED)
    ready.announcer.bar("find_post", CHANNEL, BARRED)
    await ready.tick(NINE)
    await ready.set_up(channel_id=CHANNEL + 5, now=at("2026-03-02 09:10"))
    await ready.tick("2026-03-02 09:10")
    [post] = ready.announcer.of("post")
    [round_] = await ready.rounds()
    assert (round_.state, round_.channel_id, post.channel_id) == ("open", *(CHANNEL + 5,) * 2)


async def test_a_post_in_the_old_channel_is_found_before_the_new_one_is_used(ready):
    ready.announcer.lose_answer("post", OUTAGE)
    await ready.tick(NINE)
    await ready.set_up(channel_id=CHANNEL + 5, now=at("2026-03-02 09:10"))
    await ready.tick("2026-03-02 09:10")
    [post] = ready.announcer.of("post")
    [round_] = await ready.rounds()
    assert (round_.state, round_.channel_id, post.channel_id) == ("open", CHANNEL, CHANNEL)


# --- Resume and repost, called by themselves --------------------------------------------------


async def test_resuming_gives_the_opened_round_or_none_where_it_was_given_up(ready):
    round_ = await reserved_yesterday(ready, step=3)
    opened = await resume_round(ready.ctx, round_, NINE, is_too_late=False)
    assert opened.state is RoundState.OPEN
    await ready.set_up(guild_id=GUILD + 1)


async def test_a_round_of_a_guild_without_settings_has_no_end(ready):
    round_ = await reserved_yesterday(ready, step=3)
    await ready.db.write(lambda tx: tx.execute("DELETE FROM schedules"))
    opened = await resume_round(ready.ctx, round_, NINE, is_too_late=False)
    assert (opened.state, opened.closes_at) == ("open", None)


async def test_the_post_says_when_its_round_ends(ready):
    seen = []
    post = ready.announcer.post

    async def watching(round_, lesson):
        seen.append(round_.closes_at)
        return await post(round_, lesson)

    ready.announcer.post = watching
    await open_monday(ready)
    assert seen == [at("2026-03-03 09:00")]


async def test_a_deleted_post_can_be_made_again_without_a_change_to_the_round(ready):
    round_ = await open_monday(ready)
    ready.clock.set(at("2026-03-02 12:00"))
    again = await repost_round(ready.ctx, round_)
    assert again == replace(round_, message_id=again.message_id)
    assert again.message_id == ready.announcer.of("post")[1].posted.message_id


async def test_a_round_that_is_over_is_not_made_again(ready):
    round_ = replace(await open_monday(ready), state=RoundState.REVEALED)
    assert await repost_round(ready.ctx, round_) is round_
    assert len(ready.announcer.of("post")) == 1


# --- Which lesson a round has -----------------------------------------------------------------


async def test_a_lesson_that_nobody_has_any_more_is_unknown(ready):
    round_ = await open_monday(ready)
    for tampered in (
        replace(round_, lesson_digest="gone"),
        replace(round_, pep=999, lesson_digest="gone"),
        replace(round_, puzzle_id="8-gone"),
    ):
        with pytest.raises(UnknownLesson):
            await lesson_of(ready.db, library_of(*ready.library), tampered)


async def test_a_round_s_lesson_is_its_own_guild_s_to_see(ready):
    from bot.core.errors import UnknownRound

    round_ = await open_monday(ready)
    assert (await round_lesson(ready.ctx, GUILD, round_.id)).pep == round_.pep
    for guild_id, round_id in ((GUILD + 1, round_.id), (GUILD, 99)):
        with pytest.raises(UnknownRound):
            await round_lesson(ready.ctx, guild_id, round_id)
    assert await ready.db.read(lambda tx: load_round(tx, 99)) is None
