"""Reminders: when a member asked to be told that a round waits for them. Pure arithmetic.

A reminder is at a time of day in the member's own zone, or so long before a round closes. It is
one a member and guild, comes once a puzzle date at the most, and never for a round that is played.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.core.rounds import Round

MAX_BEFORE = timedelta(hours=12)
MAX_LATE = timedelta(hours=3)
"""How late a reminder at a time of day still helps: after an outage, those of the day are over."""
MAX_TRIES = 3
RETRY_AFTER = timedelta(minutes=2)
"""Within the minutes for which Discord answers a repeated nonce with the first message."""
_LOOK_AHEAD_DAYS = 3


@dataclass(frozen=True, slots=True)
class AtTime:
    """Each day at that local time."""

    time: time
    zone: ZoneInfo

    def next_after(self, instant: datetime) -> datetime:
        """The first due instant after ``instant``, in UTC; `bot.core.schedule` has the rules.

        Where daylight saving skips the time, it is as if the clock had not jumped; where it comes
        twice, the first counts.
        """
        start = instant.astimezone(self.zone).date()
        for offset in range(_LOOK_AHEAD_DAYS):
            date = start + timedelta(days=offset)
            due = datetime.combine(date, self.time, self.zone).astimezone(UTC)
            # The "local time" of a date that the zone skips lies in the next, which has its own.
            if due > instant and due.astimezone(self.zone).date() == date:
                return due
        raise AssertionError("no zone skips two dates in a row")


@dataclass(frozen=True, slots=True)
class BeforeClose:
    """So long before a round closes, at most `MAX_BEFORE`."""

    before: timedelta


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a member asked for in a guild. ``language`` is the one they asked in."""

    player_id: int
    guild_id: int
    language: str
    when: AtTime | BeforeClose
    due_at: datetime | None = None
    """When it comes next; None where a round's end decides."""


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A round to remind a member of, claimed for the one who sends it."""

    player_id: int
    language: str
    round: Round
    title: str
    """The lesson's; empty where the library has it no more."""
