"""A message as data: blocks from top to bottom. `bot.discord_app.layout` makes components of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Accent(Enum):
    """The stripe on a card's edge, 0xRRGGBB. Nothing is ever told by it alone."""

    PYTHON = 0x4B8BBE
    RIGHT = 0x3FA45B
    WRONG = 0xD08A2E
    QUIET = 0x6B7280


class Style(Enum):
    """How much a button asks to be pressed."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown. What came from outside has been made harmless before."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with its alt text; ``name`` is the file's, unique in the card."""

    name: str
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep; ``name`` is unique in the card."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Button:
    """A button; ``custom_id`` is what a press sends back (`bot.rendering.actions`)."""

    label: str
    custom_id: str
    style: Style = Style.SECONDARY


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address; nobody hears of its press."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of one to five buttons."""

    buttons: tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu; ``is_chosen`` says that it is set beforehand."""

    label: str
    value: str
    description: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """A select among up to 25 choices: of one, or of ``fewest`` to ``most`` of them."""

    custom_id: str
    placeholder: str
    choices: tuple[Choice, ...]
    fewest: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class ChannelMenu:
    """A select of one of the server's text channels; ``chosen`` is set beforehand."""

    custom_id: str
    placeholder: str
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class RoleMenu:
    """A select of one of the server's roles, or of none; ``chosen`` is set beforehand."""

    custom_id: str
    placeholder: str
    chosen: int | None = None


Block = Text | Divider | Picture | File | Buttons | Menu | ChannelMenu | RoleMenu


@dataclass(frozen=True, slots=True)
class Card:
    """One message."""

    blocks: tuple[Block, ...]
    accent: Accent = Accent.PYTHON


def notice(markdown: str, accent: Accent = Accent.QUIET) -> Card:
    """A card of one text."""
    return Card((Text(markdown),), accent)
