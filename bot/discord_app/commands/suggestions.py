"""``/speedrun suggest`` and ``/speedrun-admin suggestions``: puzzles that members think up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.layout import build
from bot.discord_app.presses.answering import Interaction, ask, guild_of, whisper
from bot.rendering.suggestions import suggest_form, suggestion_card, suggestion_words_card
from bot.services.suggesting import next_suggestion

if TYPE_CHECKING:
    from discord import app_commands

    from bot.discord_app.desk import Desk


def add_suggest_command(group: app_commands.Group, _desk: Desk) -> None:
    """Add the command to the members' group."""

    @group.command(name="suggest", description="Suggest a puzzle for this server")
    async def suggest(interaction: Interaction) -> None:
        guild_of(interaction)
        await ask(interaction, suggest_form())


def add_suggestions_command(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the moderators' group."""

    @group.command(name="suggestions", description="Puzzles that members suggest, with the run")
    async def suggestions(interaction: Interaction) -> None:
        found, waiting = await next_suggestion(desk.ctx.db, guild_of(interaction))
        await whisper(interaction, suggestion_card(found, waiting))
        if found is not None:
            words = build(suggestion_words_card(found))
            await interaction.followup.send(**words, ephemeral=True)
