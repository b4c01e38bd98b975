"""What moderators did, as values: who, what, when, and what it was before and after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Deed(StrEnum):
    """What can be done to a guild's speedruns; one name an action that changes something."""

    SET_UP = "set-up"
    SCHEDULE_REMOVED = "schedule-removed"
    PAUSE = "pause"
    RESUME = "resume"
    OPTION = "option"
    POST = "post"
    REVEAL = "reveal"
    VOID = "void"
    IMPORT = "import"
    LESSON_ADDED = "lesson-added"
    LESSON_RETIRED = "lesson-retired"
    QUEUE = "queue"
    SKIP = "skip"
    SET_ASIDE = "set-aside"
    PUT_BACK = "put-back"
    REPORT_CLOSED = "report-closed"
    SUGGESTION_APPROVED = "suggestion-approved"
    SUGGESTION_DECLINED = "suggestion-declined"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action. ``actor_id`` is None where the bot's owner did it on the command line.

    ``subject`` names what was acted on (a date, an option's name, a puzzle), ``before`` and
    ``after`` how it stood, as short texts; None where that says nothing.
    """

    id: int
    guild_id: int
    actor_id: int | None
    deed: str
    subject: str | None
    before: str | None
    after: str | None
    done_at: datetime
