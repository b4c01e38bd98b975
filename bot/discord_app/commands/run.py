"""``/run`` and the message menu "Run this Python": members' code, outside any round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.discord_app.presses.answering import Interaction, think
from bot.discord_app.presses.running import open_form, run_order
from bot.services.running import order_of_message

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

_IN_SERVERS_AND_DMS = app_commands.AppCommandContext(guild=True, dm_channel=True)


def run_command(desk: Desk) -> app_commands.Command[Any, ..., Any]:
    """``/run``: a form for a few lines of Python."""

    @app_commands.command(name="run", description="Run a few lines of Python, privately")
    async def run(interaction: Interaction) -> None:
        await open_form(desk, interaction, 0)

    run.allowed_contexts = _IN_SERVERS_AND_DMS
    return run


def run_menu(desk: Desk) -> app_commands.ContextMenu:
    """The menu of a message: runs the code block in it; off until a server switches it on."""

    async def run_this(interaction: Interaction, message: discord.Message) -> None:
        await think(interaction)
        order = await order_of_message(
            desk.ctx,
            desk.runs,
            guild_id=interaction.guild_id,
            player_id=interaction.user.id,
            text=message.content,
        )
        await run_order(desk, interaction, order)

    return app_commands.ContextMenu(
        name="Run this Python",
        callback=run_this,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
    )
