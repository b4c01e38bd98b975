"""What the bot may do in a channel, in words for moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.core.wording import later
from bot.rendering.sentences import channel_gone, permission_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDED = {
    "view_channel": later("View Channel"),
    "send_messages": later("Send Messages"),
    "attach_files": later("Attach Files"),
    "read_message_history": later("Read Message History"),
}
"""What posting takes. The history is read after a crash, to find a post that was made already."""


def invite_permissions() -> discord.Permissions:
    """What the invite link asks for."""
    return discord.Permissions(**dict.fromkeys(NEEDED, True))


def may_speak(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot may write where the interaction happened, by what Discord sent with it."""
    granted = interaction.app_permissions
    if isinstance(interaction.channel, discord.Thread):
        return granted.view_channel and granted.send_messages_in_threads
    return granted.view_channel and granted.send_messages


def may_attach(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot may send files there."""
    return interaction.app_permissions.attach_files


def channel_problems(guild: discord.Guild | None, channel_id: int) -> list[str]:
    """What keeps the bot from posting in that channel, each with where to switch it on."""
    channel = None if guild is None else guild.get_channel(channel_id)
    if guild is None or channel is None:
        return [channel_gone(channel_id)]
    granted = channel.permissions_for(guild.me)
    return [permission_missing(channel_id, missing) for missing in _missing(granted)]


def _missing(granted: discord.Permissions) -> Sequence[str]:
    return [name for flag, name in NEEDED.items() if not getattr(granted, flag)]
