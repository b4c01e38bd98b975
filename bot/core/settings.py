"""What a guild has set up, and the rules for what it may set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import InvalidSetting
from bot.core.options import Language
from bot.core.schedule import ALL_WEEKDAYS
from bot.core.selection import ANYTHING, Wish
from bot.core.wording import later

if TYPE_CHECKING:
    from bot.core.schedule import Schedule

MAIN_SLOT = 1
"""The schedule that every guild begins with."""
MAX_SLOTS = 8

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.h]?([0-5][0-9])")
_NO_ZONES = frozenset({"right", "posix", "posixrules", "localtime", "Factory"})
"""Files beside the zones on some hosts only: with leap seconds, or of the machine's own time."""
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS = {
    "": ALL_WEEKDAYS,
    "all": ALL_WEEKDAYS,
    "daily": ALL_WEEKDAYS,
    "every day": ALL_WEEKDAYS,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset((5, 6)),
}
MIN_OPEN_HOURS = 1
MAX_OPEN_HOURS = 7 * 24
"""A round may stay open for a week: longer, and a month holds rounds that nobody can place."""


class CodeView(StrEnum):
    """How a guild's posts and reveals show code and figures."""

    PICTURE = "picture"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """One of a guild's daily schedules: its channel, times and taste.

    ``slot`` numbers a guild's schedules from 1. ``wish`` restricts the lessons; a weekday in
    ``weekday_wishes`` (from Monday = 0) has its own instead. ``role_id`` is pinged by a post, and
    ``has_thread`` says that a post begins a thread.
    """

    guild_id: int
    channel_id: int
    schedule: Schedule
    code: CodeView = CodeView.PICTURE
    slot: int = MAIN_SLOT
    wish: Wish = ANYTHING
    weekday_wishes: tuple[tuple[int, Wish], ...] = ()
    role_id: int | None = None
    has_thread: bool = False

    def wish_on(self, puzzle_date: date) -> Wish:
        """What is wanted on that date."""
        return dict(self.weekday_wishes).get(puzzle_date.weekday(), self.wish)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a schedule's messages go out: their language and code view, a role to ping, a thread."""

    language: Language = Language.ENGLISH
    code: CodeView = CodeView.PICTURE
    role_id: int | None = None
    has_thread: bool = False


def parse_post_time(text: str) -> time:
    """Read a local time such as ``09:00``, ``9:00`` or ``0930``.

    Raises:
        InvalidSetting: It is no time of day.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise InvalidSetting(
            "time",
            later("{given} is not a time of day"),
            later("write it as 09:00 or 18:30"),
            given=repr(text),
        )
    return time(int(match[1]), int(match[2]))


def parse_date(text: str) -> date:
    """Read a date such as ``2026-12-24``.

    Raises:
        InvalidSetting: It is no date.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidSetting(
            "date", later("{given} is no date"), later("write it as 2026-11-28"), given=repr(text)
        ) from None


def parse_time_zone(text: str) -> ZoneInfo:
    """Read an IANA time zone name such as ``Europe/Berlin``.

    Raises:
        InvalidSetting: There is no such zone.
    """
    name = text.strip()
    refusal = InvalidSetting(
        "timezone",
        later("{given} is not a time zone"),
        later("choose one from the list, as Europe/Berlin"),
        given=repr(name),
    )
    if name.partition("/")[0] in _NO_ZONES:
        raise refusal
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # A key with "..", a NUL or a folder's name raises ValueError or OSError, never opens it.
        raise refusal from error


def parse_weekdays(text: str) -> frozenset[int]:
    """Read ``daily``, ``weekdays``, ``weekends``, or days such as ``mon, wed, fri``.

    Raises:
        InvalidSetting: A word in it names no day.
    """
    words = text.strip().lower()
    if words in _DAY_GROUPS:
        return _DAY_GROUPS[words]
    days = set()
    for word in re.findall(r"[^\s,;/+&]+", words) or [words]:
        found = [index for index, name in enumerate(_DAY_NAMES) if name.startswith(word)]
        if len(word) < 2 or len(found) != 1:
            raise InvalidSetting(
                "weekdays",
                later("{given} names no day"),
                later("write daily, weekdays, or mon, wed, fri"),
                given=repr(word),
            )
        days.add(found[0])
    return frozenset(days)


def role_of(guild_id: int, role_id: int) -> int:
    """The role that a guild's posts ping.

    Raises:
        InvalidSetting: It is the one that everyone has: it bears the guild's own id.
    """
    if role_id == guild_id:
        raise InvalidSetting("role", later("everyone is no role to ping"), later("choose another"))
    return role_id


def parse_open_hours(hours: int | None) -> timedelta | None:
    """How long a round stays open; None and 0 mean until the next one is posted.

    Raises:
        InvalidSetting: It is out of bounds.
    """
    if not hours:
        return None
    if not MIN_OPEN_HOURS <= hours <= MAX_OPEN_HOURS:
        raise InvalidSetting(
            "open_hours",
            later("{given} hours is out of bounds"),
            later("choose {least} to {most}, or 0: until the next one is posted"),
            given=hours,
            least=MIN_OPEN_HOURS,
            most=MAX_OPEN_HOURS,
        )
    return timedelta(hours=hours)
