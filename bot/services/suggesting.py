"""A member suggests a puzzle; it is checked and run; moderators approve or decline it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import (
    InvalidSetting,
    LessonRefused,
    MemberCodeOff,
    SuggestionDecided,
    UnknownLesson,
    UnknownSuggestion,
)
from bot.core.suggestions import MAX_A_DAY, MAX_OPEN, SuggestionState, read_draft
from bot.core.wording import later
from bot.services.audit import record
from bot.services.own_lessons import ensure_room, guild_library, library_in
from bot.services.running import ensure_tells_no_answer
from bot.storage.own_lessons import insert_own
from bot.storage.suggestions import (
    count_open,
    count_since,
    insert_suggestion,
    list_untold_suggestions,
    load_suggestion,
    mark_author_told,
    mark_judged,
    next_open,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.core.ports import LessonWorkbench
    from bot.core.suggestions import CheckedDraft, Suggestion
    from bot.services.context import Context
    from bot.services.running import Runs
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def suggest_puzzle(
    ctx: Context,
    runs: Runs,
    workbench: LessonWorkbench,
    *,
    guild_id: int,
    player_id: int,
    fields: Mapping[str, str],
    now: datetime,
) -> CheckedDraft:
    """Check what a member's form says, run it as members' code, and keep it for the moderators.

    Raises:
        InvalidSetting: A field can't be read, or there are too many, or the server has had it.
        UnknownLesson: This server has no lesson on that PEP.
        MemberCodeOff: This host's sandbox was not shown to hold.
        RunBeforeGuess: It is a puzzle on which they have still to guess.
        TooManyRuns: By this member, or in this server; a check counts as one.
        LessonRefused: It has faults, or could not be run.
    """
    draft = read_draft(fields)
    if not ctx.may_run_own():
        raise MemberCodeOff(runs.members.health().member_code)
    await ctx.db.read(lambda tx: _ensure_few(tx, guild_id, player_id, now))
    lesson = await _lesson(ctx, guild_id, draft.pep)
    await ensure_tells_no_answer(ctx, guild_id, player_id, draft.code)
    runs.pace.check(player_id, guild_id, now)
    runs.pace.note(player_id, guild_id, now)
    checked = await workbench.check_draft(lesson, draft)
    truth = checked.truth
    if truth is None:
        raise LessonRefused(checked.faults, checked.unproven)

    def work(tx: Transaction) -> None:
        _ensure_few(tx, guild_id, player_id, now)
        if not insert_suggestion(tx, guild_id, player_id, draft, truth, now):
            raise InvalidSetting(
                "suggest",
                later("this server was sent that puzzle before"),
                later("suggest another one"),
            )

    await ctx.db.write(work)
    log.info("guild=%s got a suggestion on pep=%s", guild_id, draft.pep)
    return checked


async def next_suggestion(db: Database, guild_id: int) -> tuple[Suggestion | None, int]:
    """The guild's oldest suggestion that waits, and how many do."""
    return await db.read(lambda tx: (next_open(tx, guild_id), count_open(tx, guild_id)))


async def approve_suggestion(
    ctx: Context,
    workbench: LessonWorkbench,
    guild_id: int,
    suggestion_id: int,
    now: datetime,
    *,
    by: int,
) -> Suggestion:
    """Check it again, and make it a puzzle of the server's own lesson on its PEP.

    Raises:
        UnknownSuggestion, SuggestionDecided: There is nothing to approve.
        LessonRefused: It has become faulty, or can't be run now.
        InvalidSetting: The server has no room for it, or the lesson has changed meanwhile.
    """
    suggestion = await ctx.db.read(lambda tx: _open(tx, guild_id, suggestion_id))
    lesson = await _lesson(ctx, guild_id, suggestion.draft.pep)
    checked = await workbench.check_draft(lesson, suggestion.draft)
    made = checked.lesson
    if made is None:
        raise LessonRefused(checked.faults, checked.unproven)

    def work(tx: Transaction) -> Suggestion:
        if library_in(ctx, tx, guild_id).get(lesson.pep) != lesson:
            raise InvalidSetting(
                "lesson", later("it has changed meanwhile"), later("press the button once more")
            )
        ensure_room(tx, guild_id, now)
        judged = _judge(tx, suggestion, SuggestionState.APPROVED, now, by)
        insert_own(tx, guild_id, made, checked.source.decode(), by, now)
        return judged

    return await ctx.db.write(work)


async def decline_suggestion(
    db: Database, guild_id: int, suggestion_id: int, now: datetime, *, by: int
) -> Suggestion:
    """Decline it.

    Raises:
        UnknownSuggestion, SuggestionDecided: There is nothing to decline.
    """

    def work(tx: Transaction) -> Suggestion:
        suggestion = _open(tx, guild_id, suggestion_id)
        return _judge(tx, suggestion, SuggestionState.DECLINED, now, by)

    return await db.write(work)


async def untold_suggestions(db: Database, author_id: int) -> list[Suggestion]:
    """The member's suggestions that were decided, and of which they have not heard."""
    return await db.read(lambda tx: list_untold_suggestions(tx, author_id))


async def note_author_told(db: Database, suggestion_id: int) -> None:
    """The author has heard what was decided."""
    await db.write(lambda tx: mark_author_told(tx, suggestion_id))


_DEEDS = {
    SuggestionState.APPROVED: Deed.SUGGESTION_APPROVED,
    SuggestionState.DECLINED: Deed.SUGGESTION_DECLINED,
}


def _judge(
    tx: Transaction, suggestion: Suggestion, state: SuggestionState, now: datetime, by: int
) -> Suggestion:
    if not mark_judged(tx, suggestion.id, state, now):
        raise SuggestionDecided(suggestion.id)
    record(tx, suggestion.guild_id, _DEEDS[state], now, by=by, subject=suggestion.draft.puzzle_id)
    return load_suggestion(tx, suggestion.id) or suggestion


def _open(tx: Transaction, guild_id: int, suggestion_id: int) -> Suggestion:
    found = load_suggestion(tx, suggestion_id)
    if found is None or found.guild_id != guild_id:
        raise UnknownSuggestion(suggestion_id)
    if found.state is not SuggestionState.OPEN:
        raise SuggestionDecided(suggestion_id)
    return found


def _ensure_few(tx: Transaction, guild_id: int, player_id: int, now: datetime) -> None:
    if count_open(tx, guild_id, player_id) >= MAX_OPEN:
        raise InvalidSetting(
            "suggest",
            later("{most} of yours wait for the moderators"),
            later("wait for their answer"),
            most=MAX_OPEN,
        )
    if count_since(tx, guild_id, now - timedelta(days=1)) >= MAX_A_DAY:
        raise InvalidSetting(
            "suggest",
            later("this server got {most} in a day"),
            later("wait for tomorrow"),
            most=MAX_A_DAY,
        )


async def _lesson(ctx: Context, guild_id: int, pep: int) -> Lesson:
    lesson = (await guild_library(ctx, guild_id)).get(pep)
    if lesson is None:
        raise UnknownLesson(pep)
    return lesson
