"""One schedule as plain values (texts, numbers, lists), and back: what drafts and files hold.

Reading is strict, for a file comes from outside: each value that can't be used is an
`InvalidSetting` that names it. The law of both directions: what was written reads back equal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidSetting
from bot.core.lessons import Level
from bot.core.schedule import Schedule
from bot.core.selection import Wish
from bot.core.settings import (
    MAX_OPEN_HOURS,
    CodeView,
    GuildSettings,
    parse_post_time,
    parse_time_zone,
    parse_weekdays,
    role_of,
)
from bot.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_ID = 2**63 - 1
_MAX_WORD = 40
FIELDS = frozenset(
    ("channel", "time", "timezone", "weekdays", "open_minutes", "code", "level", "topic")
) | {"role", "thread", "paused", "on_weekdays"}
"""What a schedule has."""


def settings_to_plain(settings: GuildSettings) -> dict[str, Any]:
    """The schedule's fields; what is not set is left out."""
    schedule = settings.schedule
    plain: dict[str, Any] = {
        "channel": settings.channel_id,
        "time": f"{schedule.post_time:%H:%M}",
        "timezone": schedule.zone.key,
        "weekdays": [_DAYS[day] for day in sorted(schedule.weekdays)],
        "code": str(settings.code),
        "thread": settings.has_thread,
        "paused": schedule.is_paused,
    }
    if schedule.open_for is not None:
        plain["open_minutes"] = schedule.open_for // timedelta(minutes=1)
    if settings.role_id is not None:
        plain["role"] = settings.role_id
    plain.update(_wish_to_plain(settings.wish))
    if settings.weekday_wishes:
        plain["on_weekdays"] = {
            _DAYS[day]: _wish_to_plain(wish) for day, wish in settings.weekday_wishes
        }
    return plain


def settings_from_plain(
    plain: Mapping[str, Any], *, guild_id: int, slot: int, effective_from: datetime
) -> GuildSettings:
    """Read what `settings_to_plain` wrote.

    Raises:
        InvalidSetting: A field is unknown, missing, or can't have its value.
    """
    for name in plain:
        if name not in FIELDS:
            raise InvalidSetting(
                name,
                later("there is no such setting"),
                later("choose one of {names}"),
                names=", ".join(sorted(FIELDS)),
            )
    days = plain.get("weekdays")
    if not (isinstance(days, list) and all(isinstance(day, str) for day in days)):
        raise _refusal("weekdays", days, later("write a list such as [mon, wed, fri]"))
    schedule = Schedule(
        post_time=parse_post_time(_text(plain, "time")),
        zone=parse_time_zone(_text(plain, "timezone")),
        # An empty list is a schedule without days; parse_weekdays takes "" for all of them.
        weekdays=parse_weekdays(", ".join(days)) if days else frozenset(),
        open_for=_open_for(plain),
        is_paused=_switch(plain, "paused"),
        effective_from=effective_from,
    )
    code = plain.get("code", str(CodeView.PICTURE))
    if code not in list(CodeView):
        raise _refusal("code", code, later("choose one of {names}"), names=", ".join(CodeView))
    settings = GuildSettings(guild_id, _id(plain, "channel"), schedule, CodeView(code), slot)
    on_weekdays = plain.get("on_weekdays", {})
    if not isinstance(on_weekdays, dict):
        raise _refusal("on_weekdays", on_weekdays, later("write a mapping such as {{mon: ...}}"))
    return replace(
        settings,
        wish=_wish(plain),
        weekday_wishes=tuple(sorted((_day(day), _wish(wish)) for day, wish in on_weekdays.items())),
        role_id=role_of(guild_id, _id(plain, "role")) if plain.get("role") is not None else None,
        has_thread=_switch(plain, "thread"),
    )


def _wish_to_plain(wish: Wish) -> dict[str, str]:
    found = {"level": wish.level and str(wish.level), "topic": wish.topic}
    return {name: value for name, value in found.items() if value is not None}


def _wish(plain: object) -> Wish:
    if not isinstance(plain, dict):
        raise _refusal("on_weekdays", plain, later("give each day a level, a topic, or both"))
    level, topic = plain.get("level"), plain.get("topic")
    if level is not None and level not in list(Level):
        raise _refusal("level", level, later("choose one of {names}"), names=", ".join(Level))
    if topic is not None and not (isinstance(topic, str) and 0 < len(topic) <= _MAX_WORD):
        raise _refusal("topic", topic, later("write a category or a tag of the lessons"))
    return Wish(None if level is None else Level(level), topic)


def _day(name: object) -> int:
    if name not in _DAYS:
        raise _refusal("on_weekdays", name, later("choose one of {names}"), names=", ".join(_DAYS))
    return _DAYS.index(str(name))


def _open_for(plain: Mapping[str, Any]) -> timedelta | None:
    minutes = plain.get("open_minutes")
    if minutes is None:
        return None
    most = MAX_OPEN_HOURS * 60
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= most:
        raise _refusal("open_minutes", minutes, later("choose 1 to {most}"), most=most)
    return timedelta(minutes=minutes)


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str):
        raise _refusal(name, value, later("write it as a text, in quotes"))
    return value


def _switch(plain: Mapping[str, Any], name: str) -> bool:
    value = plain.get(name, False)
    if not isinstance(value, bool):
        raise _refusal(name, value, later("write true or false"))
    return value


def _id(plain: Mapping[str, Any], name: str) -> int:
    value = plain.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_ID:
        raise _refusal(name, value, later("write its id, a whole number"))
    return value


def _refusal(name: str, value: object, way_out: str, **facts: object) -> InvalidSetting:
    given = repr(value)[:60]
    return InvalidSetting(name, later("{given} can't be used"), way_out, given=given, **facts)
