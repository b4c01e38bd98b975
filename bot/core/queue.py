"""What comes next: the dates of a guild's schedules, and the lesson of each. Pure and repeatable.

The plan is no promise that is kept anywhere: it is what `next_pick` will say on each date, if
nothing changes until then. What moderators planned is kept, and goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.selection import Pick, PostedPuzzle, next_pick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from bot.core.lessons import Library
    from bot.core.settings import GuildSettings
    from bot.core.versions import PythonVersion

QUEUE_DAYS = 28
"""How far ahead is planned, over all of a guild's schedules."""


@dataclass(frozen=True, slots=True)
class Day:
    """One post to come: of which schedule, on which puzzle date, due when."""

    settings: GuildSettings
    puzzle_date: date
    due_at: datetime

    @property
    def slot(self) -> int:
        """The schedule's number."""
        return self.settings.slot


@dataclass(frozen=True, slots=True)
class Planned:
    """A day and what it brings; ``pick`` is None where no puzzle can run on this host.

    ``is_queued`` says that a moderator planned it.
    """

    day: Day
    pick: Pick | None
    is_queued: bool


def upcoming(
    now: datetime,
    schedules: Iterable[GuildSettings],
    taken: Collection[tuple[int, date]],
    count: int = QUEUE_DAYS,
) -> list[Day]:
    """The next ``count`` posts after ``now`` in their order; ``taken``: (slot, date) with rounds.

    A post that is owed already counts as one to come.
    """
    days = []
    for settings in schedules:
        owed = settings.schedule.owed_date(now)
        at: datetime | None = now - timedelta(days=1) if owed else now
        for _ in range(count):
            at = None if at is None else settings.schedule.next_post_after(at)
            if at is None:
                break
            puzzle_date = settings.schedule.puzzle_date(at)
            is_past = at <= now and puzzle_date != owed
            if not is_past and (settings.slot, puzzle_date) not in taken:
                days.append(Day(settings, puzzle_date, at))
    return sorted(days, key=lambda day: (day.due_at, day.slot))[:count]


def plan(
    library: Library,
    turns: Sequence[PostedPuzzle],
    days: Iterable[Day],
    queued: Mapping[int, Sequence[tuple[date, int]]],
    *,
    pythons: Collection[PythonVersion],
    set_aside: Collection[str],
    seed: int,
) -> list[Planned]:
    """The lesson of each day, as if each of them had been posted before the next.

    ``turns`` is the guild's history, ``queued`` what is planned: slot -> (date, PEP), by date.
    """
    history = list(turns)
    waiting = {slot: list(entries) for slot, entries in queued.items()}
    planned = []
    for day in days:
        line = waiting.get(day.slot, [])
        asked = line.pop(0)[1] if line and line[0][0] <= day.puzzle_date else None
        options = {"pythons": pythons, "set_aside": set_aside, "seed": seed}
        pick = None
        if asked is not None:
            pick = next_pick(library, history, pep=asked, **options)  # type: ignore[arg-type]
        is_queued = pick is not None
        if pick is None:
            wish = day.settings.wish_on(day.puzzle_date)
            pick = next_pick(library, history, wish=wish, **options)  # type: ignore[arg-type]
        if pick is not None:
            history.append(PostedPuzzle(pick.lesson.pep, pick.puzzle.id))
        planned.append(Planned(day, pick, is_queued))
    return planned
