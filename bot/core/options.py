"""A guild's options: what a moderator may switch, beside the schedule. One field, one option.

Stored by name, one row an option that was changed; what was never changed has its default, and a
new release's new option needs no migration. A value that can't be read any more is as good as
never set.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidSetting
from bot.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ON, _OFF = "on", "off"
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


def option_names() -> tuple[str, ...]:
    """The options' names, in the order in which they are shown."""
    return tuple(field.name for field in fields(GuildOptions))


def options_from(stored: Mapping[str, str]) -> GuildOptions:
    """The options of stored rows; what this release does not know is passed over."""
    known = {}
    for field in fields(GuildOptions):
        try:
            known[field.name] = parse_option(field.name, stored[field.name])
        except (KeyError, InvalidSetting):
            continue
    return GuildOptions(**known)


def parse_option(name: str, text: str) -> Any:  # noqa: ANN401  (of the field's type)
    """Read one option's value.

    Raises:
        InvalidSetting: There is no such option, or it can't have that value.
    """
    field = next((field for field in fields(GuildOptions) if field.name == name), None)
    if field is None:
        raise _refusal(name, later("there is no such option"), option_names())
    value = text.strip().lower()
    default = field.default
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
    return _number(field, text)


def format_option(value: object) -> str:
    """The value as it is stored and shown; `parse_option` reads it back."""
    if isinstance(value, bool):
        return _ON if value else _OFF
    return str(value)


def _number(field: Field[Any], text: str) -> int:
    least, most = field.metadata["bounds"]
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and least <= int(digits) <= most):
        raise InvalidSetting(
            field.name,
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
