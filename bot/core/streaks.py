"""Streaks: consecutive puzzle dates with a guess, and the freezes that keep them.

A puzzle date is played when any of its rounds was guessed. Dates without a round break nothing: a
streak counts along the guild's own dates, not along the calendar. Voided rounds, and days on which
the bot failed to post, are therefore bridged; so are rounds that are excused, since the bot was
away for most of them.

Each date played saves up a day; seven saved days are a freeze, two freezes at most are held. A
date that was missed costs a freeze, of itself; without one the streak and what was saved are lost.

Laws, each tried with hypothesis:

- The order in which guesses come makes no difference: extending guess by guess equals recomputing.
- A date without a round, a voided or an excused one that was not played, is as if it had never
  been; taking a missed date out never makes a streak shorter, nor does playing it.
- A freeze never raises the count: a streak is at most as long as there are dates played.
- At most `MAX_FREEZES` are held, and one covers one date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

FREEZE_DAYS = 7
"""So many dates played earn a freeze."""
MAX_FREEZES = 2


@dataclass(frozen=True, slots=True)
class Streak:
    """``length`` dates in a row up to ``last_date``; ``best`` is the longest there ever was.

    ``saved_days`` (0 to 14) holds the freezes, at seven days each, and the days toward the next.
    ``first_date`` is the player's first puzzle date in the guild.
    """

    length: int = 0
    best: int = 0
    last_date: date | None = None
    saved_days: int = 0
    first_date: date | None = None

    @property
    def freezes(self) -> int:
        """How many freezes are held."""
        return self.saved_days // FREEZE_DAYS

    @property
    def days_to_freeze(self) -> int | None:
        """How many more dates earn the next freeze; None where no more can be held."""
        if self.freezes >= MAX_FREEZES:
            return None
        return FREEZE_DAYS - self.saved_days % FREEZE_DAYS


@dataclass(frozen=True, slots=True)
class Step:
    """A streak after one more guess, and the missed dates that freezes covered just before it.

    ``is_longer`` is False where the date was played already, and where it came late.
    """

    streak: Streak
    covered: tuple[date, ...] = ()
    is_longer: bool = False


@dataclass(frozen=True, slots=True)
class StreakNow:
    """A streak as it stands since its last date: 0 once a date went by that nothing covered.

    ``covered`` are the dates since then that freezes cover.
    """

    length: int = 0
    freezes: int = 0
    covered: tuple[date, ...] = ()


def streak_of(round_dates: Iterable[date], played: Collection[date]) -> Streak:
    """The streak that ends at the player's last played date, computed from nothing but the dates.

    ``round_dates`` are the guild's puzzle dates with a round, ``played`` those with a guess.
    """
    return history_of(round_dates, played).streak


def history_of(round_dates: Iterable[date], played: Collection[date]) -> Step:
    """As `streak_of`, with every date that a freeze ever covered before the last one played."""
    streak = Streak()
    covered: list[date] = []
    last = max(played, default=None)
    for puzzle_date in sorted(set(round_dates) | set(played)):
        if puzzle_date in played:
            streak = _played(streak, puzzle_date)
        elif last is None or streak.last_date is None or puzzle_date > last:
            continue
        else:
            if streak.freezes:
                covered.append(puzzle_date)
            streak = _missed(streak)
    return Step(streak, tuple(covered))


def extended(streak: Streak, puzzle_date: date, missed: Sequence[date]) -> Step | None:
    """The streak after a guess on ``puzzle_date``; None where only `streak_of` can tell.

    ``missed`` are the dates with a round between the streak's last and this one, excused ones left
    out, the oldest first; the first `MAX_FREEZES` and one more are enough. Equal to recomputing
    where the guess is on a later date than all before, the case of every ordinary day.
    """
    if streak.last_date is not None and puzzle_date < streak.last_date:
        return None
    if puzzle_date == streak.last_date:
        return Step(streak)
    covered = tuple(missed) if len(missed) <= streak.freezes else ()
    for _ in missed:
        streak = _missed(streak)
    return Step(_played(streak, puzzle_date), covered, is_longer=True)


def now(streak: Streak, missed: Sequence[date]) -> StreakNow:
    """The streak to show, where ``missed`` are the dates since its last that went by unplayed.

    Their rounds take no guesses any more; the first `MAX_FREEZES` and one more are enough.
    """
    if len(missed) > streak.freezes:
        return StreakNow()
    return StreakNow(streak.length, streak.freezes - len(missed), tuple(missed))


def missed_time(
    outages: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
) -> timedelta:
    """How much of the time from ``since`` to ``until`` lies in the outages, which don't overlap."""
    return sum(
        (max(min(end, until) - max(begin, since), timedelta(0)) for begin, end in outages),
        timedelta(0),
    )


def _played(streak: Streak, puzzle_date: date) -> Streak:
    length = streak.length + 1
    return Streak(
        length=length,
        best=max(streak.best, length),
        last_date=puzzle_date,
        # Saving goes on after a covered date, and rests while no more can be held: a streak that
        # missed less is then never the worse for it.
        saved_days=min(streak.saved_days + 1, FREEZE_DAYS * MAX_FREEZES),
        first_date=streak.first_date or puzzle_date,
    )


def _missed(streak: Streak) -> Streak:
    if streak.freezes:
        return replace(streak, saved_days=streak.saved_days - FREEZE_DAYS)
    return replace(streak, length=0, saved_days=0)
