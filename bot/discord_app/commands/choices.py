"""What members choose from: channels, and autocompletion of PEPs and time zones."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import discord
from discord import app_commands

from bot.rendering.sentences import zone_now
from bot.rendering.text import fit

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson, Library

MAX_CHOICES = 25
Slot = app_commands.Range[int, 1, 8]
"""A schedule's number, as an option."""
_MAX_NAME = 100
_REGIONS = (
    *("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/"),
    *("Europe/", "Indian/", "Pacific/", "UTC"),
)
"""The zones that people know; the rest of the database are their old or technical names."""


class _TextChannelOption(app_commands.Transformer):
    """A text channel as Discord sent it with the command."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """One that can be posted in: of text, or of announcements."""
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(
        self,
        _: discord.Interaction[Any],
        value: Any,  # noqa: ANN401  (what Discord says was chosen)
        /,
    ) -> app_commands.AppCommandChannel:
        """As it is: its id is what is kept."""
        if not isinstance(value, app_commands.AppCommandChannel):
            raise app_commands.TransformerError(value, self.type, self)
        return value


TextChannel = app_commands.Transform[app_commands.AppCommandChannel, _TextChannelOption]
"""A command's option. (discord.py looks `discord.TextChannel` up among the guild's channels, which
the bot does not keep: `bot.discord_app.lean`.)"""


def pep_choices(library: Library, typed: str) -> list[app_commands.Choice[int]]:
    """Lessons whose number, title or tags hold what was typed; numbers that begin so come first."""
    wanted = typed.strip().lower().removeprefix("pep").strip()
    found = [lesson for lesson in library if _matches(lesson, wanted)]
    found.sort(key=lambda lesson: (not str(lesson.pep).startswith(wanted), lesson.pep))
    return [
        app_commands.Choice(
            name=fit(f"PEP {lesson.pep} · {lesson.title}", _MAX_NAME), value=lesson.pep
        )
        for lesson in found[:MAX_CHOICES]
    ]


def topic_choices(library: Library, typed: str) -> list[app_commands.Choice[str]]:
    """Categories and tags that hold what was typed, those with most lessons first."""
    wanted = typed.strip().lower()
    topics = Counter(topic for lesson in library for topic in {lesson.category, *lesson.tags})
    found = sorted(
        (topic for topic in topics if wanted in topic),
        key=lambda topic: (topic != wanted, -topics[topic], topic),
    )
    return [
        app_commands.Choice(name=fit(f"{topic} ({topics[topic]})", _MAX_NAME), value=topic)
        for topic in found[:MAX_CHOICES]
    ]


def zone_choices(now: datetime, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones whose name holds what was typed, each with its time now."""
    wanted = typed.strip().lower().replace(" ", "_")
    found = [name for name in _zone_names() if wanted in name.lower()]
    # A city that begins so is likelier meant than one that holds it: "rome" before "Jerome".
    found.sort(key=lambda name: (not name.lower().rpartition("/")[2].startswith(wanted), name))
    return [
        app_commands.Choice(name=zone_now(name, now.astimezone(ZoneInfo(name))), value=name)
        for name in found[:MAX_CHOICES]
    ]


def _matches(lesson: Lesson, wanted: str) -> bool:
    return (
        str(lesson.pep).startswith(wanted)
        or wanted in lesson.title.lower()
        or any(wanted in tag for tag in lesson.tags)
    )


@cache
def _zone_names() -> tuple[str, ...]:
    # Reading the names walks the whole time zone database: once is enough.
    return tuple(sorted(name for name in available_timezones() if name.startswith(_REGIONS)))
