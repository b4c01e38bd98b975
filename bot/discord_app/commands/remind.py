"""``/speedrun remind``: an opt-in, private reminder of a server's rounds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.errors import InvalidSetting
from bot.core.reminders import AtTime, BeforeClose, Reminder
from bot.core.settings import parse_post_time, parse_time_zone
from bot.core.wording import later
from bot.discord_app.commands.choices import zone_choices
from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.reminders import reminder_off_card, reminder_set_card, reminders_card
from bot.services.reminding import reminders_of, set_reminder, switch_off, zone_for

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

_BEFORE = [
    app_commands.Choice(name="15 minutes", value=15),
    app_commands.Choice(name="30 minutes", value=30),
    *(app_commands.Choice(name=f"{hours} h", value=hours * 60) for hours in (1, 2, 4, 8, 12)),
]


def add_remind_command(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the members' group."""

    @group.command(name="remind", description="A private reminder, on days you have not played")
    @app_commands.describe(
        time="Your local time, as 19:30",
        timezone="Your time zone, as Europe/Berlin; this server's if left out",
        before_close="Or how long before a round closes",
        off="Switch your reminder of this server off",
    )
    @app_commands.choices(before_close=_BEFORE)
    async def remind(
        interaction: Interaction,
        time: str | None = None,
        timezone: str | None = None,
        before_close: int | None = None,
        off: bool = False,
    ) -> None:
        if off:
            was_on = await switch_off(desk.ctx.db, interaction.user.id, guild_of(interaction))
            await whisper(interaction, reminder_off_card(was_on=was_on))
            return
        when = await _when(desk, interaction, time, timezone, before_close)
        if when is None:
            await _show(desk, interaction)
            return
        asked = Reminder(interaction.user.id, guild_of(interaction), interaction.locale.value, when)
        saved = await set_reminder(desk.ctx.db, asked, desk.clock.now())
        await whisper(interaction, reminder_set_card(saved))

    @remind.autocomplete("timezone")
    async def complete_zone(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return zone_choices(desk.clock.now(), current)


async def _when(
    desk: Desk,
    interaction: Interaction,
    time: str | None,
    timezone: str | None,
    before_close: int | None,
) -> AtTime | BeforeClose | None:
    if before_close is not None:
        if time is not None or timezone is not None:
            raise InvalidSetting(
                "before_close",
                later("a reminder comes at a time of day, or before a round closes"),
                later("leave one of them out"),
            )
        return BeforeClose(timedelta(minutes=before_close))
    if time is None:
        if timezone is not None:
            raise InvalidSetting(
                "timezone",
                later("a time zone says nothing without a time"),
                later("write the time too, as 19:30"),
            )
        return None
    if timezone is not None:
        zone = parse_time_zone(timezone)
    else:
        zone = await zone_for(desk.ctx.db, interaction.user.id, guild_of(interaction))
    return AtTime(parse_post_time(time), zone)


async def _show(desk: Desk, interaction: Interaction) -> None:
    reminders = await reminders_of(desk.ctx.db, interaction.user.id)
    if interaction.guild_id is not None:
        reminders.sort(key=lambda reminder: reminder.guild_id != interaction.guild_id)
    guilds = map(interaction.client.get_guild, (one.guild_id for one in reminders))
    servers = {guild.id: guild.name for guild in guilds if guild is not None}
    await whisper(interaction, reminders_card(reminders, servers))
