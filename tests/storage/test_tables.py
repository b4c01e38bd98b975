"""Every statement, and every guarded one's refusal, on a real file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.lessons import Lesson
from bot.core.rounds import RoundState, Start
from bot.core.schedule import ALL_WEEKDAYS
from bot.core.selection import PostedPuzzle
from bot.core.settings import CodeView, GuildSettings
from bot.storage import guilds, lessons, places, plays, queue, round_lists, rounds, state
from bot.storage.values import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from tests.doubles import CHANNEL, GUILD, a_guess, a_lesson, a_schedule, a_truth, at
from tests.engines import IntegrityError

LESSON, OTHER = a_lesson(8), a_lesson(20)
MONDAY = date(2026, 3, 2)
NINE, TEN = at("2026-03-02 09:00"), at("2026-03-02 10:00")
TOMORROW = at("2026-03-03 09:00")


def reserve(tx, puzzle_date=MONDAY, *, guild_id=GUILD, lesson: Lesson = LESSON, puzzle=0, slot=1):
    lessons.insert_lesson_version(tx, lesson)
    return rounds.insert_reserved(
        tx,
        guild_id=guild_id,
        slot=slot,
        channel_id=CHANNEL,
        puzzle_date=puzzle_date,
        lesson=lesson,
        puzzle=lesson.puzzles[puzzle],
        now=NINE,
    )


def opened(tx, puzzle_date=MONDAY, *, closes_at=TOMORROW, **fields):
    round_ = reserve(tx, puzzle_date, **fields)
    rounds.mark_truth(tx, round_.id, a_truth())
    assert rounds.mark_open(tx, round_.id, message_id=901, opened_at=NINE, closes_at=closes_at)
    return rounds.load_round(tx, round_.id)


def in_state(tx, wanted, puzzle_date=MONDAY, **fields):
    if wanted == RoundState.RESERVED:
        return reserve(tx, puzzle_date, **fields)
    if wanted == RoundState.VOID:
        round_ = reserve(tx, puzzle_date, **fields)
        assert rounds.mark_void(tx, round_.id, "the bot was away")
        return rounds.load_round(tx, round_.id)
    round_ = opened(tx, puzzle_date, **fields)
    if wanted in (RoundState.SCORED, RoundState.REVEALED):
        assert rounds.mark_scored(tx, round_.id)
    if wanted == RoundState.REVEALED:
        assert rounds.mark_revealed(tx, round_.id, 902)
    return rounds.load_round(tx, round_.id)


# --- rounds -----------------------------------------------------------------------------------


def test_a_reserved_round_is_stored_as_it_is(tx):
    round_ = reserve(tx)
    assert rounds.load_round(tx, round_.id) == round_
    assert rounds.load_round_of_date(tx, GUILD, MONDAY) == round_
    assert (round_.state, round_.puzzle_date, round_.reserved_at) == ("reserved", MONDAY, NINE)
    assert (round_.pep, round_.puzzle_id, round_.lesson_digest) == (8, "8-one", "digest-8")
    assert (round_.truth, round_.message_id, round_.closes_at, round_.attempts) == (None,) * 3 + (
        0,
    )


def test_a_date_has_one_round_a_guild_whoever_asks_second(tx):
    first = reserve(tx)
    assert reserve(tx, lesson=OTHER) is None
    assert rounds.load_round_of_date(tx, GUILD, MONDAY) == first
    assert reserve(tx, guild_id=GUILD + 1) is not None
    assert reserve(tx, MONDAY + timedelta(days=1)) is not None


@pytest.mark.parametrize("wanted", list(RoundState))
def test_a_round_keeps_its_date_in_every_state(tx, wanted):
    in_state(tx, wanted)
    assert reserve(tx) is None


def test_an_unknown_round_is_none(tx):
    assert rounds.load_round(tx, 99) is None
    assert rounds.load_round_of_date(tx, GUILD, MONDAY) is None
    assert round_lists.load_latest_open(tx, GUILD) is None
    assert round_lists.load_open_date(tx, GUILD) is None


def test_the_truth_is_stored_whole_an_exception_too(tx):
    round_ = reserve(tx)
    truth = a_truth(stdout="é\x00\n", exception="TypeError", option=0)
    rounds.mark_truth(tx, round_.id, truth)
    assert rounds.load_round(tx, round_.id).truth == truth


def test_another_pick_takes_the_truth_with_it(tx):
    round_ = reserve(tx)
    rounds.mark_truth(tx, round_.id, a_truth())
    lessons.insert_lesson_version(tx, OTHER)
    rounds.mark_pick(tx, round_.id, OTHER, OTHER.puzzles[1])
    picked = rounds.load_round(tx, round_.id)
    assert (picked.pep, picked.puzzle_id, picked.lesson_digest) == (20, "20-two", "digest-20")
    assert picked.truth is None


def test_a_pick_must_be_a_kept_lesson(tx):
    round_ = reserve(tx)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        rounds.mark_pick(tx, round_.id, OTHER, OTHER.puzzles[0])


def test_opening_records_the_post_and_forgets_the_failures(tx):
    round_ = reserve(tx)
    rounds.mark_truth(tx, round_.id, a_truth())
    rounds.mark_failure(tx, round_.id, retry_at=TEN, error="no permission")
    failed = rounds.load_round(tx, round_.id)
    assert (failed.attempts, failed.retry_at, failed.last_error) == (1, TEN, "no permission")
    assert rounds.mark_open(tx, round_.id, message_id=901, opened_at=NINE, closes_at=None)
    open_ = rounds.load_round(tx, round_.id)
    assert (open_.state, open_.message_id, open_.opened_at) == ("open", 901, NINE)
    assert (open_.closes_at, open_.attempts, open_.retry_at, open_.last_error) == (
        None,
        0,
        None,
        None,
    )


def test_a_round_whose_puzzle_never_ran_cannot_open(tx):
    round_ = reserve(tx)
    assert not rounds.mark_open(tx, round_.id, message_id=901, opened_at=NINE, closes_at=None)
    assert rounds.load_round(tx, round_.id) == round_


STEPS = {
    "pick": lambda tx, id_: rounds.mark_pick(tx, id_, LESSON, LESSON.puzzles[1]),
    "channel": lambda tx, id_: rounds.mark_channel(tx, id_, 777),
    "truth": lambda tx, id_: rounds.mark_truth(tx, id_, a_truth(option=2)),
    "open": lambda tx, id_: rounds.mark_open(
        tx, id_, message_id=777, opened_at=TEN, closes_at=None
    ),
    "void": lambda tx, id_: rounds.mark_void(tx, id_, "why"),
    "moved": lambda tx, id_: rounds.mark_moved(tx, id_, 777),
    "closing": lambda tx, id_: rounds.mark_closing(tx, id_, TEN),
    "scored": rounds.mark_scored,
    "revealed": lambda tx, id_: rounds.mark_revealed(tx, id_, 777),
}
ALLOWED = {
    "pick": {"reserved"},
    "channel": {"reserved"},
    "truth": {"reserved"},
    "open": set(),  # the reserved one here was never run
    "void": {"reserved"},
    "moved": {"open"},
    "closing": {"open"},
    "scored": {"open"},
    "revealed": {"scored"},
}


@pytest.mark.parametrize("wanted", list(RoundState))
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_from_its_own_state_and_changes_nothing_in_any_other(tx, step, wanted):
    round_ = in_state(tx, wanted)
    took = STEPS[step](tx, round_.id)
    after = rounds.load_round(tx, round_.id)
    is_allowed = wanted in ALLOWED[step]
    assert (after != round_) is is_allowed
    assert took in (None, is_allowed)


def test_steps_touch_no_other_round(tx):
    opened(tx)
    bystander = reserve(tx, guild_id=GUILD + 1)
    for name, step in STEPS.items():
        step(tx, 1)
        assert rounds.load_round(tx, bystander.id) == bystander, name


def test_scoring_and_revealing_forget_the_failures(tx):
    round_ = opened(tx)
    rounds.mark_failure(tx, round_.id, retry_at=TEN, error="x")
    rounds.mark_scored(tx, round_.id)
    assert rounds.load_round(tx, round_.id).attempts == 0
    rounds.mark_failure(tx, round_.id, retry_at=TEN, error="x")
    rounds.mark_failure(tx, round_.id, retry_at=TOMORROW, error="y")
    failed = rounds.load_round(tx, round_.id)
    assert (failed.attempts, failed.retry_at, failed.last_error) == (2, TOMORROW, "y")
    rounds.mark_revealed(tx, round_.id, None)
    revealed = rounds.load_round(tx, round_.id)
    assert (revealed.attempts, revealed.retry_at, revealed.reveal_message_id) == (0, None, None)


def test_a_void_round_keeps_the_reason(tx):
    assert in_state(tx, RoundState.VOID).last_error == "the bot was away"


def test_a_new_end_of_a_round_is_stored(tx):
    round_ = opened(tx)
    rounds.mark_closing(tx, round_.id, TEN)
    assert rounds.load_round(tx, round_.id) == replace(round_, closes_at=TEN)


def test_waiting_rounds_of_one_guild_are_let_go(tx):
    mine, other = reserve(tx), reserve(tx, guild_id=GUILD + 1)
    for round_ in (mine, other):
        rounds.mark_failure(tx, round_.id, retry_at=TOMORROW, error="x")
    rounds.mark_retry_now(tx, GUILD)
    assert rounds.load_round(tx, mine.id).retry_at is None
    assert rounds.load_round(tx, other.id).retry_at == TOMORROW


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE rounds SET state = 'paused' WHERE id = 1",
        "UPDATE rounds SET state = 'open', message_id = NULL WHERE id = 1",
        "UPDATE rounds SET state = 'scored', true_option = NULL WHERE id = 1",
        "UPDATE rounds SET lesson_digest = 'unknown' WHERE id = 1",
        "INSERT INTO starts (round_id, player_id, started_at) VALUES (99, 1, 0)",
        "DELETE FROM rounds WHERE id = 1",
    ],
)
def test_the_schema_itself_refuses_what_the_code_never_does(tx, sql):
    round_ = opened(tx)
    plays.insert_start(tx, round_.id, 42, TEN)
    with pytest.raises(IntegrityError):
        tx.execute(sql)


def days(*numbers):
    return [MONDAY + timedelta(days=number) for number in numbers]


def one_of_each(tx, **fields):
    """A round in each state: reserved on Monday, then open, scored, revealed, void."""
    for number, wanted in enumerate(RoundState):
        in_state(tx, wanted, MONDAY + timedelta(days=number), **fields)


def test_live_rounds_are_the_unfinished_ones_and_today_s(tx):
    one_of_each(tx)
    one_of_each(tx, guild_id=GUILD + 1)

    def live(today):
        return [r.puzzle_date for r in round_lists.list_live_rounds(tx, GUILD, today)]

    assert live(date(2030, 1, 1)) == days(0, 1, 2)
    assert live(MONDAY) == days(0, 1, 2)
    assert live(days(3)[0]) == days(0, 1, 2, 3)
    assert live(days(4)[0]) == days(0, 1, 2, 4)


def test_members_could_play_on_the_dates_of_open_and_ended_rounds(tx):
    one_of_each(tx)
    assert round_lists.list_round_dates(tx, GUILD) == days(1, 2, 3)
    assert round_lists.list_round_dates(tx, GUILD + 1) == []


def test_the_latest_open_round_is_the_newest_by_date(tx):
    newest = opened(tx, days(2)[0])
    opened(tx, days(1)[0])
    in_state(tx, RoundState.SCORED, days(3)[0])
    assert round_lists.load_latest_open(tx, GUILD) == newest


def test_the_open_date_is_that_of_the_newest_rounds_or_none(tx):
    opened(tx, days(1)[0])
    assert round_lists.load_open_date(tx, GUILD) == days(1)[0]
    in_state(tx, RoundState.SCORED, days(2)[0])
    assert round_lists.load_open_date(tx, GUILD) is None
    in_state(tx, RoundState.VOID, days(3)[0])
    opened(tx, days(4)[0])
    assert round_lists.load_open_date(tx, GUILD) == days(4)[0]


def test_what_a_guild_had_is_listed_by_date_without_the_voided(tx):
    last = reserve(tx, days(2)[0], puzzle=1)
    opened(tx, days(0)[0])
    in_state(tx, RoundState.VOID, days(1)[0])
    opened(tx, days(0)[0], guild_id=GUILD + 1)
    had = [PostedPuzzle(8, "8-one"), PostedPuzzle(8, "8-two")]
    assert round_lists.list_posted(tx, GUILD) == had
    assert round_lists.list_posted(tx, GUILD, but_round=last.id) == had[:1]


def test_of_each_puzzle_the_last_turn_counts_and_a_lesson_passed_over_has_its_own(tx):
    for number, puzzle in enumerate((0, 1, 0, 0)):
        opened(tx, days(number)[0], puzzle=puzzle)
    opened(tx, days(1)[0], lesson=OTHER, slot=2)
    void = in_state(tx, RoundState.VOID, days(5)[0], puzzle=1)
    last = reserve(tx, days(6)[0], puzzle=1)
    queue.save_skipped(tx, GUILD, 31, days(3)[0])
    one, two = PostedPuzzle(8, "8-one"), PostedPuzzle(8, "8-two")
    other, skip = PostedPuzzle(20, "20-one"), PostedPuzzle(31, "")
    assert void.puzzle_id == "8-two"
    assert queue.list_turns(tx, GUILD) == [other, one, skip, two]
    assert queue.list_turns(tx, GUILD, but_round=last.id) == [two, other, one, skip]


def test_puzzles_in_play_are_the_guild_s_unfinished_and_those_the_player_is_at(tx):
    elsewhere = opened(tx, guild_id=GUILD + 1, lesson=OTHER)

    def in_play(guild_id=GUILD, player=42):
        return round_lists.list_puzzles_in_play(tx, guild_id, player)

    assert in_play() == set()
    reserve(tx)
    assert in_play() == {"8-one"}
    opened(tx, days(1)[0], puzzle=1)
    assert in_play() == {"8-one", "8-two"}
    assert in_play(None) == set()
    # The player's clock runs in another guild.
    plays.insert_start(tx, elsewhere.id, 42, TEN)
    assert in_play(None) == {"20-one"}
    assert in_play(None, player=43) == set()
    plays.insert_guess(tx, a_guess(round_id=elsewhere.id, player_id=42))
    assert in_play(None) == set()


def test_a_clock_on_a_closed_round_keeps_no_puzzle_in_play(tx):
    elsewhere = opened(tx, guild_id=GUILD + 1)
    plays.insert_start(tx, elsewhere.id, 42, TEN)
    rounds.mark_scored(tx, elsewhere.id)
    assert round_lists.list_puzzles_in_play(tx, None, 42) == set()


# --- lessons ----------------------------------------------------------------------------------


def test_a_lesson_is_kept_as_it_was_posted(tx):
    assert lessons.load_lesson_version(tx, "digest-8") is None
    lessons.insert_lesson_version(tx, LESSON)
    lessons.insert_lesson_version(tx, replace(LESSON, title="Edited", digest="digest-new"))
    lessons.insert_lesson_version(tx, replace(LESSON, title="Never stored"))
    assert lessons.load_lesson_version(tx, "digest-8") == LESSON
    assert lessons.load_lesson_version(tx, "digest-new").title == "Edited"


def test_a_puzzle_is_set_aside_once_a_version(tx):
    for reason, digest in (("first", "a"), ("second", "a"), ("third", "b")):
        lessons.insert_set_aside(tx, "8-one", digest, reason, NINE)
    assert lessons.list_set_aside(tx) == {("8-one", "a"), ("8-one", "b")}
    reason = tx.scalar("SELECT reason FROM puzzles_set_aside WHERE lesson_digest = 'a'")
    assert reason == "first"


# --- guilds -----------------------------------------------------------------------------------

SETTINGS = GuildSettings(
    GUILD,
    CHANNEL,
    a_schedule(
        post_time=time(9, 30),
        zone=ZoneInfo("Australia/Lord_Howe"),
        weekdays=frozenset({0, 2, 6}),
        open_for=timedelta(hours=5),
        is_paused=True,
        effective_from=at("2026-03-01 12:00"),
    ),
)


def save(tx, settings=SETTINGS, next_post_at=None):
    guilds.save_settings(tx, settings, next_post_at=next_post_at, now=NINE)


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        GuildSettings(GUILD, CHANNEL, a_schedule(weekdays=ALL_WEEKDAYS)),
        GuildSettings(GUILD, 2**63 - 1, a_schedule(post_time=time(0), weekdays=frozenset())),
        GuildSettings(GUILD, CHANNEL, a_schedule(), CodeView.TEXT),
    ],
)
def test_settings_come_back_as_saved(tx, settings):
    assert guilds.load_settings(tx, GUILD) is None
    save(tx, settings)
    assert guilds.load_settings(tx, GUILD) == settings
    assert guilds.load_settings(tx, GUILD + 1) is None


def test_saving_again_replaces_every_setting(tx):
    save(tx)
    other = GuildSettings(GUILD, 5, a_schedule(effective_from=TEN))
    save(tx, other)
    assert guilds.load_settings(tx, GUILD) == other
    assert guilds.list_guild_ids(tx) == [GUILD]


def test_every_guild_is_listed(tx):
    for guild_id in (3, 1, 2):
        save(tx, replace(SETTINGS, guild_id=guild_id))
    assert guilds.list_guild_ids(tx) == [1, 2, 3]


def test_a_guild_is_due_from_the_instant_of_its_next_post(tx):
    save(tx, next_post_at=NINE)
    assert guilds.list_guilds_due(tx, NINE - timedelta(milliseconds=1)) == []
    assert guilds.list_guilds_due(tx, NINE) == [GUILD]
    guilds.mark_next_post(tx, GUILD, 1, TEN)
    assert guilds.list_guilds_due(tx, NINE) == []
    guilds.mark_next_post(tx, GUILD, 1, None)
    assert guilds.list_guilds_due(tx, TOMORROW) == []


@pytest.mark.parametrize(
    ("wanted", "is_due"),
    [("reserved", True), ("open", False), ("scored", True), ("revealed", False), ("void", False)],
)
def test_a_guild_is_due_for_a_round_to_move_on_until_it_waits(tx, wanted, is_due):
    round_ = in_state(tx, wanted)
    assert guilds.list_guilds_due(tx, NINE) == [GUILD] * is_due
    rounds.mark_failure(tx, round_.id, retry_at=TEN, error="x")
    assert guilds.list_guilds_due(tx, NINE) == []
    assert guilds.list_guilds_due(tx, TEN) == [GUILD] * is_due


def test_a_guild_is_due_as_its_round_ends_and_listed_once(tx):
    save(tx, next_post_at=TOMORROW)
    opened(tx)
    assert guilds.list_guilds_due(tx, TOMORROW - timedelta(milliseconds=1)) == []
    assert guilds.list_guilds_due(tx, TOMORROW) == [GUILD]
    opened(tx, closes_at=None, guild_id=GUILD + 1)
    assert guilds.list_guilds_due(tx, at("2030-01-01 00:00")) == [GUILD]


# --- starts and guesses -----------------------------------------------------------------------


def test_the_first_press_starts_the_clock_and_later_ones_find_it(tx):
    round_ = opened(tx)
    assert plays.load_start(tx, round_.id, 42) is None
    first = plays.insert_start(tx, round_.id, 42, TEN)
    assert first == Start(round_.id, 42, TEN, has_hint=False, is_new=True)
    again = plays.insert_start(tx, round_.id, 42, TEN + timedelta(seconds=9))
    assert again == replace(first, is_new=False)
    assert plays.insert_start(tx, round_.id, 43, TEN).is_new


def test_a_hint_is_one_player_s_and_survives_another_start(tx):
    round_ = opened(tx)
    for player in (42, 43):
        plays.insert_start(tx, round_.id, player, TEN)
    plays.mark_hint(tx, round_.id, 42)
    assert plays.insert_start(tx, round_.id, 42, TEN).has_hint
    assert not plays.load_start(tx, round_.id, 43).has_hint


def test_a_hint_without_a_start_starts_nothing(tx):
    round_ = opened(tx)
    plays.mark_hint(tx, round_.id, 42)
    assert plays.load_start(tx, round_.id, 42) is None


def test_the_first_guess_stands(tx):
    round_ = opened(tx)
    guess = a_guess(round_id=round_.id, has_hint=True, guessed_at=TEN)
    assert plays.load_guess(tx, round_.id, guess.player_id) is None
    assert plays.insert_guess(tx, guess)
    assert not plays.insert_guess(tx, replace(guess, option=0, points=0))
    assert plays.load_guess(tx, round_.id, guess.player_id) == guess
    assert places.load_place(tx, round_.id, 0)[1] == 1


def test_guesses_are_listed_best_first_then_as_they_came(tx):
    round_ = opened(tx)
    for player, points, seconds in ((1, 100, 5), (2, 150, 9), (3, 150, 3), (4, 150, 3), (5, 0, 1)):
        guess = a_guess(player_id=player, points=points, round_id=round_.id)
        plays.insert_guess(tx, replace(guess, guessed_at=TEN + timedelta(seconds=seconds)))
    assert [guess.player_id for guess in plays.list_guesses(tx, round_.id)] == [3, 4, 2, 1, 5]
    assert [places.load_place(tx, round_.id, p) for p in (150, 100, 0)] == [(1, 5), (4, 5), (5, 5)]
    assert plays.list_guesses(tx, 99) == []
    assert places.load_place(tx, 99, 50) == (1, 0)


def test_a_player_s_dates_and_plays_are_of_one_guild(tx):
    for number, is_right in ((0, True), (1, False), (2, True)):
        round_ = opened(tx, days(number)[0])
        guess = a_guess(round_id=round_.id, is_right=is_right, elapsed_ms=1000 * number)
        plays.insert_guess(tx, guess)
    elsewhere = opened(tx, guild_id=GUILD + 1)
    plays.insert_guess(tx, a_guess(round_id=elsewhere.id))
    plays.insert_guess(tx, a_guess(round_id=1, player_id=99))
    assert [guess.puzzle_date for guess in plays.list_counted(tx, GUILD, 11)] == days(0, 1, 2)
    everybody = plays.list_counted(tx, GUILD, None)
    assert [guess.player_id for guess in everybody] == [11, 99, 11, 11]
    found = plays.list_plays(tx, GUILD, 11)
    assert [play.puzzle_date for play in found] == days(0, 1, 2)
    assert [(play.is_right, play.elapsed_ms) for play in found] == [
        (True, 0),
        (False, 1000),
        (True, 2000),
    ]
    assert {play.pep for play in found} == {8}


def test_voided_rounds_count_for_nothing(tx):
    round_ = opened(tx)
    plays.insert_guess(tx, a_guess(round_id=round_.id))
    tx.execute("UPDATE rounds SET state = 'void'")
    assert plays.list_counted(tx, GUILD, 11) == []
    assert plays.list_plays(tx, GUILD, 11) == []


# --- bot_state and values ---------------------------------------------------------------------


def test_a_remembered_value_is_replaced(tx):
    assert state.load_state(tx, "key") is None
    state.save_state(tx, "key", "one")
    state.save_state(tx, "key", "two")
    state.save_state(tx, "other", "three")
    assert state.load_state(tx, "key") == "two"


def test_instants_are_whole_milliseconds_rounded_down():
    instant = at("2026-03-02 09:00") + timedelta(microseconds=1_999)
    assert to_ms(instant) == 1_772_442_000_001
    assert from_ms(to_ms(instant)) == at("2026-03-02 09:00") + timedelta(milliseconds=1)
    assert to_ms(from_ms(-1)) == -1
    assert to_ms_or_none(None) is None
    assert from_ms_or_none(None) is None
    assert from_ms_or_none(to_ms_or_none(NINE)) == NINE


def test_an_instant_is_the_same_in_every_zone():
    assert to_ms(NINE.astimezone(ZoneInfo("Asia/Kathmandu"))) == to_ms(NINE)
