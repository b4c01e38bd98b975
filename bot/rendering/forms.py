"""A form as data: what a member fills in. `bot.discord_app.layout` makes a modal of it.

What comes back is read by name and is hostile: Discord's clients keep the limits, others need not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.rendering.cards import Choice

MAX_TITLE = 45
MAX_FIELDS = 5
MAX_TEXT_FIELD = 4_000
MAX_LABEL = 45


@dataclass(frozen=True, slots=True)
class TextField:
    """A line, or a box of lines; ``name`` finds it again. At most ``max_length`` characters."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    is_long: bool = False
    is_required: bool = True
    max_length: int = MAX_TEXT_FIELD


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of up to 25 choices; ``chosen`` is the value that is set beforehand."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str | None = None
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """One to five fields; ``custom_id`` is what a submit sends back (`bot.rendering.actions`)."""

    custom_id: str
    title: str
    fields: tuple[TextField | ChoiceField, ...]
