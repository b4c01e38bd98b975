"""A guild's options: what a moderator may switch, beside the schedule. One field, one option.

Stored by name, one row an option that was changed; what was never changed has its default, and a
new release's new option needs no migration. A value that can't be read any more is as good as
never set.
"""

from __future__ import annotations

import re
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidSetting
from bot.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ON, _OFF = "on", "off"
_NO_CHANNEL = ("0", "none", _OFF)
_CHANNEL = re.compile(r"<#([0-9]{1,19})>|([0-9]{1,19})", re.ASCII)
"""A snowflake: at most nineteen digits."""
_SWITCH = {_ON: True, "yes": True, "true": True, _OFF: False, "no": False, "false": False}


class Language(StrEnum):
    """The language of what a guild's members all see; private answers follow each member's own."""

    ENGLISH = "en"
    GERMAN = "de"


@dataclass(frozen=True, slots=True)
class GuildOptions:
    """Every option with its default. A field is a bool, a whole number, or a `StrEnum`."""

    language: Language = Language.ENGLISH
    has_sharing: bool = True
    """Members may show their result in the channel, without a word on the answer."""
    has_running: bool = True
    """Members may run code of their own, and compare versions, where the sandbox holds."""
    has_run_menu: bool = False
    """"Run this Python" on any message with a code block, for whoever chooses it; privately."""
    report_channel: int = field(default=0, metadata={"is_channel": True})
    """The channel, by its id, in which moderators hear of reported puzzles; 0: none."""
    has_global_board: bool = False
    """The members' points count on the board of all servers that take part, with their names."""
    has_season_post: bool = True
    """On the first day of a month the podium of the one before is posted."""


def option_names() -> tuple[str, ...]:
    """The options' names, in the order in which they are shown."""
    return tuple(option.name for option in fields(GuildOptions))


def options_from(stored: Mapping[str, str]) -> GuildOptions:
    """The options of stored rows; what this release does not know is passed over."""
    known = {}
    for option in fields(GuildOptions):
        try:
            known[option.name] = parse_option(option.name, stored[option.name])
        except (KeyError, InvalidSetting):
            continue
    return GuildOptions(**known)


def parse_option(name: str, text: str) -> Any:  # noqa: ANN401  (of the field's type)
    """Read one option's value.

    Raises:
        InvalidSetting: There is no such option, or it can't have that value.
    """
    option = next((option for option in fields(GuildOptions) if option.name == name), None)
    if option is None:
        raise _refusal(name, later("there is no such option"), option_names())
    value = text.strip().lower()
    default = option.default
    if isinstance(default, bool):
        if value not in _SWITCH:
            raise InvalidSetting(
                name,
                later("{given} is neither on nor off"),
                later("write on or off"),
                given=repr(text),
            )
        return _SWITCH[value]
    if isinstance(default, StrEnum):
        if value not in set(type(default)):
            raise _refusal(name, later("{given} is none of them"), type(default), given=repr(text))
        return type(default)(value)
    if option.metadata.get("is_channel"):
        return _channel(name, value)
    return _number(option, text)


def format_option(value: object) -> str:
    """The value as it is stored and shown; `parse_option` reads it back."""
    if isinstance(value, bool):
        return _ON if value else _OFF
    return str(value)


def _channel(name: str, value: str) -> int:
    if value in _NO_CHANNEL:
        return 0
    match = _CHANNEL.fullmatch(value)
    if match is None:
        raise InvalidSetting(
            name,
            later("{given} is no channel"),
            later("choose one as #channel, or none"),
            given=repr(value),
        )
    return int(match[1] or match[2])


def _number(option: Field[Any], text: str) -> int:
    least, most = option.metadata["bounds"]
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and least <= int(digits) <= most):
        raise InvalidSetting(
            option.name,
            later("{given} is out of bounds"),
            later("choose a whole number, {least} to {most}"),
            given=repr(text),
            least=least,
            most=most,
        )
    return int(digits)


def _refusal(name: str, why: str, names: Iterable[str], **facts: str) -> InvalidSetting:
    return InvalidSetting(
        name, why, later("choose one of {choices}"), choices=", ".join(names), **facts
    )
