"""Marks texts for translation where they are written before it is known who reads them."""

from __future__ import annotations


def later(message: str) -> str:
    """The message as it is; whoever shows it looks it up in the reader's language.

    `make words` finds texts by this name, as it does by `bot.rendering.language`'s.
    """
    return message
