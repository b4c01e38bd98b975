"""Small things that every card writes the same way: times, code blocks, plurals, fitting."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rendering.language import _, ngettext, number

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Round

_MARKDOWN = re.compile(r"([\\`*_~|<>\[\]@]|^[#-])", re.MULTILINE)
_ELLIPSIS = "…"


def plain(text: str) -> str:
    """Text from outside, shown as it is: no markdown, no mention."""
    return _MARKDOWN.sub(r"\\\1", text)


@lru_cache(maxsize=1_024)
def inline(text: str) -> str:
    """A lesson's sentence: `code` between backticks stays code, everything else is plain text.

    Python's own names are full of markdown: ``__context__`` unprotected is an underlined "context".
    Kept, since a puzzle's few sentences go to each of its players.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an unpaired backtick: no code to keep
        return plain(text)
    spans = [part if index % 2 else plain(part) for index, part in enumerate(parts)]
    return "`".join(spans)


def fit(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters, cut on a word boundary and marked with "…"."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip() + _ELLIPSIS


def code_block(code: str, language: str = "py") -> str:
    """Code in a fence that it can't close: runs of backticks are parted by zero-width spaces."""
    # Discord reads a fence around nothing as an opening one, up to the next fence of the text.
    harmless = code.rstrip("\n").replace("``", "`\u200b`") or " "
    return f"```{language}\n{harmless}\n```"


def points(count: int) -> str:
    """``1 point``, ``2 points``."""
    return ngettext("{count} point", "{count} points", count)


def days(count: int) -> str:
    """``1 day``, ``2 days``."""
    return ngettext("{count} day", "{count} days", count)


def players(count: int) -> str:
    """``1 player``, ``2 players``."""
    return ngettext("{count} player", "{count} players", count)


def seconds(elapsed_ms: int) -> str:
    """``23.4 s``, or ``2 min 05 s`` from two minutes on."""
    if elapsed_ms < 120_000:
        return _("{seconds} s", seconds=number(elapsed_ms / 1000, 1))
    minutes, rest = divmod(elapsed_ms // 1000, 60)
    if minutes < 120:
        return _("{minutes} min {seconds} s", minutes=minutes, seconds=f"{rest:02}")
    hours, minutes = divmod(minutes, 60)
    return _("{hours} h {minutes} min", hours=number(hours), minutes=f"{minutes:02}")


def relative(instant: datetime) -> str:
    """Discord's own countdown, in each reader's language."""
    return f"<t:{int(instant.timestamp())}:R>"


def moment(instant: datetime) -> str:
    """Discord's own date and time, in each reader's zone and language."""
    return f"<t:{int(instant.timestamp())}:F>"


def round_url(round_: Round) -> str:
    """Where a round's post stands in Discord; its channel, where it has no post."""
    place = f"https://discord.com/channels/{round_.guild_id}/{round_.channel_id}"
    return place if round_.message_id is None else f"{place}/{round_.message_id}"


def discussion_url(round_: Round) -> str:
    """Where a round is talked about: the thread of its post, with the post's id, or the post."""
    if not round_.has_thread:
        return round_url(round_)
    return f"https://discord.com/channels/{round_.guild_id}/{round_.message_id}"


def mention(user_id: int) -> str:
    """A member, shown by name; every message is sent with mentions switched off."""
    return f"<@{user_id}>"


def letter(position: int) -> str:
    """A, B, C, D."""
    return "ABCDEFGH"[position]
