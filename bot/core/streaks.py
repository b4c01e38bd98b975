"""Streaks: consecutive puzzle dates with a guess.

Dates without a round break nothing: a streak counts along the guild's own rounds, not along the
calendar. Voided rounds, and days on which the bot failed to post, are therefore bridged; so are
rounds that are excused, since the bot was away for most of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Streak:
    """``length`` rounds in a row up to ``last_date``; ``best`` is the longest there ever was."""

    length: int = 0
    best: int = 0
    last_date: date | None = None


def streak_of(round_dates: Iterable[date], played: Collection[date]) -> Streak:
    """The streak that ends at the player's last played date, computed from nothing but the dates.

    ``round_dates`` are the guild's puzzle dates with a round, ``played`` those with a guess.
    """
    length = best = 0
    last = max(played, default=None)
    for puzzle_date in sorted(set(round_dates) | set(played)):
        if puzzle_date in played:
            length += 1
            best = max(best, length)
        elif last is None or puzzle_date < last:
            length = 0
    return Streak(length, best, last)


def extended(streak: Streak, puzzle_date: date, previous_round: date | None) -> Streak | None:
    """The streak after a guess on ``puzzle_date``; None where only `streak_of` can tell.

    ``previous_round`` is the guild's last puzzle date before it, excused ones left out. Equal to
    recomputing where the guess is on a later date than all before, the case of every ordinary day.
    """
    if streak.last_date is not None and puzzle_date < streak.last_date:
        return None
    if puzzle_date == streak.last_date:
        return streak
    # A last guess after the previous round was on an excused one, which only bridges.
    is_unbroken = streak.last_date is not None and (
        previous_round is None or streak.last_date >= previous_round
    )
    length = streak.length + 1 if is_unbroken else 1
    return Streak(length, max(streak.best, length), puzzle_date)


def alive(streak: Streak, last_closed: date | None) -> int:
    """The length to show now: 0 once a closed round went by without a guess.

    ``last_closed`` is the guild's last puzzle date whose round no longer takes guesses.
    """
    if streak.last_date is None:
        return 0
    return 0 if last_closed is not None and streak.last_date < last_closed else streak.length


def missed_time(
    outages: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
) -> timedelta:
    """How much of the time from ``since`` to ``until`` lies in the outages, which don't overlap."""
    return sum(
        (max(min(end, until) - max(begin, since), timedelta(0)) for begin, end in outages),
        timedelta(0),
    )
