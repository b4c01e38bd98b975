"""Rules for application commands that the schema doesn't state.

Pure; yields (rule, path, code, sentence).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .component_rules import Found
    from .state import Json

CHAT = 1
SUBCOMMAND, GROUP = 1, 2
_LETTER_MARKS = ("L", "N", "M")


def command_rules(commands: list[Json]) -> Iterator[Found]:
    """Yield what is wrong with a bulk overwrite of commands."""
    names = Counter((c.get("type") or CHAT, c.get("name")) for c in commands)
    for (_, name), times in names.items():
        if times > 1:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            yield "command-twice", "", code, f"Application command names must be unique: {name}"
    if sum((c.get("type") or CHAT) == CHAT for c in commands) > limits.COMMANDS:
        yield "commands-count", "", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length."
    for n, command in enumerate(commands):
        yield from _command(command, str(n))


def _command(command: Json, path: str) -> Iterator[Found]:
    if (command.get("type") or CHAT) != CHAT:
        if not 1 <= len(command.get("name") or "") <= limits.COMMAND_NAME:
            yield _name_fault(path)
        if command.get("description"):
            sentence = "Context menu commands cannot have description"
            yield (
                "description",
                f"{path}.description",
                "APPLICATION_COMMANDS_CONTEXT_MENU_DESCRIPTION",
                sentence,
            )
        return
    yield from _named(command, path)
    yield from _options(command.get("options") or [], f"{path}.options", depth=0)
    size = _weight(command)
    if size > limits.COMMAND_TOTAL:
        sentence = f"Command exceeds maximum size ({size} of {limits.COMMAND_TOTAL})"
        yield "command-size", path, "APPLICATION_COMMAND_TOO_LARGE", sentence


def _named(item: Json, path: str) -> Iterator[Found]:
    name = str(item.get("name") or "")
    legal = all(ch in "-_'" or unicodedata.category(ch)[0] in _LETTER_MARKS for ch in name)
    if not 1 <= len(name) <= limits.COMMAND_NAME or not legal or name != name.lower():
        yield _name_fault(path)
    if not 1 <= len(item.get("description") or "") <= limits.COMMAND_DESCRIPTION:
        yield (
            "description",
            f"{path}.description",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 100 in length.",
        )


def _options(options: list[Json], path: str, depth: int) -> Iterator[Found]:
    if len(options) > limits.COMMAND_OPTIONS:
        yield "options-count", path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    if any(times > 1 for times in Counter(o.get("name") for o in options).values()):
        sentence = "Option names must be unique"
        yield "option-twice", path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", sentence
    nested = [o.get("type") in (SUBCOMMAND, GROUP) for o in options]
    if any(nested) and not all(nested):
        sentence = "Sub-command option types are mutually exclusive to all other types"
        yield "options-mixed", path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", sentence
    optional_seen = False
    for n, option in enumerate(options):
        here = f"{path}.{n}"
        yield from _named(option, here)
        kind = option.get("type")
        if kind in (SUBCOMMAND, GROUP):
            if depth >= (2 if kind == SUBCOMMAND else 1):
                yield (
                    "options-depth",
                    here,
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Nested too deep",
                )
            yield from _options(option.get("options") or [], f"{here}.options", depth + 1)
            continue
        if option.get("required") and optional_seen:
            sentence = "Required options must be placed before non-required options"
            yield "required-last", here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence
        optional_seen = optional_seen or not option.get("required")
        yield from choice_rules(option.get("choices") or [], f"{here}.choices")
        if option.get("choices") and option.get("autocomplete"):
            sentence = "Choices and autocomplete are mutually exclusive"
            yield (
                "choices-autocomplete",
                here,
                "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
                sentence,
            )


def choice_rules(choices: list[Json], path: str) -> Iterator[Found]:
    """Yield what is wrong with an option's choices, or an autocomplete's answer."""
    if len(choices) > limits.CHOICES:
        yield "choices-count", path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    for n, choice in enumerate(choices):
        texts: list[tuple[str, Any]] = [
            ("name", choice.get("name")),
            ("value", choice.get("value")),
        ]
        for key, text in texts:
            if (key == "name" or isinstance(text, str)) and not 1 <= len(
                text or ""
            ) <= limits.CHOICE_TEXT:
                sentence = "Must be between 1 and 100 in length."
                yield "choice-text", f"{path}.{n}.{key}", "BASE_TYPE_BAD_LENGTH", sentence


def _weight(item: Json) -> int:
    """Characters that count toward a command's 8,000: names, descriptions, choices, all levels."""
    size = len(item.get("name") or "") + len(item.get("description") or "")
    size += sum(
        len(str(c.get("name"))) + len(str(c.get("value"))) for c in item.get("choices") or []
    )
    return size + sum(_weight(option) for option in item.get("options") or [])


def _name_fault(path: str) -> Found:
    sentence = "Command name is invalid"
    return "command-name", f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", sentence
