"""Members' code: who may run what, when, and on which Python."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import (
    MemberCodeOff,
    NoPlaceInLine,
    NothingToRun,
    PythonNotOffered,
    RunBeforeGuess,
    SandboxUnavailable,
    TooManyRuns,
    UnknownRound,
)
from bot.core.pace import RunPace
from bot.core.runs import Outcome
from bot.core.sandbox_health import MemberCode
from bot.core.versions import PythonVersion
from bot.services.lessons import lesson_of
from bot.services.options import set_option
from bot.services.playing import start_clock, submit_guess
from bot.services.running import (
    Drafts,
    RunOrder,
    Runs,
    begin_run,
    compare_versions,
    draft_for,
    order_of_message,
)
from bot.services.truth import run_puzzle
from tests.doubles import GUILD, PY313, FakeMembers, FakeSandbox, at, ran

NOON = at("2026-03-02 12:00")
PY314 = PythonVersion(3, 14)
ADA, BOB = 11, 12


@pytest.fixture
async def played(world):
    """Ada has guessed on the guild's first round; Bob has not."""
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    press = {"guild_id": GUILD, "round_id": 1, "player_id": ADA, "at": at("2026-03-02 10:00")}
    await start_clock(world.db, world.library, **press)
    await submit_guess(world.db, world.library, position=0, **press)
    return world


@pytest.fixture
def runs():
    return Runs(FakeMembers(PY313, PY314), RunPace(3, 5))


def order(code="print(1)", *, player_id=ADA, guild_id=GUILD, round_id=0, python="3.13", stdin=""):
    return RunOrder(player_id, guild_id, round_id, code, python, stdin)


async def puzzle_of(world, round_id=1):
    [(pep, puzzle_id)] = await world.db.read(
        lambda tx: [
            (row["pep"], row["puzzle_id"])
            for row in tx.all("SELECT pep, puzzle_id FROM rounds WHERE id = ?1", round_id)
        ]
    )
    return world.library.get(pep).puzzle(puzzle_id)


async def draft(world, runs, **changes):
    asked = {"guild_id": GUILD, "player_id": ADA, "round_id": 1, **changes}
    return await draft_for(world.ctx, runs, **asked)


async def test_a_form_begins_with_the_round_s_snippet_and_then_with_what_was_run_last(played, runs):
    puzzle = await puzzle_of(played)
    first = await draft(played, runs)
    assert (first.code, first.stdin, first.chosen) == (puzzle.code, puzzle.stdin, PY313)
    assert first.pythons == (PY313, PY314)
    await begin_run(played.ctx, runs, order("edited", round_id=1, python="3.14", stdin="x"), NOON)
    again = await draft(played, runs)
    assert (again.code, again.stdin, again.chosen) == ("edited", "x", PY314)
    # A restart forgets it, and another member never sees it.
    fresh = Runs(runs.members, runs.pace)
    assert (await draft(played, fresh)).code == puzzle.code
    assert (await draft(played, runs, player_id=BOB, round_id=0)).code == ""


def test_only_the_newest_drafts_are_kept():
    drafts = Drafts()
    for player in range(300):
        drafts.keep(order(player_id=player))
    assert drafts.find(0, 0) is None
    assert drafts.find(299, 0) is not None


async def test_nobody_edits_or_compares_before_the_guess(played, runs):
    with pytest.raises(RunBeforeGuess):
        await draft(played, runs, player_id=BOB)
    with pytest.raises(RunBeforeGuess):
        await begin_run(played.ctx, runs, order(round_id=1, player_id=BOB), NOON)
    with pytest.raises(RunBeforeGuess):
        await compare(played, runs, player_id=BOB)
    assert runs.members.runs == []


@pytest.mark.parametrize("guild_id", [GUILD, None])
async def test_an_open_puzzle_is_not_run_by_the_back_door_either(played, runs, guild_id):
    code = f"# mine\n{(await puzzle_of(played)).code}\nprint('more')"
    if guild_id is None:
        press = {"guild_id": GUILD, "round_id": 1, "player_id": BOB, "at": NOON}
        await start_clock(played.db, played.library, **press)
    with pytest.raises(RunBeforeGuess):
        await begin_run(played.ctx, runs, order(code, player_id=BOB, guild_id=guild_id), NOON)
    await begin_run(played.ctx, runs, order(code, guild_id=guild_id), NOON)
    assert [player for player, *_ in runs.members.runs] == [ADA]


async def test_another_guild_s_round_is_nobody_s(played, runs):
    for wrong in ({"guild_id": GUILD + 1}, {"round_id": 99}, {"guild_id": None}):
        with pytest.raises(UnknownRound):
            await draft(played, runs, **wrong)
        asked = {"guild_id": GUILD, "round_id": 1, **wrong}
        with pytest.raises(UnknownRound):
            await begin_run(played.ctx, runs, order(**asked), NOON)


async def test_a_run_has_its_place_its_input_and_what_the_puzzle_needs(played, runs):
    runs.members.ahead = 3
    run = await begin_run(played.ctx, runs, order("print(input())", stdin="hello"), NOON)
    assert (run.position(), run.wait_ms()) == (3, 3_000)
    assert (await run.result()).outcome is Outcome.OK
    assert runs.members.runs == [(ADA, "print(input())", PY313, "hello", frozenset())]


@pytest.mark.parametrize("python", ["", "2.7", "3.13.1", "3.99", "three", "3.1" * 2000])
async def test_a_python_that_is_not_offered_is_refused_with_those_that_are(played, runs, python):
    with pytest.raises(PythonNotOffered) as refused:
        await begin_run(played.ctx, runs, order(python=python), NOON)
    assert refused.value.offered == (PY313, PY314)


