"""Cards of every kind that the gallery's rounds don't bring by themselves, with made-up facts."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.core.audit import AuditEntry, Deed
from bot.core.boards import RecordBoard, RecordPlace, StreakBoard, StreakPlace
from bot.core.reminders import AtTime, DueReminder, Reminder
from bot.core.reports import Complaint, Decision, Report, ReportCase
from bot.core.results import GuessReceipt, PodiumPlace, PracticePuzzle, RevealFacts, StartReceipt
from bot.core.reviews import Grade, Offer, ReviewPuzzle, ReviewResult
from bot.core.rounds import Guess, Round, RoundState, Start, Truth
from bot.core.runs import Limits, Outcome, RunResult
from bot.core.streaks import Streak
from bot.core.windows import Leaderboard, Sheet, Standing, Window
from bot.rendering.audit import log_card
from bot.rendering.cards import Picture
from bot.rendering.leaderboards import leaderboard_card, record_board_card, streak_board_card
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.code_picture import draw_lesson
from bot.rendering.pictures.from_core import chart_facts
from bot.rendering.play import puzzle_card, result_card
from bot.rendering.post import code_card, post_card, withdrawn_card
from bot.rendering.reminders import reminder_card, reminder_set_card
from bot.rendering.reports import answered_card, report_card
from bot.rendering.reveal import reveal_card
from bot.rendering.reviews import review_card, review_result_card
from bot.rendering.running import comparison_card, run_card, waiting_card
from tests.doubles import a_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Lesson, Library
    from bot.rendering.cards import Card

GUILD = 7_000_000_000_000_000_001


def german_day(lesson: Lesson, library: Library, ids: Sequence[int]) -> dict[str, Card]:
    """A round as a German server and member see it; to be made while German is spoken."""
    now = datetime.now(UTC)
    round_, truth = _round(lesson, now)
    [puzzle, *_] = lesson.puzzles
    drawn = draw_lesson(lesson)
    guess = _guess(round_, ids[0], now, is_right=True)
    receipt = GuessReceipt(round_, lesson, puzzle, guess, 1, 12, Streak(23, 61))
    podium = tuple(
        PodiumPlace(rank, replace(guess, player_id=ids[n], elapsed_ms=9_400 + 8_000 * n), 4)
        for n, rank in enumerate((1, 2, 2))
    )
    counts = tuple(9 - 2 * n for n in range(len(puzzle.options)))
    facts = RevealFacts(round_, lesson, puzzle, truth, counts, podium, sum(counts), 9, 18_400, 23)
    chart = draw_reveal(chart_facts(facts))
    return {
        "post": post_card(lesson, library, round_, Picture("code.png", drawn.png, drawn.alt)),
        "puzzle": puzzle_card(
            StartReceipt(round_, lesson, puzzle, Start(round_.id, ids[0], now, False, is_new=True))
        ),
        "result": result_card(receipt),
        "reveal": reveal_card(facts, Picture("chart.png", chart.png, chart.alt)),
        "leaderboard": leaderboard_card(board(ids)),
    }


def rarer_kinds(lesson: Lesson, ids: Sequence[int]) -> dict[str, Card]:
    """Reviews, runs, reports, reminders, the log, a withdrawn round."""
    now = datetime.now(UTC)
    round_, truth = _round(lesson, now)
    [puzzle, *_] = lesson.puzzles
    practice = PracticePuzzle(lesson, puzzle, truth)
    result = ReviewResult(practice, truth.option, Grade.GOOD, now + timedelta(days=6))
    report = Report(
        1, GUILD, round_.id, ids[1], Complaint.UNCLEAR, "B could be read that way too.",
        Decision.OPEN, now - timedelta(hours=2),
    )  # fmt: skip
    case = ReportCase(report, round_, lesson, puzzle, 2, 3)
    when = AtTime(time(19, 30), ZoneInfo("Europe/Berlin"))
    return {
        "board-month": leaderboard_card(board(ids)),
        "board-streaks": streak_board_card(_streaks(ids)),
        "board-records": record_board_card(_records(lesson, ids)),
        "review": review_card(ReviewPuzzle(practice, Offer(puzzle.id, now, False), 1, 4), ids[0]),
        "review-result": review_result_card(result, ids[0]),
        "waiting": waiting_card(3, 8_000),
        "run": run_card(run("10.0\n9.0\n"), Limits(), 1),
        "run-failed": run_card(
            run("", Outcome.ERROR, exception="ZeroDivisionError", stderr=_TRACEBACK), Limits(), 1
        ),
        "versions": comparison_card(
            lesson, [run("1\n", python=p) for p in ("2.7", "3.8", "3.13")] + [run("1.0\n")]
        ),
        "report": report_card(case),
        "report-answered": answered_card(case, Decision.ASIDE, ids[3]),
        "reminder": reminder_card(
            DueReminder(ids[0], "en", round_, lesson.title), "Python Speedrunners"
        ),
        "reminder-set": reminder_set_card(Reminder(ids[0], GUILD, "en", when, now)),
        "log": log_card(_log(ids, now)),
        "withdrawn": withdrawn_card(lesson),
        "code": code_card(lesson),
    }


def board(ids: Sequence[int]) -> Leaderboard:
    """A month among ten members, with ties, moves, and the viewer below the first ten."""
    rows = tuple(
        Standing(rank, ids[n], 3_120 - 140 * rank, 22 - n // 2, 18 - n, 14_200 + 3_100 * n, before)
        for n, (rank, before) in enumerate(
            [(1, 2), (2, 1), (3, 3), (3, 5), (5, 4), (6, None), (7, 7), (8, 12), (9, 8), (10, 9)]
        )
    )
    viewer = replace(rows[-1], rank=47, player_id=ids[0] + 1, points=410, rank_before=51)
    sheet = Sheet(players=187, has_global=True)
    return Leaderboard(Window.MONTH, "2026-11", rows, viewer, 187, sheet)


def _streaks(ids: Sequence[int]) -> StreakBoard:
    lengths = ((1, 61, 2), (2, 23, 1), (2, 23, 0), (4, 5, 0))
    places = tuple(
        StreakPlace(rank, ids[n], length, freezes)
        for n, (rank, length, freezes) in enumerate(lengths)
    )
    return StreakBoard(places, places[2], Sheet(players=4))


def _records(lesson: Lesson, ids: Sequence[int]) -> RecordBoard:
    places = tuple(
        RecordPlace(n + 1, ids[n], 6_200 + 2_900 * n, date(2026, 11, 3 + n)) for n in range(5)
    )
    return RecordBoard(lesson.pep, places, places[0], Sheet(players=5))


def run(
    stdout: str,
    outcome: Outcome = Outcome.OK,
    *,
    python: str = "3.14",
    exception: str | None = None,
    stderr: str = "",
) -> RunResult:
    """A run as the sandbox tells of it."""
    code = 0 if outcome is Outcome.OK else 1
    return RunResult(outcome, stdout, stderr, code, exception, 41.0, False, python)


_TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "main.py", line 3, in <module>\n    print(cake / 0)\n          ~~~~~^~~\n'
    "ZeroDivisionError: division by zero\n"
)


def _round(lesson: Lesson, now: datetime) -> tuple[Round, Truth]:
    [puzzle, *_] = lesson.puzzles
    option = next((n for n, option in enumerate(puzzle.options) if not option.misconception), 0)
    said = puzzle.options[option]
    truth = Truth(option, len(puzzle.options), said.stdout or "", said.raises, "3.13")
    round_ = a_round(
        date(2026, 11, 27), pep=lesson.pep, puzzle_id=puzzle.id, truth=truth,
        state=RoundState.OPEN, closes_at=now + timedelta(hours=11),
    )  # fmt: skip
    return round_, truth


def _guess(round_: Round, player_id: int, now: datetime, *, is_right: bool) -> Guess:
    option = round_.truth.option if round_.truth else 0
    return Guess(round_.id, player_id, option, is_right, 9_400, 190, now, has_hint=False)


def _log(ids: Sequence[int], now: datetime) -> list[AuditEntry]:
    deeds = (
        (Deed.SET_UP, "daily", None, "#daily-pep, 09:00 Europe/Berlin, every day"),
        (Deed.OPTION, "language", "en", "de"),
        (Deed.POST, "2026-11-27", None, "PEP 238"),
        (Deed.PAUSE, "daily", None, None),
        (Deed.RESUME, "daily", None, None),
    )
    return [
        AuditEntry(n, GUILD, ids[3], deed, subject, before, after, now - timedelta(hours=9 - n))
        for n, (deed, subject, before, after) in enumerate(deeds)
    ]
