"""A member reports a puzzle; moderators see it with the run as evidence, and decide."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import AlreadyReported, NotGuessed, ReportDecided, UnknownReport, UnknownRound
from bot.core.reports import MAX_NOTE, Complaint, Decision, ReportCase
from bot.services.audit import record
from bot.services.lessons import lesson_of
from bot.storage.plays import load_guess
from bot.storage.reports import (
    count_open_reports,
    delete_guild_set_aside,
    insert_guild_set_aside,
    insert_report,
    list_alike,
    list_guild_set_aside,
    list_open_reports,
    list_untold,
    load_report,
    mark_decided,
    mark_told,
)
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Library
    from bot.core.reports import Report
    from bot.core.rounds import Round
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def ensure_may_report(db: Database, guild_id: int, round_id: int, player_id: int) -> None:
    """Refuse who has not guessed in the round: the form comes after the guess.

    Raises:
        UnknownRound: This guild has no such round.
        NotGuessed: This player has not guessed in it.
    """
    await db.read(lambda tx: _guessed_round(tx, guild_id, round_id, player_id))


async def report_puzzle(
    db: Database,
    library: Library,
    *,
    guild_id: int,
    round_id: int,
    player_id: int,
    complaint: str,
    note: str,
    now: datetime,
) -> ReportCase:
    """Store a member's report of the puzzle they guessed in; the case for moderators.

    ``complaint`` is read as `Complaint`, anything else is OTHER; ``note`` is cut at `MAX_NOTE`.

    Raises:
        UnknownRound, NotGuessed: There is nothing to report.
        AlreadyReported: They have reported it.
    """
    kind = Complaint(complaint) if complaint in set(Complaint) else Complaint.OTHER

    def work(tx: Transaction) -> Report:
        round_ = _guessed_round(tx, guild_id, round_id, player_id)
        report = insert_report(tx, round_, player_id, kind, note.strip()[:MAX_NOTE], now)
        if report is None:
            raise AlreadyReported(round_id)
        return report

    report = await db.write(work)
    case = await report_case(db, library, report)
    log.warning(
        "report=%s of puzzle=%s round=%s guild=%s: %s (python -m bot reports)",
        report.id,
        case.puzzle.id,
        round_id,
        guild_id,
        kind,
    )
    return case


async def next_report(db: Database, library: Library, guild_id: int) -> ReportCase | None:
    """The oldest report of the guild that waits for a decision; None where none does."""
    found = await db.read(lambda tx: list_open_reports(tx, guild_id, limit=1))
    return await report_case(db, library, found[0]) if found else None


async def open_reports(db: Database, library: Library, *, limit: int) -> list[ReportCase]:
    """Every server's reports that wait for a decision, the oldest first: for the bot's owner."""
    found = await db.read(lambda tx: list_open_reports(tx, None, limit=limit))
    return [await report_case(db, library, report) for report in found]


async def decide_report(
    db: Database, guild_id: int, report_id: int, decision: Decision, now: datetime, *, by: int
) -> list[Report]:
    """Set the puzzle aside for the guild, or keep it in play; the reports that are answered by it.

    All open reports of the same puzzle in this guild are decided with this one.

    Raises:
        UnknownReport: This guild has no such report.
        ReportDecided: It is no longer open.
    """

    def work(tx: Transaction) -> list[Report]:
        report = load_report(tx, report_id)
        if report is None or report.guild_id != guild_id:
            raise UnknownReport(report_id)
        if report.decision is not Decision.OPEN:
            raise ReportDecided(report_id)
        puzzle_id = _round(tx, report.round_id).puzzle_id
        alike = list_alike(tx, guild_id, puzzle_id)
        for other in alike:
            mark_decided(tx, other.id, decision, now)
        if decision is Decision.ASIDE:
            insert_guild_set_aside(tx, guild_id, puzzle_id, now)
        record(tx, guild_id, _DEEDS[decision], now, by=by, subject=puzzle_id)
        return [found for other in alike if (found := load_report(tx, other.id)) is not None]

    return await db.write(work)


async def put_back(db: Database, guild_id: int, puzzle_id: str, now: datetime, *, by: int) -> bool:
    """Put a puzzle that was set aside for the guild back into play; False where none was."""

    def work(tx: Transaction) -> bool:
        is_back = delete_guild_set_aside(tx, guild_id, puzzle_id)
        if is_back:
            record(tx, guild_id, Deed.PUT_BACK, now, by=by, subject=puzzle_id)
        return is_back

    return await db.write(work)


async def guild_set_aside(db: Database, guild_id: int) -> list[str]:
    """The ids of the puzzles that are set aside for the guild, sorted."""
    return sorted(await db.read(lambda tx: list_guild_set_aside(tx, guild_id)))


async def untold_decisions(db: Database, library: Library, player_id: int) -> list[ReportCase]:
    """The member's reports that were decided, and of which they have not heard."""
    found = await db.read(lambda tx: list_untold(tx, player_id))
    return [await report_case(db, library, report) for report in found]


async def note_told(db: Database, report_id: int) -> None:
    """The reporter has heard what was decided."""
    await db.write(lambda tx: mark_told(tx, report_id))


_DEEDS = {Decision.ASIDE: Deed.SET_ASIDE, Decision.KEPT: Deed.REPORT_CLOSED}


async def report_case(db: Database, library: Library, report: Report) -> ReportCase:
    """The report with its evidence."""

    def work(tx: Transaction) -> tuple[Round, int, int]:
        round_ = _round(tx, report.round_id)
        alike = list_alike(tx, report.guild_id, round_.puzzle_id)
        return round_, len(alike), count_open_reports(tx, report.guild_id)

    round_, alike, waiting = await db.read(work)
    lesson, puzzle = await lesson_of(db, library, round_)
    return ReportCase(report, round_, lesson, puzzle, alike, waiting)


def _round(tx: Transaction, round_id: int) -> Round:
    round_ = load_round(tx, round_id)
    if round_ is None:  # pragma: no cover  (a report refers to its round)
        raise UnknownRound(round_id)
    return round_


def _guessed_round(tx: Transaction, guild_id: int, round_id: int, player_id: int) -> Round:
    round_ = load_round(tx, round_id)
    if round_ is None or round_.guild_id != guild_id:
        raise UnknownRound(round_id)
    if load_guess(tx, round_id, player_id) is None:
        raise NotGuessed(round_id)
    return round_
