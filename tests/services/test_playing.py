"""A player's presses: what counts, once, and what it earns."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.core.errors import (
    AlreadyGuessed,
    ClockNotStarted,
    GuildNotSetUp,
    RoundClosed,
    RoundNotOpen,
    SpeedrunError,
    UnknownOption,
    UnknownRound,
)
from bot.core.rounds import option_order, round_seed
from bot.core.streaks import Streak, StreakNow
from bot.core.windows import Window
from bot.services.moderating import reveal_now
from bot.services.playing import (
    note_unseen,
    recall_guess,
    start_clock,
    submit_guess,
    take_hint,
)
from bot.services.standings import leaderboard, profile
from bot.storage.database import open_database
from bot.storage.plays import list_guesses, load_start
from bot.storage.streaks import load_streak
from tests.doubles import GUILD, RIGHT, Crash, at, position_of

NINE, TEN = at("2026-03-02 09:00"), at("2026-03-02 10:00")
WRONG = 0


class Member:
    """One player at one guild's buttons; times are seconds after ten o'clock."""

    def __init__(self, world, player_id, guild_id=GUILD):
        self.world, self.player_id, self.guild_id = world, player_id, guild_id

    def press(self, use_case, seconds, *, round_id=1, now=None, **more):
        return use_case(
            self.world.db,
            self.world.library,
            guild_id=self.guild_id,
            round_id=round_id,
            player_id=self.player_id,
            at=(now or TEN) + timedelta(seconds=seconds),
            **more,
        )

    def start(self, seconds=0, **more):
        return self.press(start_clock, seconds, **more)

    def hint(self, seconds=0, **more):
        return self.press(take_hint, seconds, **more)

    def guess(self, option, seconds, *, round_id=1, **more):
        order = option_order(round_seed(round_id), self.player_id, 3)
        position = position_of(order, option)
        return self.press(submit_guess, seconds, round_id=round_id, position=position, **more)

    async def play(self, option=RIGHT, seconds=30, **more):
        await self.start(**more)
        return await self.guess(option, seconds, **more)

    async def recall(self, round_id=1):
        return await recall_guess(
            self.world.db,
            self.world.library,
            guild_id=self.guild_id,
            round_id=round_id,
            player_id=self.player_id,
        )


@pytest.fixture
async def opened(world):
    """Round 1 is open from nine to nine."""
    await world.set_up()
    await world.tick(NINE)
    return world


@pytest.fixture
def ada(opened):
    return Member(opened, 11)


@pytest.fixture
def grace(opened):
    return Member(opened, 12)


async def stored(world, round_id=1):
    return await world.db.read(lambda tx: list_guesses(tx, round_id))


async def totals(world):
    return await world.db.read(lambda tx: tx.scalar("SELECT coalesce(sum(guesses), 0) FROM totals"))


async def test_the_start_hands_out_the_round_s_puzzle(opened, ada):
    receipt = await ada.start()
    [round_] = await opened.rounds()
    assert receipt.round == round_
    assert (receipt.lesson.pep, receipt.puzzle.id) == (round_.pep, round_.puzzle_id)
    assert (receipt.start.started_at, receipt.start.is_new) == (TEN, True)


async def test_a_clock_never_restarts(ada):
    await ada.start()
    again = await ada.start(20)
    assert (again.start.started_at, again.start.is_new) == (TEN, False)
    assert (await ada.guess(RIGHT, 30)).guess.elapsed_ms == 30_000


async def test_a_right_guess_earns_by_its_time(opened, ada):
    receipt = await ada.play()
    assert (receipt.guess.is_right, receipt.guess.points) == (True, 166)
    assert (receipt.rank, receipt.players, receipt.streak.length) == (1, 1, 1)
    assert await stored(opened) == [receipt.guess]


async def test_a_wrong_guess_is_final_too_and_keeps_the_streak(opened, ada):
    receipt = await ada.play(WRONG)
    assert (receipt.guess.is_right, receipt.guess.points) == (False, 0)
    assert receipt.streak.length == 1
    with pytest.raises(AlreadyGuessed) as refusal:
        await ada.guess(RIGHT, 31)
    assert refusal.value.guess == receipt.guess
    assert await stored(opened) == [receipt.guess]


async def test_two_guesses_at_the_same_instant_are_one(opened, ada):
    await ada.start()
    results = await asyncio.gather(
        *(ada.guess(option, 30) for option in (RIGHT, WRONG, RIGHT, 2)), return_exceptions=True
    )
    receipts = [result for result in results if not isinstance(result, Exception)]
    assert len(receipts) == 1
    assert [type(r) for r in results].count(AlreadyGuessed) == 3
    assert await stored(opened) == [receipts[0].guess]
    assert await totals(opened) == len(Window)
    assert receipts[0].streak.length == 1


async def test_two_guesses_through_two_processes_are_one(opened, ada):
    await ada.start()
    async with open_database(opened.db.address) as other_db:
        other = Member(opened, 11)
        other.world = type("Other", (), {"db": other_db, "library": opened.library})
        results = await asyncio.gather(
            ada.guess(RIGHT, 30), other.guess(WRONG, 30), return_exceptions=True
        )
    assert sorted(type(r).__name__ for r in results) == ["AlreadyGuessed", "GuessReceipt"]
    assert await totals(opened) == len(Window)


async def test_two_starts_at_the_same_instant_are_one_clock(opened, ada):
    receipts = await asyncio.gather(*(ada.start(seconds) for seconds in (0, 1, 2)))
    assert [receipt.start.is_new for receipt in receipts].count(True) == 1
    assert len({receipt.start.started_at for receipt in receipts}) == 1


async def test_guesses_of_many_at_once_are_all_counted(opened):
    members = [Member(opened, player) for player in range(100, 120)]
    receipts = await asyncio.gather(*(member.play(seconds=n) for n, member in enumerate(members)))
    assert [receipt.guess.points for receipt in receipts] == sorted(
        (receipt.guess.points for receipt in receipts), reverse=True
    )
    assert len(await stored(opened)) == 20
    assert max(receipt.players for receipt in receipts) == 20


async def test_a_hint_costs_once_and_only_a_right_guess(opened, ada, grace):
    await ada.start()
    assert not (await ada.start()).start.has_hint
    assert (await ada.hint(3)).start.has_hint
    assert (await ada.hint(4)).start.has_hint
    assert (await ada.start(5)).start.has_hint
    receipt = await ada.guess(RIGHT, 30)
    assert (receipt.guess.has_hint, receipt.guess.points) == (True, 141)
    await grace.start()
    await grace.hint()
    assert (await grace.guess(WRONG, 1)).guess.points == 0


async def test_a_hint_needs_a_clock_and_starts_none(opened, ada):
    with pytest.raises(ClockNotStarted):
        await ada.hint()
    assert await opened.db.read(lambda tx: load_start(tx, 1, 11)) is None


async def test_a_guess_needs_a_clock(opened, ada):
    with pytest.raises(ClockNotStarted):
        await ada.guess(RIGHT, 1)
    assert await stored(opened) == []


async def test_after_the_guess_neither_start_nor_hint_counts(ada):
    await ada.play()
    for press in (ada.start, ada.hint):
        with pytest.raises(AlreadyGuessed):
            await press(60)


@pytest.mark.parametrize("position", [-1, 3])
async def test_a_button_that_the_puzzle_does_not_have_counts_nothing(opened, ada, position):
    await ada.start()
    with pytest.raises(UnknownOption):
        await ada.press(submit_guess, 5, position=position)
    assert await stored(opened) == []
    assert (await ada.guess(RIGHT, 30)).guess.points == 166


# --- Presses that come late, early, or from elsewhere -----------------------------------------


async def refusals(member, **more):
    found = []
    for press in (member.start, member.hint, lambda **m: member.guess(RIGHT, 0, **m)):
        with pytest.raises(SpeedrunError) as refusal:
            await press(**more)
        found.append(type(refusal.value))
    return found


async def test_a_press_past_the_end_counts_nothing_even_before_the_round_is_scored(opened, ada):
    await ada.start()
    late = at("2026-03-03 09:00")
    assert await refusals(ada, now=late) == [RoundClosed] * 3
    assert await stored(opened) == []
    assert (await ada.guess(RIGHT, -1, now=late)).guess.is_right


async def test_a_press_made_in_time_but_handled_after_the_scoring_counts_nothing(opened, ada):
    await ada.start()
    await opened.tick("2026-03-03 09:00")
    assert await refusals(ada) == [RoundClosed] * 3
    assert await totals(opened) == 0


async def test_a_press_on_another_guild_s_round_is_refused(opened):
    stranger = Member(opened, 11, guild_id=GUILD + 1)
    assert await refusals(stranger) == [UnknownRound] * 3
    assert await refusals(Member(opened, 11), round_id=99) == [UnknownRound] * 3
    with pytest.raises(UnknownRound):
        await stranger.recall()


async def test_a_press_on_a_round_that_is_still_being_posted_is_refused(opened, ada):
    await opened.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'reserved'"))
    assert await refusals(ada) == [RoundNotOpen] * 3


async def test_a_press_on_yesterday_s_message_counts_for_nothing_today(opened, ada):
    tuesday = at("2026-03-03 10:00")
    await opened.tick("2026-03-03 09:00")
    assert await refusals(ada, round_id=1, now=tuesday) == [RoundClosed] * 3
    receipt = await ada.play(round_id=2, now=tuesday)
    assert receipt.round.puzzle_date.day == 3


# --- Ranks ------------------------------------------------------------------------------------


async def test_ranks_are_as_of_the_guess_and_shared_by_equal_points(opened):
    async def rank(player, seconds, option=RIGHT):
        receipt = await Member(opened, player).play(option, seconds)
        return receipt.rank, receipt.players

    assert await rank(1, 45) == (1, 1)
    assert await rank(2, 30) == (1, 2)
    assert await rank(3, 45) == (2, 3)
    assert await rank(4, 60) == (4, 4)
    assert await rank(5, 1, WRONG) == (5, 5)
    recalled = await Member(opened, 1).recall()
    assert (recalled.rank, recalled.players) == (2, 5)


async def test_a_guess_can_be_recalled_as_it_was_told(ada, grace):
    receipt = await ada.play()
    # What became of the streak is told once, with the guess.
    assert await ada.recall() == replace(receipt, is_first_of_date=False)
    assert await grace.recall() is None


# --- Streaks ----------------------------------------------------------------------------------


async def streak_after(world, member, days):
    """Rounds come each day; the member plays on those days of the month."""
    for day in range(2, max(days) + 1):
        now = at(f"2026-03-{day:02} 09:00")
        await world.tick(now)
        if day in days:
            rounds = await world.rounds()
            receipt = await member.play(round_id=rounds[-1].id, now=now)
    return receipt.streak


async def test_a_streak_grows_with_each_round_played(world):
    await world.set_up()
    streak = await streak_after(world, Member(world, 11), [2, 3, 4])
    assert (streak.length, streak.best) == (3, 3)


async def test_a_round_missed_ends_a_streak_but_not_the_best(world):
    await world.set_up()
    streak = await streak_after(world, Member(world, 11), [2, 3, 5])
    assert (streak.length, streak.best) == (1, 2)


async def test_a_freeze_covers_a_missed_date_and_is_told_with_the_next_guess(world):
    await world.set_up()
    member = Member(world, 11)
    streak = await streak_after(world, member, [2, 3, 4, 5, 6, 7, 8])
    assert (streak.length, streak.freezes) == (7, 1)
    for day in (9, 10):
        now = at(f"2026-03-{day:02} 09:00")
        await world.tick(now)
    found = (await profile(world.db, GUILD, 11, now)).streak_now
    assert (found.length, found.freezes, found.covered) == (7, 0, (date(2026, 3, 9),))
    receipt = await member.play(round_id=9, now=now)
    assert (receipt.streak.length, receipt.streak.freezes) == (8, 0)
    assert (receipt.covered, receipt.is_first_of_date) == ((date(2026, 3, 9),), True)
    assert (await member.recall(9)).covered == ()
    record = await profile(world.db, GUILD, 11, now)
    assert record.covered == (date(2026, 3, 9),), "and marks the day in the year"


async def test_a_weekend_without_rounds_ends_no_streak(world):
    await world.set_up(weekdays=frozenset(range(5)))
    streak = await streak_after(world, Member(world, 11), [2, 3, 4, 5, 6, 9, 10])
    assert (streak.length, streak.best) == (7, 7)


async def test_days_on_which_the_bot_was_away_end_no_streak(world):
    await world.set_up()
    member = Member(world, 11)
    for day in (2, 3, 9):
        now = at(f"2026-03-0{day} 09:00")
        await world.tick(now)
        receipt = await member.play(round_id=(await world.rounds())[-1].id, now=now)
    assert receipt.streak.length == 3


async def test_a_void_round_ends_no_streak(world):
    await world.set_up()
    member = Member(world, 11)
    await world.tick(NINE)
    await member.play()
    world.crashing_after(5)
    with pytest.raises(Crash):
        await world.tick("2026-03-03 09:00")
    world.restarted()
    await world.tick("2026-03-04 09:00")
    assert (await world.states())[1] == "void"
    receipt = await member.play(round_id=3, now=at("2026-03-04 10:00"))
    assert receipt.streak.length == 2


async def test_rounds_that_overlap_may_be_played_in_any_order(world):
    await world.set_up(open_for=timedelta(hours=72))
    for day in (2, 3, 4):
        await world.tick(f"2026-03-0{day} 09:00")
    member = Member(world, 11)
    lengths = []
    for round_id in (1, 3, 2):
        receipt = await member.play(round_id=round_id, now=at("2026-03-04 10:00"))
        lengths.append(receipt.streak.length)
    assert lengths == [1, 1, 3]
    assert (await world.db.read(lambda tx: load_streak(tx, GUILD, 11))).best == 3


async def test_streaks_of_two_guilds_are_apart(opened, ada):
    await ada.play()
    await opened.set_up(guild_id=GUILD + 1, now=NINE - timedelta(hours=1))
    await opened.tick("2026-03-02 10:00")
    there = Member(opened, 11, guild_id=GUILD + 1)
    receipt = await there.play(round_id=2)
    assert receipt.streak.length == 1
    assert receipt.players == 1


# --- Boards and records -----------------------------------------------------------------------


async def test_a_board_has_the_window_that_holds_today(opened, ada, grace):
    await ada.play(seconds=45)
    await grace.play(seconds=30)

    async def board(window, now=TEN):
        return await leaderboard(opened.db, GUILD, window, viewer_id=11, now=now)

    for window in Window:
        found = await board(window)
        assert [(s.rank, s.player_id) for s in found.standings] == [(1, 12), (2, 11)]
        assert (found.viewer.rank, found.players) == (2, 2)
    tomorrow = at("2026-03-03 10:00")
    await opened.tick(tomorrow)
    assert (await board(Window.TODAY, tomorrow)).standings == ()
    assert len((await board(Window.WEEK, tomorrow)).standings) == 2


async def test_today_is_the_open_round_s_date_until_the_next_one_is_posted(opened, ada):
    await ada.play()
    for now, key, players in (
        ("2026-03-03 08:59", "2026-03-02", 1),
        ("2026-03-03 09:00", "2026-03-03", 0),
    ):
        await opened.tick(now)
        found = await leaderboard(opened.db, GUILD, Window.TODAY, viewer_id=11, now=at(now))
        assert (found.key, found.players) == (key, players)


async def test_the_guild_s_own_calendar_says_which_day_it_is(world):
    await world.set_up(zone="Pacific/Kiritimati", post_time=time(23))  # UTC+14
    await world.tick(NINE)
    await Member(world, 11).play(now=NINE)
    await reveal_now(world.ctx, GUILD, NINE)
    at_23_30, after_midnight = NINE + timedelta(minutes=30), NINE + timedelta(minutes=70)
    for now, key, expected in ((at_23_30, "2026-03-02", 1), (after_midnight, "2026-03-03", 0)):
        found = await leaderboard(world.db, GUILD, Window.TODAY, viewer_id=11, now=now)
        assert (found.key, len(found.standings)) == (key, expected)


async def test_a_record_has_every_window_the_median_and_the_streak(opened, ada):
    await ada.play(seconds=30)
    await opened.tick("2026-03-03 09:00")
    await ada.play(round_id=2, seconds=45, now=at("2026-03-03 10:00"))
    await opened.tick("2026-03-04 09:00")
    await ada.play(WRONG, 1, round_id=3, now=at("2026-03-04 10:00"))
    found = await profile(opened.db, GUILD, 11, at("2026-03-04 11:00"))
    assert (found.player_id, found.median_ms, found.streak_now.length) == (11, 37_500, 3)
    assert {w: s.guesses for w, s in found.standings.items()} == {
        Window.TODAY: 1,
        Window.WEEK: 3,
        Window.MONTH: 3,
        Window.YEAR: 3,
        Window.ALL: 3,
    }
    assert found.standings[Window.ALL].points == 166 + 150
    assert (found.players, found.today) == (1, date(2026, 3, 4))
    assert [(play.puzzle_date.day, play.is_right) for play in found.plays] == [
        (2, True),
        (3, True),
        (4, False),
    ]


async def test_a_streak_is_shown_as_over_once_a_round_closed_unplayed(opened, ada):
    await ada.play()
    await opened.tick("2026-03-03 09:00")
    still = await profile(opened.db, GUILD, 11, at("2026-03-03 12:00"))
    assert (still.streak_now.length, still.streak.length) == (1, 1)
    await opened.tick("2026-03-04 09:00")
    over = await profile(opened.db, GUILD, 11, at("2026-03-04 12:00"))
    assert (over.streak_now.length, over.streak.best) == (0, 1)


async def test_a_stranger_s_record_is_empty(opened):
    found = await profile(opened.db, GUILD, 77, TEN)
    assert set(found.standings.values()) == {None}
    assert (found.streak, found.streak_now, found.median_ms) == (Streak(), StreakNow(), None)
    assert (found.plays, found.players) == ((), 0)


async def test_a_guild_that_was_never_set_up_has_no_calendar_to_keep_records_by(world):
    with pytest.raises(GuildNotSetUp):
        await leaderboard(world.db, GUILD, Window.ALL, viewer_id=11, now=TEN)
    with pytest.raises(GuildNotSetUp):
        await profile(world.db, GUILD, 11, TEN)


async def test_a_guess_counts_before_the_streak_of_an_older_release_was_counted_anew(world):
    await world.set_up()
    await world.set_up(slot=2)
    await world.tick(NINE)
    member = Member(world, 11)
    await member.play()
    await world.db.write(lambda tx: tx.execute("UPDATE streaks SET first_date = ''"))
    receipt = await member.play(round_id=2)
    assert (receipt.streak.length, receipt.streak.first_date) == (1, date(2026, 3, 2))


async def test_a_clock_that_nobody_saw_start_starts_at_the_next_press(opened, ada):
    await ada.start(0)
    await note_unseen(opened.db, round_id=1, player_id=11)
    again = await ada.start(50)
    assert (again.start.started_at, again.start.is_new) == (TEN + timedelta(seconds=50), True)
    assert (await ada.start(55)).start.started_at == again.start.started_at


async def test_a_clock_that_was_seen_at_a_later_press_runs_on(opened, ada):
    """Two presses at once: of the first Discord took no answer, of the second it did."""
    await ada.start(0)
    await ada.start(3)
    await note_unseen(opened.db, round_id=1, player_id=11)
    again = await ada.start(50)
    assert (again.start.started_at, again.start.is_new) == (TEN, False)
