"""Every command of the bot, for the client's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.discord_app.commands.admin import AdminCommands
from bot.discord_app.commands.audit import add_audit_commands
from bot.discord_app.commands.boards import add_board_commands
from bot.discord_app.commands.fairplay import add_fairplay_command
from bot.discord_app.commands.options import add_options_command
from bot.discord_app.commands.own_lessons import add_lesson_commands
from bot.discord_app.commands.privacy import add_privacy_commands
from bot.discord_app.commands.queue import add_queue_commands
from bot.discord_app.commands.remind import add_remind_command
from bot.discord_app.commands.reports import add_report_commands
from bot.discord_app.commands.reviews import add_review_commands
from bot.discord_app.commands.run import run_command, run_menu
from bot.discord_app.commands.settings import add_settings_commands
from bot.discord_app.commands.setup import add_setup_commands
from bot.discord_app.commands.speedrun import SpeedrunCommands
from bot.discord_app.commands.suggestions import add_suggest_command, add_suggestions_command
from bot.discord_app.commands.voiding import add_void_command

if TYPE_CHECKING:
    from discord import app_commands

    from bot.discord_app.desk import Desk

    Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


def all_commands(desk: Desk) -> list[Command]:
    """The groups with their commands, and what stands outside them.

    A feature's module adds its commands to the group it belongs to, in a function of its own that
    takes the group and the desk.
    """
    members = SpeedrunCommands(desk)
    add_board_commands(members, desk)
    add_privacy_commands(members, desk)
    add_review_commands(members, desk)
    add_remind_command(members, desk)
    add_suggest_command(members, desk)
    moderators = AdminCommands(desk)
    add_setup_commands(moderators, desk)
    add_audit_commands(moderators, desk)
    add_fairplay_command(moderators, desk)
    add_report_commands(moderators, desk)
    add_suggestions_command(moderators, desk)
    add_void_command(moderators, desk)
    add_lesson_commands(moderators, desk)
    add_settings_commands(moderators, desk)
    add_queue_commands(moderators, desk)
    add_options_command(moderators, desk)
    return [members, moderators, run_command(desk), run_menu(desk)]
