"""``/speedrun-admin options``: what a server's moderators may switch."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.options import GuildOptions, format_option, option_names
from bot.discord_app.presses.answering import Interaction, guild_of, whisper
from bot.rendering.options import meaning, options_card
from bot.rendering.text import fit
from bot.services.options import guild_options, set_option

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

Choices = list[app_commands.Choice[str]]
_MAX_NAME = 100


def add_options_command(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the moderators' group."""

    @group.command(name="options", description="See what can be switched in this server; switch it")
    @app_commands.describe(
        name="Which one to change; leave it out to see them all", value="Its new value"
    )
    async def options(
        interaction: Interaction, name: str | None = None, value: str | None = None
    ) -> None:
        db, guild_id = desk.ctx.db, guild_of(interaction)
        if name is None or value is None:
            await whisper(interaction, options_card(await guild_options(db, guild_id)))
            return
        now, by = desk.clock.now(), interaction.user.id
        changed = await set_option(db, guild_id, name, value, now, by=by)
        await whisper(interaction, options_card(changed, name))

    @options.autocomplete("name")
    async def complete_name(_: Interaction, typed: str) -> Choices:
        return name_choices(typed)

    @options.autocomplete("value")
    async def complete_value(interaction: Interaction, typed: str) -> Choices:
        return value_choices(str(getattr(interaction.namespace, "name", "")), typed)


def name_choices(typed: str) -> Choices:
    """The options whose name or meaning holds what was typed."""
    wanted = typed.strip().lower()
    told = {name: f"{name}: {meaning(name)}" for name in option_names()}
    return [
        app_commands.Choice(name=fit(text, _MAX_NAME), value=name)
        for name, text in told.items()
        if wanted in text.lower()
    ]


def value_choices(name: str, typed: str) -> Choices:
    """The values that an option can have, where they can be counted."""
    default = getattr(GuildOptions(), name, None) if name in option_names() else None
    values: list[str] = []
    if isinstance(default, bool):
        values = [format_option(value) for value in (True, False)]
    elif isinstance(default, StrEnum):
        values = [str(value) for value in type(default)]
    wanted = typed.strip().lower()
    return [app_commands.Choice(name=each, value=each) for each in values if wanted in each]
