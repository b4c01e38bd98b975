"""The language in which people are spoken to: every text they see passes through here.

A text is looked up by its English words, so that the code reads as the bot speaks. Which language
is spoken is a fact of the answer that is being made: `speaking` and `speak` set it, and everything
made after, in threads and tasks too, follows. Catalogues are gettext's, read as they are needed.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from babel.core import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

ENGLISH = "en"
LOCALES = Path(__file__).parent / "locales"
"""``<language>/LC_MESSAGES/bot.po``, a folder a language."""

_REGIONS = {ENGLISH: "en_GB"}
"""Whose dates and numbers are a language's, where its default puts the month before the day."""


@dataclass(frozen=True)
class Tongue:
    """A language with its words, and the conventions of its numbers and dates."""

    code: str
    words: NullTranslations
    locale: Locale


def _(message: str, /, **facts: object) -> str:
    """The message in the language spoken, its ``{facts}`` filled in."""
    text = _tongue().words.gettext(message)
    return text.format(**facts) if facts else text


def ngettext(one: str, many: str, count: int, /, **facts: object) -> str:
    """The form of the message that fits ``count``, which is a fact itself."""
    if facts:
        return _tongue().words.ngettext(one, many, count).format(count=number(count), **facts)
    return _counted(_tongue().code, one, many, count)


def pgettext(context: str, message: str, /) -> str:
    """A message whose English words mean something else elsewhere."""
    return _tongue().words.pgettext(context, message)


def number(value: float, digits: int = 0) -> str:
    """A number in the language's own signs: ``1,204.5``, ``1.204,5``."""
    return _number(_tongue().code, value, digits)


def day(value: date, *, has_year: bool = True) -> str:
    """A date: ``2 Mar 2026``, or ``2 March`` without its year."""
    # Imported late: it takes as long as the rest of this room.
    from babel.dates import format_skeleton  # noqa: PLC0415

    return str(format_skeleton("yMMMd" if has_year else "MMMMd", value, locale=_tongue().locale))


def weekday(index: int) -> str:
    """A day of the week, Monday 0, shortly: ``Mon``, ``Mo``."""
    return str(_tongue().locale.days["stand-alone"]["abbreviated"][index]).rstrip(".")


def month(index: int) -> str:
    """A month, January 1, shortly: ``Jan``."""
    return str(_tongue().locale.months["stand-alone"]["abbreviated"][index]).rstrip(".")[:3]


def month_of_year(value: date) -> str:
    """The date's month: ``November 2026``."""
    from babel.dates import format_skeleton  # noqa: PLC0415  (as `day`)

    return str(format_skeleton("yMMMM", value, locale=_tongue().locale))


def spoken() -> str:
    """The code of the language spoken: ``en``, ``de``."""
    return _tongue().code


def speak(language: str) -> None:
    """Speak that language from here on, as long as the task at hand lives.

    ``language`` is any of Discord's locales, ``en-GB`` too; English where there is no catalogue.
    """
    _SPOKEN.set(_known(language))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak that language inside, as `speak`."""
    token = _SPOKEN.set(_known(language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that there are words in, English first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/bot.po"))
    return (ENGLISH, *found)


_SPOKEN: ContextVar[Tongue | None] = ContextVar("spoken", default=None)


def _tongue() -> Tongue:
    return _SPOKEN.get() or _read(ENGLISH)


def _known(language: str) -> Tongue:
    code = language.replace("_", "-").partition("-")[0].lower()
    return _read(code if code in languages() else ENGLISH)


@cache
def _read(code: str) -> Tongue:
    """Read a catalogue into memory; its file is compiled nowhere, so that none is ever stale."""
    locale = Locale.parse(_REGIONS.get(code, code))
    if code == ENGLISH:
        return Tongue(code, NullTranslations(), locale)
    from babel.messages.mofile import write_mo  # noqa: PLC0415  (only where one is read)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (LOCALES / code / "LC_MESSAGES" / "bot.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Tongue(code, GNUTranslations(compiled), locale)


@lru_cache(maxsize=4_096)
def _counted(code: str, one: str, many: str, count: int) -> str:
    """As `ngettext`. Kept: points and days are few, and every result has some."""
    return _read(code).words.ngettext(one, many, count).format(count=_number(code, count, 0))


@lru_cache(maxsize=4_096)
def _number(code: str, value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".translate(_symbols(_read(code).locale))


@cache
def _symbols(locale: Locale) -> dict[int, str]:
    """From the signs of Python's own formatting to the language's."""
    own = locale.number_symbols["latn"]
    return {ord(","): own["group"], ord("."): own["decimal"]}
