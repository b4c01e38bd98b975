"""``/speedrun-admin setup``: step by step without options, at once with them; and its removal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from discord import app_commands

from bot.core.settings import (
    CodeView,
    parse_open_hours,
    parse_post_time,
    parse_time_zone,
    parse_weekdays,
)
from bot.core.wording import later
from bot.discord_app.commands.choices import Slot, TextChannel, zone_choices
from bot.discord_app.errors import say
from bot.discord_app.permissions import channel_problems
from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.discord_app.presses.setup import open_setup
from bot.rendering.admin import set_up_card
from bot.rendering.language import _
from bot.services.drafting import first_settings
from bot.services.schedules import list_set_ups, remove_schedule, save_schedule

if TYPE_CHECKING:
    from bot.core.settings import GuildSettings
    from bot.discord_app.desk import Desk


def add_setup_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the commands to the moderators' group."""

    @group.command(
        name="setup", description="Choose channel, time and days; run it again to change them"
    )
    @app_commands.describe(
        timezone="Where the server's days are counted, as Europe/Berlin",
        channel="Where speedruns are posted; this channel if left out",
        time="Local time of the post, as 09:00",
        weekdays="daily, weekdays, weekends, or days such as mon, wed, fri",
        open_hours="How long a round stays open; 0: until the next one is posted",
        code="How posts show code: as a picture, in colour, or as text",
        schedule="Which of the server's schedules, 1 to 8; the first if left out",
    )
    async def setup(
        interaction: Interaction,
        timezone: str | None = None,
        channel: TextChannel | None = None,
        time: str | None = None,
        weekdays: str | None = None,
        open_hours: app_commands.Range[int, 0, 168] | None = None,
        code: Literal["picture", "text"] | None = None,
        schedule: Slot | None = None,
    ) -> None:
        given = (timezone, channel, time, weekdays, open_hours, code)
        if all(option is None for option in given):
            await open_setup(desk, interaction, schedule)
            return
        now = desk.clock.now()
        settings = await _kept(desk, interaction, schedule)
        plan = settings.schedule
        plan = replace(
            plan,
            zone=parse_time_zone(timezone) if timezone else plan.zone,
            post_time=parse_post_time(time) if time else plan.post_time,
            weekdays=parse_weekdays(weekdays) if weekdays else plan.weekdays,
            open_for=plan.open_for if open_hours is None else parse_open_hours(open_hours),
        )
        settings = replace(
            settings,
            schedule=plan,
            channel_id=channel.id if channel else settings.channel_id,
            code=CodeView(code) if code else settings.code,
        )
        by, spoken = interaction.user.id, str(interaction.guild_locale or "")
        set_up = await save_schedule(desk.ctx.db, settings, now, by=by, spoken=spoken)
        problems = await channel_problems(interaction, set_up.settings.channel_id)
        await whisper(interaction, set_up_card(set_up, later("PEP Speedrun is set up"), problems))

    @setup.autocomplete("timezone")
    async def complete_zone(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return zone_choices(desk.clock.now(), current)

    @group.command(name="remove", description="Remove one of several schedules")
    @app_commands.describe(schedule="Which one, 1 to 8; `check` shows them")
    async def remove(interaction: Interaction, schedule: Slot) -> None:
        by, now = interaction.user.id, desk.clock.now()
        await remove_schedule(desk.ctx.db, guild_of(interaction), schedule, now, by=by)
        await say(interaction, _("Schedule {slot} is removed.", slot=schedule))


async def _kept(desk: Desk, interaction: Interaction, slot: int | None) -> GuildSettings:
    """What the schedule is now; what it begins with, where it is new."""
    now = desk.clock.now()
    found = await list_set_ups(desk.ctx.db, guild_of(interaction), now)
    for one in found:
        if slot in (None, one.settings.slot):
            return one.settings
    new = first_settings(guild_of(interaction), interaction.channel_id or 0, now, slot or 1)
    if not found:
        return new
    zone = found[0].settings.schedule.zone
    return replace(new, schedule=replace(new.schedule, zone=zone))
