"""Who may do what where, as Discord computes it: base, then the channel's overwrites. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import Channel, Guild, World

CREATE_INSTANT_INVITE = 1 << 0
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
USE_EXTERNAL_APPS = 1 << 50

ALL = (1 << 53) - 1

EVERYONE = (
    CREATE_INSTANT_INVITE | ADD_REACTIONS | VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS
    | ATTACH_FILES | READ_MESSAGE_HISTORY | USE_EXTERNAL_EMOJIS | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS | USE_EXTERNAL_APPS
)  # fmt: skip
"""What a fresh guild's @everyone may do, as far as this world cares."""


def permissions_in(world: World, channel: Channel, user_id: int) -> int:
    """Return the user's permissions in a channel; 0 for someone who isn't in its guild.

    A DM allows all.
    """
    if channel.guild_id is None:
        return ALL
    guild = world.guilds.get(channel.guild_id)
    if guild is None:
        return 0
    base = base_permissions(guild, user_id)
    if base == ALL or base == 0:
        return base
    scope = channel
    if channel.parent_id is not None:  # a thread has its parent's overwrites
        scope = world.channels.get(channel.parent_id, channel)
    overwrites = scope.overwrites
    if (everyone := overwrites.get(guild.id)) is not None:
        base = base & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in guild.members[user_id].roles:
        if (overwrite := overwrites.get(role_id)) is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    base = base & ~deny | allow
    if (own := overwrites.get(user_id)) is not None:
        base = base & ~own.deny | own.allow
    return base


def base_permissions(guild: Guild, user_id: int) -> int:
    """Return what the user may do in the guild before any channel's overwrites."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if guild.owner_id == user_id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    return ALL if granted & ADMINISTRATOR else granted
