"""A puzzle is suggested by a member, checked, and judged once by moderators."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.audit import Deed
from bot.core.errors import (
    InvalidSetting,
    LessonRefused,
    MemberCodeOff,
    RunBeforeGuess,
    SuggestionDecided,
    TooManyRuns,
    UnknownLesson,
    UnknownSuggestion,
)
from bot.core.pace import RunPace
from bot.core.rounds import Truth, option_order, round_seed
from bot.core.suggestions import (
    MAX_A_DAY,
    MAX_OPEN,
    CheckedDraft,
    SuggestionState,
    draft_from_document,
    draft_to_document,
    read_draft,
)
from bot.services.audit import audit_log
from bot.services.checking import check_sums
from bot.services.moderating import post_now
from bot.services.own_lessons import guild_library, own_lesson
from bot.services.playing import recall_guess, start_clock, submit_guess, take_hint
from bot.services.revealing import reveal_facts
from bot.services.running import Runs
from bot.services.suggesting import (
    approve_suggestion,
    decline_suggestion,
    next_suggestion,
    note_author_told,
    suggest_puzzle,
    untold_suggestions,
)
from bot.storage.suggestions import is_author
from tests.doubles import GUILD, RIGHT, FakeMembers, a_lesson, a_puzzle, at, position_of

NOON = at("2026-03-02 12:00")
ADA, BOB, MO = 11, 12, 77
FIELDS = {
    "pep": "PEP 8",
    "prompt": "What comes out?",
    "code": "\r\nx = 2\r\ny = 2  \r\nprint(x + y)\r\n\r\n",
    "options": "4 | Two and two.\n22\\n1 | Texts.\nraises: TypeError | No.\n",
    "notes": "Count.\nTwo and two\nare four.",
}


@dataclass
class FakeBench:
    """Finds every draft sound, or what it is told to."""

    answer: CheckedDraft | None = None
    seen: list[str] = field(default_factory=list)

    async def check_draft(self, lesson, draft):
        self.seen.append(draft.code)
        if self.answer is not None:
            return self.answer
        made = replace(
            lesson,
            puzzles=(*lesson.puzzles, a_puzzle(draft.puzzle_id)),
            digest=draft.fingerprint,
        )
        return CheckedDraft(made, b"pep: 8\n", Truth(0, 3, "4\n", None, "3.13"))


@pytest.fixture
def runs():
    return Runs(FakeMembers(), RunPace(100, 100))


async def suggest(world, runs, bench=None, *, who=ADA, now=NOON, **fields):
    return await suggest_puzzle(
        world.ctx,
        runs,
        bench or FakeBench(),
        guild_id=GUILD,
        player_id=who,
        fields=FIELDS | fields,
        now=now,
    )


def test_a_form_is_read_line_by_line():
    draft = read_draft(FIELDS)
    assert (draft.pep, draft.code) == (8, "x = 2\ny = 2\nprint(x + y)\n")
    assert [(one.stdout, one.raises, one.why) for one in draft.options] == [
        ("4\n", None, "Two and two."),
        ("22\n1\n", None, "Texts."),
        (None, "TypeError", "No."),
    ]
    assert (draft.hint, draft.explanation) == ("Count.", "Two and two are four.")
    truth = Truth(0, 3, "4\n", None, "3.13")
    assert draft_from_document(draft_to_document(draft, truth)) == (draft, truth)


hostile = st.text(st.characters(exclude_categories=()), max_size=80)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), hostile))
def test_any_form_is_read_or_refused_in_words(fields):
    try:
        draft = read_draft(FIELDS | fields)
    except InvalidSetting:
        return
    assert draft.puzzle_id.startswith(f"{draft.pep}-suggested-")


@pytest.mark.parametrize(
    "fields",
    [
        {"pep": "x"},
        {"pep": "12345"},
        {"code": " "},
        {"code": "x" * 5_000},
        {"options": "4\n5\n6"},
        {"notes": "Only a hint."},
    ],
)
async def test_a_form_that_can_t_be_read_runs_nothing(world, runs, fields):
    bench = FakeBench()
    with pytest.raises(InvalidSetting):
        await suggest(world, runs, bench, **fields)
    assert bench.seen == []


async def test_an_approved_one_is_a_puzzle_of_this_server_alone(world, runs):
    await suggest(world, runs)
    found, waiting = await next_suggestion(world.db, GUILD)
    assert (found.author_id, found.state, waiting) == (ADA, SuggestionState.OPEN, 1)
    assert found.truth.stdout == "4\n"
    judged = await approve_suggestion(world.ctx, FakeBench(), GUILD, found.id, NOON, by=MO)
    assert judged.state is SuggestionState.APPROVED
    library = await guild_library(world.ctx, GUILD)
    assert library.get(8).puzzle(found.draft.puzzle_id) is not None
    assert (await guild_library(world.ctx, GUILD + 1)).get(8) == world.library.get(8)
    own = await own_lesson(world.db, GUILD, 8)
    assert (own.version, own.source, own.author_id) == (1, "pep: 8\n", MO)
    [entry] = await audit_log(world.db, GUILD, limit=9)
    assert (entry.deed, entry.actor_id) == (Deed.SUGGESTION_APPROVED, MO)
    for _ in range(2):
        with pytest.raises(SuggestionDecided):
            await approve_suggestion(world.ctx, FakeBench(), GUILD, found.id, NOON, by=MO)
        with pytest.raises(SuggestionDecided):
            await decline_suggestion(world.db, GUILD, found.id, NOON, by=MO)
    assert (await own_lesson(world.db, GUILD, 8)).version == 1
    assert await next_suggestion(world.db, GUILD) == (None, 0)


async def test_two_moderators_at_once_make_one_version(world, runs):
    await suggest(world, runs)
    found, _ = await next_suggestion(world.db, GUILD)

    class Meanwhile(FakeBench):
        async def check_draft(self, lesson, draft):
            await decline_suggestion(world.db, GUILD, found.id, NOON, by=BOB)
            return await super().check_draft(lesson, draft)

    with pytest.raises(SuggestionDecided):
        await approve_suggestion(world.ctx, Meanwhile(), GUILD, found.id, NOON, by=MO)
    assert (await guild_library(world.ctx, GUILD)).get(8) == world.library.get(8)


async def test_a_lesson_that_changes_meanwhile_is_not_overwritten(world, runs):
    await suggest(world, runs)
    await suggest(world, runs, code="x = 3\ny = 1\nprint(x + y)\n")
    first, _ = await next_suggestion(world.db, GUILD)

    class Meanwhile(FakeBench):
        async def check_draft(self, lesson, draft):
            other = first.id + 1
            await approve_suggestion(world.ctx, FakeBench(), GUILD, other, NOON, by=BOB)
            return await super().check_draft(lesson, draft)

    with pytest.raises(InvalidSetting):
        await approve_suggestion(world.ctx, Meanwhile(), GUILD, first.id, NOON, by=MO)
    await approve_suggestion(world.ctx, FakeBench(), GUILD, first.id, NOON, by=MO)
    lesson = (await guild_library(world.ctx, GUILD)).get(8)
    assert sum("suggested" in puzzle.id for puzzle in lesson.puzzles) in (1, 2)
    assert (await own_lesson(world.db, GUILD, 8)).version == 2


async def test_a_declined_one_is_told_once_and_not_taken_again(world, runs):
    await suggest(world, runs)
    found, _ = await next_suggestion(world.db, GUILD)
    for guild_id, number in ((GUILD + 1, found.id), (GUILD, found.id + 1), (GUILD, -1)):
        with pytest.raises(UnknownSuggestion):
            await decline_suggestion(world.db, guild_id, number, NOON, by=MO)
    await decline_suggestion(world.db, GUILD, found.id, NOON, by=MO)
    [told] = await untold_suggestions(world.db, ADA)
    assert told.state is SuggestionState.DECLINED
    await note_author_told(world.db, told.id)
    assert await untold_suggestions(world.db, ADA) == []
    with pytest.raises(InvalidSetting):
        await suggest(world, runs, who=BOB)


async def test_three_wait_a_member_and_ten_come_in_a_day(world, runs):
    def code(number):
        return f"x = {number}\ny = 2\nprint(x + y)\n"

    for number in range(MAX_OPEN):
        await suggest(world, runs, code=code(number))
    bench = FakeBench()
    with pytest.raises(InvalidSetting):
        await suggest(world, runs, bench, code=code(99))
    for number in range(MAX_OPEN, MAX_A_DAY):
        await suggest(world, runs, who=100 + number, code=code(number))
    with pytest.raises(InvalidSetting):
        await suggest(world, runs, bench, who=BOB, code=code(99))
    assert bench.seen == []
    await suggest(world, runs, who=BOB, now=NOON + timedelta(days=1, seconds=1), code=code(99))


async def test_a_faulty_one_is_refused_and_not_kept(world, runs):
    with pytest.raises(LessonRefused):
        await suggest(world, runs, FakeBench(CheckedDraft(unproven=("no",))))
    assert await next_suggestion(world.db, GUILD) == (None, 0)
    with pytest.raises(UnknownLesson):
        await suggest(world, runs, pep="9")


async def test_it_runs_only_where_members_code_may_and_as_often(world, runs):
    bench, slow = FakeBench(), Runs(FakeMembers(), RunPace(1, 5))
    await suggest(world, slow, bench)
    with pytest.raises(TooManyRuns):
        await suggest(world, slow, bench, code="x = 1\ny = 2\nprint(x + y)\n")
    assert len(bench.seen) == 1
    world.ctx = replace(world.ctx, may_run_own=lambda: False)
    with pytest.raises(MemberCodeOff):
        await suggest(world, runs, bench)
    assert len(bench.seen) == 1


async def test_an_open_puzzle_is_not_run_by_the_back_door(world, runs):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [round_] = await world.rounds()
    code = world.library.get(round_.pep).puzzle(round_.puzzle_id).code
    bench = FakeBench()
    with pytest.raises(RunBeforeGuess):
        await suggest(world, runs, bench, code=f"x = 1\n{code}")
    assert bench.seen == []


async def test_the_author_s_own_guess_keeps_the_streak_and_earns_nothing(world, runs):
    world.sees(a_lesson(8, []))
    await world.set_up()
    bench = FakeBench()
    await suggest(world, runs, bench)
    suggestion, _ = await next_suggestion(world.db, GUILD)
    await approve_suggestion(world.ctx, bench, GUILD, suggestion.id, NOON, by=MO)
    round_ = await post_now(world.ctx, GUILD, NOON, pep=8)
    assert round_.puzzle_id == suggestion.draft.puzzle_id
    guesses = {}
    for player, seconds in ((ADA, 5), (BOB, 20)):
        who = {"guild_id": GUILD, "round_id": round_.id, "player_id": player}
        start = await start_clock(world.db, world.library, at=NOON, **who)
        hint = await take_hint(world.db, world.library, at=NOON, **who)
        assert start.is_author is hint.is_author is (player == ADA)
        position = position_of(option_order(round_seed(round_.id), player, 3), RIGHT)
        guesses[player] = await submit_guess(
            *(world.db, world.library),
            **who,
            position=position,
            at=NOON + timedelta(seconds=seconds),
        )
    ada, bob = guesses[ADA], guesses[BOB]
    assert (ada.guess.is_right, ada.guess.points, ada.streak.length) == (True, 0, 1)
    assert ada.guess.is_author_s
    assert (bob.guess.points > 0, bob.rank, bob.guess.is_author_s) == (True, 1, False)
    again = await recall_guess(
        world.db, world.library, guild_id=GUILD, round_id=round_.id, player_id=ADA
    )
    assert (again.rank, again.players) == (2, 2)
    facts = await reveal_facts(world.ctx, round_)
    assert [place.guess.player_id for place in facts.podium] == [BOB]
    assert (facts.right, facts.median_ms) == (2, 20_000)
    assert (await check_sums(world.db)).disagreements == ()


async def test_elsewhere_and_of_other_puzzles_nobody_is_the_author(world, runs):
    await suggest(world, runs)
    suggestion, _ = await next_suggestion(world.db, GUILD)
    puzzle_id = suggestion.draft.puzzle_id

    def asked(tx):
        mine = [(GUILD, puzzle_id, ADA), (GUILD, puzzle_id, BOB), (GUILD + 1, puzzle_id, ADA)]
        mine += [(GUILD, "8-one", ADA), (GUILD, "8-suggested-", ADA), (GUILD, "8-suggested-0", ADA)]
        return [is_author(tx, *one) for one in mine]

    assert await world.db.read(asked) == [True, False, False, False, False, False]
