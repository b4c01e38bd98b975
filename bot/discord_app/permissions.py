"""What the bot may do in a channel, in words for moderators."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.core.wording import later
from bot.rendering.sentences import channel_gone, channel_unseen, permission_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

_PATIENCE_S = 2.0
"""Discord waits three seconds for the answer that this is part of."""
NEEDED = {
    "view_channel": later("View Channel"),
    "send_messages": later("Send Messages"),
    "attach_files": later("Attach Files"),
    "read_message_history": later("Read Message History"),
}
"""What posting takes. The history is read after a crash, to find a post that was made already."""


_THREADS = later("Create Public Threads")
"""For a schedule whose posts begin threads."""


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


async def channel_problems(
    interaction: discord.Interaction[Any], channel_id: int, *, has_thread: bool = False
) -> list[str]:
    """What keeps the bot from posting in that channel, each with where to switch it on.

    Where the moderator stands in it, Discord has sent what the bot may do there. Otherwise it is
    asked for: the bot keeps no roles and channels of its servers.
    """
    if interaction.channel_id == channel_id:
        granted: discord.Permissions | None = interaction.app_permissions
    else:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                granted = await _granted(interaction, channel_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            log.warning("channel=%s could not be looked at: %s", channel_id, failure)
            return [channel_unseen(channel_id)]
    if granted is None or not granted.view_channel:
        return [channel_gone(channel_id)]
    missing = [*_missing(granted)]
    if has_thread and not granted.create_public_threads:
        missing.append(_THREADS)
    return [permission_missing(channel_id, name) for name in missing]


async def channels_of(interaction: discord.Interaction[Any]) -> frozenset[int]:
    """Every channel of the server, as Discord has them now."""
    client: discord.Client = interaction.client
    guild = await client.fetch_guild(interaction.guild_id or 0, with_counts=False)
    return frozenset(channel.id for channel in await guild.fetch_channels())


async def _granted(
    interaction: discord.Interaction[Any], channel_id: int
) -> discord.Permissions | None:
    """What the bot may do there, by the server's roles and the channel's; None if it is gone."""
    client: discord.Client = interaction.client
    own_id = client.user.id if client.user else 0
    try:
        guild = await client.fetch_guild(interaction.guild_id or 0, with_counts=False)
        me, channel = await asyncio.gather(
            guild.fetch_member(own_id), guild.fetch_channel(channel_id)
        )
    except (discord.Forbidden, discord.NotFound, discord.InvalidData):
        return None
    return channel.permissions_for(me)


def _missing(granted: discord.Permissions) -> Sequence[str]:
    return [name for flag, name in NEEDED.items() if not getattr(granted, flag)]
