"""Seasons: a calendar month of a guild, and what is kept of it once it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.core.windows import Standing

KEPT_RANKS = 10
"""So many rows of a season's final ranks are kept."""
PODIUM_RANKS = 3


class SeasonState(StrEnum):
    """The life of a season: running, over and to be posted, posted; or silent, never posted."""

    RUNNING = "running"
    RESERVED = "reserved"
    POSTED = "posted"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Season:
    """One month of one guild. ``month`` is its first day; ``players`` is how many it ranks.

    ``channel_id`` and ``reserved_at`` are of its post, None while it runs.
    """

    id: int
    guild_id: int
    month: date
    state: SeasonState
    players: int = 0
    channel_id: int = 0
    reserved_at: datetime | None = None
    message_id: int | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """A season with its final ranks, best first, and the viewer's own row where one is asked for.

    The rows are as they were when it ended, but without who has hidden since, and without the
    rounds that were withdrawn since.
    """

    season: Season
    standings: tuple[Standing, ...]
    viewer: Standing | None = None

    @property
    def podium(self) -> tuple[Standing, ...]:
        """The first three ranks; ties share one."""
        return tuple(row for row in self.standings if row.rank <= PODIUM_RANKS)


def month_of(day: date) -> date:
    """The first day of the date's month."""
    return day.replace(day=1)


def ends_at(month: date, zone: ZoneInfo) -> datetime:
    """The first instant of the next month, in UTC."""
    following = month_of(month + timedelta(days=31))
    return datetime.combine(following, time(0), zone).astimezone(UTC)