@pytest.mark.parametrize("code", ["", " \n\t"])
async def test_nothing_is_not_run(played, runs, code):
    with pytest.raises(NothingToRun):
        await begin_run(played.ctx, runs, order(code), NOON)


async def test_a_member_and_a_server_have_so_many_runs_a_minute(played, runs):
    for _ in range(3):
        await begin_run(played.ctx, runs, order(), NOON)
    with pytest.raises(TooManyRuns) as refused:
        await begin_run(played.ctx, runs, order(), NOON)
    assert not refused.value.whole_server
    with pytest.raises(TooManyRuns):
        await compare(played, runs)
    for _ in range(2):
        await begin_run(played.ctx, runs, order(player_id=BOB), NOON)
    with pytest.raises(TooManyRuns) as refused:
        await begin_run(played.ctx, runs, order(player_id=13), NOON)
    assert refused.value.whole_server
    await begin_run(played.ctx, runs, order(player_id=13, guild_id=None), NOON)


async def test_who_found_no_place_in_line_has_used_nothing_up(played, runs):
    runs.members.refusal = NoPlaceInLine(5_000, own=False)
    for _ in range(4):
        with pytest.raises(NoPlaceInLine):
            await begin_run(played.ctx, runs, order(), NOON)
    runs.members.refusal = None
    await begin_run(played.ctx, runs, order(), NOON)


async def test_a_server_that_switched_it_off_runs_nothing(played, runs):
    await set_option(played.db, GUILD, "has_running", "off", NOON)
    for attempt in (
        draft(played, runs),
        begin_run(played.ctx, runs, order(), NOON),
        compare(played, runs),
        of_message(played, runs, "```py\n1\n```"),
    ):
        with pytest.raises(MemberCodeOff) as refused:
            await attempt
        assert refused.value.option == "has_running"
    await begin_run(played.ctx, runs, order(guild_id=None), NOON)


@pytest.mark.parametrize("why", [MemberCode.SWITCHED_OFF, MemberCode.NOT_TESTED])
async def test_where_the_sandbox_does_not_offer_it_the_reason_is_told(played, runs, why):
    await set_option(played.db, GUILD, "has_run_menu", "on", NOON)
    runs.members.why = why
    for attempt in (draft(played, runs), of_message(played, runs, "```py\n1\n```")):
        with pytest.raises(MemberCodeOff) as refused:
            await attempt
        assert refused.value.why is why


async def of_message(world, runs, text):
    return await order_of_message(world.ctx, runs, guild_id=GUILD, player_id=ADA, text=text)


async def test_a_message_is_run_only_where_the_server_switched_that_on(played, runs):
    with pytest.raises(MemberCodeOff) as refused:
        await of_message(played, runs, "```py\nprint(1)\n```")
    assert refused.value.option == "has_run_menu"
    await set_option(played.db, GUILD, "has_run_menu", "on", NOON)
    wish = await of_message(played, runs, "so:\n```py\nprint(1)\n```")
    assert (wish.code, wish.python, wish.round_id) == ("print(1)", "3.14", 0)
    with pytest.raises(NothingToRun):
        await of_message(played, runs, "no code")


async def compare(world, runs, **changes):
    asked = {"guild_id": GUILD, "player_id": ADA, "round_id": 1, "now": NOON, **changes}
    return await compare_versions(world.ctx, runs, **asked)


async def test_versions_are_compared_on_every_python_that_ran_it(played, runs):
    old = PythonVersion(2, 7)
    played.sandbox.pythons = [old, PY313, PY314]
    found = await compare(played, runs)
    assert [result.python for result in found.results] == ["2.7", "3.13", "3.14"]
    assert found.puzzle == await puzzle_of(played)
    assert runs.members.runs == []


async def test_a_python_that_could_not_run_it_is_left_out_and_all_of_them_are_an_error(
    played, runs
):
    puzzle = await puzzle_of(played)
    played.sandbox.script[puzzle.code] = replace(ran(), outcome=Outcome.UNAVAILABLE)
    with pytest.raises(SandboxUnavailable):
        await compare(played, runs)


@pytest.fixture
def theirs(played):
    """The round's lesson is the server's own: our library has none on that PEP."""
    played.sees()
    return played


async def test_an_open_puzzle_of_the_server_s_own_is_not_run_by_the_back_door(theirs, runs):
    _, puzzle = await lesson_of(theirs.db, theirs.library, (await theirs.rounds())[0])
    with pytest.raises(RunBeforeGuess):
        await begin_run(theirs.ctx, runs, order(puzzle.code, player_id=BOB), NOON)


async def test_a_lesson_of_the_server_s_own_is_compared_under_the_locks_alone(theirs, runs):
    theirs.sandbox.pythons = [PythonVersion(2, 7), PY313]
    theirs.ctx = replace(theirs.ctx, own_sandbox=FakeSandbox())
    theirs.ctx.own_sandbox.pythons = [PY313]
    found = await compare(theirs, runs)
    assert [result.python for result in found.results] == ["3.13"]


async def test_a_lesson_of_the_server_s_own_is_run_under_the_locks_alone(theirs):
    round_ = (await theirs.rounds())[0]
    lesson, puzzle = await lesson_of(theirs.db, theirs.library, round_)
    ctx = replace(theirs.ctx, own_sandbox=FakeSandbox())
    ctx.own_sandbox.pythons = [PY313]
    theirs.sandbox.pythons = [PythonVersion(3, 15)]
    run, truth = await run_puzzle(ctx, lesson, puzzle, PythonVersion(3, 15))
    assert truth is not None
    assert run.python == "3.13"
