"""``reports``: the puzzles that members reported, in every server, with what ran."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.cli.up_to_date import opened
from bot.library.loading import load_library
from bot.services.reporting import open_reports

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.config import Settings
    from bot.core.reports import ReportCase


def add_parser(groups: Groups) -> None:
    """Declare the command."""
    reports = groups.add_parser("reports", help="puzzles that members reported, with what ran")
    reports.add_argument("--limit", type=int, default=50, help="how many, the oldest (50)")
    reports.set_defaults(handler=_reports)


def _reports(arguments: argparse.Namespace) -> int:
    cases = asyncio.run(_read(settings_of(), arguments.limit))
    for case in cases:
        print(_told(case))
    if not cases:
        print("no report waits for an answer")
    return 0


async def _read(settings: Settings, limit: int) -> list[ReportCase]:
    library, _ = load_library(settings.lesson_folders)
    async with opened(settings.database) as db:
        return await open_reports(db, library, limit=limit)


def _told(case: ReportCase) -> str:
    report, truth = case.report, case.round.truth
    head = (
        f"{report.reported_at:%Y-%m-%d %H:%M}Z guild={report.guild_id} round={report.round_id} "
        f"puzzle={case.puzzle.id} {report.complaint} note={report.note!r}"
    )
    code = "\n".join(f"    {line}" for line in case.puzzle.code.splitlines())
    ran = "    never run"
    if truth is not None:
        # repr: a terminal obeys escape sequences, and this was printed by a snippet.
        ran = f"    Python {truth.python} printed {truth.stdout!r}, raised {truth.exception}"
    return f"{head}\n{code}\n{ran}"
