"""A puzzle is reported once a round and member, decided once, and both sides hear of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.audit import Deed
from bot.core.errors import (
    AlreadyReported,
    NotGuessed,
    NothingToPost,
    ReportDecided,
    UnknownReport,
    UnknownRound,
)
from bot.core.reports import MAX_NOTE, Complaint, Decision
from bot.services.audit import audit_log
from bot.services.moderating import preview_next
from bot.services.playing import start_clock, submit_guess
from bot.services.reporting import (
    decide_report,
    ensure_may_report,
    guild_set_aside,
    next_report,
    note_told,
    open_reports,
    put_back,
    report_puzzle,
    untold_decisions,
)
from tests.doubles import GUILD, World, a_lesson, at

NINE = at("2026-03-02 09:00")
ADA, GRACE, MO = 501, 502, 77


@pytest.fixture
async def played(world: World) -> World:
    """A round that Ada and Grace have guessed in."""
    await world.set_up()
    await world.tick(NINE)
    for player in (ADA, GRACE):
        facts = {"guild_id": GUILD, "round_id": 1, "player_id": player}
        await start_clock(world.db, world.library, **facts, at=NINE)
        await submit_guess(
            world.db, world.library, **facts, position=0, at=NINE + timedelta(seconds=9)
        )
    return world


async def report(world: World, player: int, **fields):
    facts = {"guild_id": GUILD, "round_id": 1, "complaint": "wrong", "note": "line 2"} | fields
    return await report_puzzle(world.db, world.library, player_id=player, now=NINE, **facts)


async def test_the_case_holds_the_run_as_evidence(played, caplog):
    case = await report(played, ADA)
    assert case.report.complaint is Complaint.WRONG
    assert (case.report.note, case.report.decision) == ("line 2", Decision.OPEN)
    assert case.round.truth is not None
    assert case.round.truth.python
    assert case.puzzle.id == case.round.puzzle_id
    assert (case.alike, case.waiting) == (1, 1)
    # The owner hears of it in the log, and on the command line.
    assert f"puzzle={case.puzzle.id}" in caplog.text
    assert await open_reports(played.db, played.library, limit=9) == [case]


async def test_a_second_report_of_the_same_round_is_refused(played):
    await report(played, ADA)
    with pytest.raises(AlreadyReported):
        await report(played, ADA, note="again")
    case = await report(played, GRACE)
    assert (case.alike, case.waiting) == (2, 2)


@pytest.mark.parametrize(
    ("player", "fields", "error"),
    [
        (503, {}, NotGuessed),
        (ADA, {"round_id": 99}, UnknownRound),
        (ADA, {"guild_id": 5}, UnknownRound),
    ],
)
async def test_who_has_not_guessed_here_can_report_nothing(played, player, fields, error):
    facts = {"guild_id": GUILD, "round_id": 1} | fields
    with pytest.raises(error):
        await ensure_may_report(played.db, facts["guild_id"], facts["round_id"], player)
    with pytest.raises(error):
        await report(played, player, **fields)
    assert await next_report(played.db, played.library, GUILD) is None


async def test_what_the_form_never_offered_is_other_and_a_long_note_is_cut(played):
    case = await report(played, ADA, complaint="'; drop table reports", note="x" * 9_999)
    assert case.report.complaint is Complaint.OTHER
    assert len(case.report.note) == MAX_NOTE


async def test_set_aside_answers_all_reports_alike_and_takes_the_puzzle_out_of_play_here(played):
    puzzle_id = (await report(played, ADA)).puzzle.id
    await report(played, GRACE)
    played.sees(a_lesson(8))
    first = await next_report(played.db, played.library, GUILD)
    answered = await decide_report(played.db, GUILD, first.report.id, Decision.ASIDE, NINE, by=MO)
    assert {r.reporter_id for r in answered} == {ADA, GRACE}
    assert {r.decision for r in answered} == {Decision.ASIDE}
    assert await next_report(played.db, played.library, GUILD) is None
    assert await guild_set_aside(played.db, GUILD) == [puzzle_id]
    [entry] = await audit_log(played.db, GUILD, limit=1)
    assert (entry.deed, entry.subject, entry.actor_id) == (Deed.SET_ASIDE, puzzle_id, MO)


async def test_a_puzzle_set_aside_here_is_posted_elsewhere_and_never_here(played):
    case = await report(played, ADA)
    await decide_report(played.db, GUILD, case.report.id, Decision.ASIDE, NINE, by=MO)
    pep = case.lesson.pep
    others = {p.id for p in case.lesson.puzzles} - {case.puzzle.id}
    assert (await preview_next(played.ctx, GUILD, NINE, pep=pep)).puzzle.id in others
    played.sees(a_lesson(8, puzzle_ids=(case.puzzle.id.removeprefix("8-"),)))
    if pep == 8:
        with pytest.raises(NothingToPost):
            await preview_next(played.ctx, GUILD, NINE, pep=8)
        assert (await preview_next(played.ctx, GUILD + 1, NINE, pep=8)).puzzle.id == case.puzzle.id


async def test_put_back_puts_it_back_once(played):
    case = await report(played, ADA)
    await decide_report(played.db, GUILD, case.report.id, Decision.ASIDE, NINE, by=MO)
    assert await put_back(played.db, GUILD, case.puzzle.id, NINE, by=MO)
    assert await guild_set_aside(played.db, GUILD) == []
    assert not await put_back(played.db, GUILD, case.puzzle.id, NINE, by=MO)
    assert not await put_back(played.db, GUILD, "../x", NINE, by=MO)


async def test_a_report_is_decided_once_and_only_by_its_own_server(played):
    case = await report(played, ADA)
    for guild_id, report_id in ((GUILD + 1, case.report.id), (GUILD, 99)):
        with pytest.raises(UnknownReport):
            await decide_report(played.db, guild_id, report_id, Decision.KEPT, NINE, by=MO)
    await decide_report(played.db, GUILD, case.report.id, Decision.KEPT, NINE, by=MO)
    with pytest.raises(ReportDecided):
        await decide_report(played.db, GUILD, case.report.id, Decision.ASIDE, NINE, by=MO)
    assert await guild_set_aside(played.db, GUILD) == []


async def test_a_reporter_is_told_once(played):
    case = await report(played, ADA)
    assert await untold_decisions(played.db, played.library, ADA) == []
    await decide_report(played.db, GUILD, case.report.id, Decision.KEPT, NINE, by=MO)
    [told] = await untold_decisions(played.db, played.library, ADA)
    assert told.report.decision is Decision.KEPT
    assert await untold_decisions(played.db, played.library, GRACE) == []
    await note_told(played.db, told.report.id)
    assert await untold_decisions(played.db, played.library, ADA) == []
