"""When a guild's rounds are due. Arithmetic on instants and IANA zones; the caller brings ``now``.

A puzzle date is a date on the guild's wall calendar. Its post is due at one instant: the local
post time on that date. Where daylight saving skips that local time, the instant is the one at
which the clock would have shown it, had it not jumped (02:30 becomes 03:30); where the local time
comes twice, it is the first. Both are PEP 495's ``fold=0``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.core.rounds import RoundState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from bot.core.rounds import Round

ALL_WEEKDAYS = frozenset(range(7))
_LOOK_AHEAD_DAYS = 16
"""Two weeks of weekdays and a day on either side: one weekly post may lie in a date, or in an hour
around midnight, that the zone skips."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a guild wants the rounds of one slot. ``weekdays`` counts from Monday = 0.

    ``open_for`` is None where a round stays open until the next one is posted. Posts due before
    ``effective_from`` are nobody's debt: a server set up in the afternoon does not owe the morning,
    and one that is paused until a date lies still until then.
    """

    post_time: time
    zone: ZoneInfo
    weekdays: frozenset[int]
    open_for: timedelta | None
    is_paused: bool
    effective_from: datetime

    def puzzle_date(self, now: datetime) -> date:
        """The date on the guild's wall calendar at that instant."""
        return now.astimezone(self.zone).date()

    def post_instant(self, puzzle_date: date) -> datetime:
        """The instant at which that date's round is due, in UTC."""
        return datetime.combine(puzzle_date, self.post_time, self.zone).astimezone(UTC)

    def beginning_of(self, puzzle_date: date) -> datetime:
        """The instant at which that date begins, in UTC."""
        return datetime.combine(puzzle_date, time(0), self.zone).astimezone(UTC)

    def is_resting(self, now: datetime) -> bool:
        """Whether nothing is posted at ``now``: paused, for good or until a date."""
        return self.is_paused or now < self.effective_from

    def is_early(self, round_: Round, now: datetime) -> bool:
        """Whether a reserved round's time is yet to come: a zone was left since, a clock put right.

        Within its own date a round may be reserved before its hour: a moderator asked for it.
        """
        puzzle_date = round_.puzzle_date
        if round_.reserved_at >= self.beginning_of(puzzle_date):
            return puzzle_date > self.puzzle_date(now)
        return now < self.post_instant(puzzle_date)

    def next_post_after(self, instant: datetime) -> datetime | None:
        """The first due instant after ``instant``; None while paused or without weekdays."""
        if self.is_paused:
            return None
        start = self.puzzle_date(max(instant, self.effective_from))
        for offset in range(_LOOK_AHEAD_DAYS):
            puzzle_date = start + timedelta(days=offset)
            due = self.post_instant(puzzle_date)
            if due > instant and due >= self.effective_from and self._has_post(puzzle_date, due):
                return due
        return None

    def owed_date(self, now: datetime) -> date | None:
        """Today's puzzle date if its post is due by ``now``, however late; else None."""
        today = self.puzzle_date(now)
        due = self.post_instant(today)
        is_owed = not self.is_paused and self.effective_from <= due <= now
        return today if is_owed and self._has_post(today, due) else None

    def closes_at(self, opened_at: datetime) -> datetime | None:
        """When a round opened then ends: after the set time, or as the next one is due."""
        if self.open_for is not None:
            return opened_at + self.open_for
        # Where a moderator opened today's round early, today's post time is not the next one's.
        own_due = self.post_instant(self.puzzle_date(opened_at))
        return self.next_post_after(max(opened_at, own_due))

    def _has_post(self, puzzle_date: date, due: datetime) -> bool:
        # Some zones once skipped a whole calendar date; its "local time" lies in the next one.
        exists = self.puzzle_date(due) == puzzle_date
        return exists and puzzle_date.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class OpenDue:
    """Reserve and post the round of that date."""

    puzzle_date: date


@dataclass(frozen=True, slots=True)
class ResumeDue:
    """A reserved round was never recorded as posted: find its post, or post it, or give it up."""

    round: Round
    is_too_late: bool
    """Its puzzle date is over: it may be found, but no longer be posted."""


@dataclass(frozen=True, slots=True)
class ScoreDue:
    """The round's time is over: no more guesses."""

    round: Round


@dataclass(frozen=True, slots=True)
class RevealDue:
    """The round is scored and its reveal not yet shown."""

    round: Round


Action = OpenDue | ResumeDue | ScoreDue | RevealDue


def due_actions(now: datetime, schedule: Schedule, rounds: Iterable[Round]) -> list[Action]:
    """What one schedule of a guild needs at ``now``, in the order to do it.

    ``rounds`` are its unfinished rounds and today's, in whatever state. Old rounds come
    before the new one, so that a reveal is read before the next speedrun. A round whose
    ``retry_at`` lies ahead waits.
    """
    known = sorted(rounds, key=lambda round_: round_.puzzle_date)
    today = schedule.puzzle_date(now)
    actions: list[Action] = []
    for round_ in known:
        if round_.retry_at is not None and round_.retry_at > now:
            continue
        if round_.state is RoundState.RESERVED:
            is_too_late = round_.puzzle_date < today
            is_waiting = schedule.is_resting(now) or schedule.is_early(round_, now)
            if is_too_late or not is_waiting:
                actions.append(ResumeDue(round_, is_too_late))
        elif round_.state is RoundState.OPEN:
            if round_.closes_at is not None and round_.closes_at <= now:
                actions += [ScoreDue(round_), RevealDue(round_)]
        elif round_.state is RoundState.SCORED:
            actions.append(RevealDue(round_))
    owed = schedule.owed_date(now)
    if owed is not None and all(round_.puzzle_date != owed for round_ in known):
        actions.append(OpenDue(owed))
    return actions
