"""The language in which people are spoken to: every text they see passes through here.

A text is looked up by its English words, so that the code reads as the bot speaks. Which language
is spoken is a fact of the answer that is being made: `speaking` sets it, and everything made
inside, in threads too, follows.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = "en"

_ENGLISH_WORDS = NullTranslations()
_SPOKEN: ContextVar[NullTranslations | None] = ContextVar("spoken", default=None)


def _(message: str, /, **facts: object) -> str:
    """The message in the language spoken, its ``{facts}`` filled in."""
    text = _words().gettext(message)
    return text.format(**facts) if facts else text


def ngettext(one: str, many: str, count: int, /, **facts: object) -> str:
    """The form of the message that fits ``count``, which is a fact itself."""
    return _words().ngettext(one, many, count).format(count=count, **facts)


@contextmanager
def speaking(_language: str) -> Iterator[None]:
    """Speak that language inside; English where there is no catalogue of it."""
    token = _SPOKEN.set(_ENGLISH_WORDS)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def _words() -> NullTranslations:
    return _SPOKEN.get() or _ENGLISH_WORDS
