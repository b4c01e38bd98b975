"""``/speedrun-admin queue``: what comes next, and what shall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from discord import app_commands

from bot.core.errors import InvalidSetting
from bot.core.lessons import Level
from bot.core.selection import Wish
from bot.core.settings import parse_date, parse_weekdays
from bot.core.wording import later
from bot.discord_app.commands.choices import Slot, pep_choices, topic_choices
from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.admin import set_up_card
from bot.rendering.queue import queue_card, queue_day_card
from bot.services.own_lessons import guild_library
from bot.services.queueing import coming, insert_lesson
from bot.services.schedules import load_set_up, save_schedule

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk


class QueueCommands(app_commands.Group):
    """What comes next."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="queue", description="See and change what comes next")
        self._desk = desk

    @app_commands.command(description="The speedruns to come: date, PEP, puzzle, difficulty")
    async def show(self, interaction: Interaction) -> None:
        """List the next days."""
        planned = await coming(self._desk.ctx, guild_of(interaction), self._desk.clock.now())
        await whisper(interaction, queue_card(planned, 0))

    @app_commands.command(description="Have a PEP posted on a day of your choice")
    @app_commands.describe(
        pep="The PEP to post",
        date="The day, as 2026-11-28; the next one if left out",
        schedule="Which of the server's schedules; the first if left out",
    )
    async def insert(
        self,
        interaction: Interaction,
        pep: int,
        date: str | None = None,
        schedule: Slot | None = None,
    ) -> None:
        """Plan a lesson."""
        now = self._desk.clock.now()
        planned = await insert_lesson(
            self._desk.ctx,
            guild_of(interaction),
            now,
            pep=pep,
            puzzle_date=None if date is None else parse_date(date),
            slot=schedule,
            by=interaction.user.id,
        )
        days = await coming(self._desk.ctx, guild_of(interaction), now)
        await whisper(interaction, queue_day_card(planned, days))

    @app_commands.command(description="Choose lessons by level or topic: beginners on Mondays")
    @app_commands.describe(
        weekdays="daily for every day, or days with a wish of their own, such as mon, thu",
        level="Only lessons of that level; all if left out",
        topic="Only lessons on that topic; all if left out",
        schedule="Which of the server's schedules; the first if left out",
    )
    async def choose(
        self,
        interaction: Interaction,
        weekdays: str,
        level: Literal["beginner", "intermediate", "advanced"] | None = None,
        topic: str | None = None,
        schedule: Slot | None = None,
    ) -> None:
        """Set what a schedule wants, always or on some weekdays."""
        now, db = self._desk.clock.now(), self._desk.ctx.db
        wish = Wish(Level(level) if level else None, await self._topic(interaction, topic))
        days = parse_weekdays(weekdays)
        settings = (await load_set_up(db, guild_of(interaction), now, schedule)).settings
        if len(days) == 7:
            settings = replace(settings, wish=wish, weekday_wishes=())
        else:
            wishes = {**dict(settings.weekday_wishes), **dict.fromkeys(days, wish)}
            settings = replace(settings, weekday_wishes=tuple(sorted(wishes.items())))
        saved = await save_schedule(db, settings, now, by=interaction.user.id, is_kept=True)
        await whisper(interaction, set_up_card(saved, later("Saved")))

    @insert.autocomplete("pep")
    async def _complete_pep(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        library = await guild_library(self._desk.ctx, interaction.guild_id)
        return pep_choices(library, current)

    @insert.autocomplete("date")
    async def _complete_date(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        planned = await coming(self._desk.ctx, guild_of(interaction), self._desk.clock.now())
        dates = dict.fromkeys(one.day.puzzle_date.isoformat() for one in planned)
        found = [text for text in dates if current.strip() in text]
        return [app_commands.Choice(name=text, value=text) for text in found[:25]]

    @choose.autocomplete("topic")
    async def _complete_topic(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return topic_choices(await guild_library(self._desk.ctx, interaction.guild_id), current)

    async def _topic(self, interaction: Interaction, text: str | None) -> str | None:
        library = await guild_library(self._desk.ctx, interaction.guild_id)
        topics = {choice.value for choice in topic_choices(library, text or "")}
        if text is not None and text not in topics:
            raise InvalidSetting(
                "topic",
                later("no lesson is on {given}"),
                later("choose one from the list as you type"),
                given=repr(text),
            )
        return text


def add_queue_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the subgroup to the moderators' group."""
    group.add_command(QueueCommands(desk))
