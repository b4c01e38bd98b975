"""Builds and changes the world as people, moderators and Discord do, and tells the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from . import gateway_events as events
from . import payloads
from . import permissions as may
from .posting import delete_channel, delete_message, place_message
from .routes_app import dm_with
from .state import Channel, ChannelType, Guild, Member, Message, Overwrite, Role, User, World

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .gateway import Gateway
    from .server import WireServer


class Building:
    """The part of `WireServer` that changes who and what there is."""

    world: World
    bot: User
    gateway: Gateway

    @property
    def _whole(self) -> WireServer:
        return cast("WireServer", self)

    def add_user(
        self, name: str, *, bot: bool = False, locale: str = "en-US", accepts_dms: bool = True
    ) -> User:
        """Create an account."""
        made = User(self.world.ids.at(), name, bot, locale, accepts_dms)
        self.world.users[made.id] = made
        return made

    def add_guild(
        self,
        name: str,
        *,
        users: Iterable[User] = (),
        channels: Iterable[str] = ("general",),
        owner: User | None = None,
        bot_permissions: int = 0,
        locale: str = "en-US",
        padding: int = 0,
        guild_id: int | None = None,
        with_bot: bool = True,
    ) -> Guild:
        """Create a guild that the bot is in; connected bots hear of it.

        ``padding`` bytes swell its GUILD_CREATE.
        """
        world = self.world
        owner = owner or self.add_user(f"{name} owner")
        made = Guild(guild_id or world.ids.at(), name, owner.id, locale=locale, padding=padding)
        made.roles[made.id] = Role(made.id, "@everyone", may.EVERYONE, position=0)
        world.guilds[made.id] = made
        for user in (owner, *users):
            made.members[user.id] = Member(user)
        for channel_name in channels:
            channel = Channel(world.ids.at(), ChannelType.TEXT, channel_name, made.id)
            made.channels[channel.id] = world.channels[channel.id] = channel
        if with_bot:
            bot_role = self.add_role(made, self.bot.name, bot_permissions, position=10)
            made.members[self.bot.id] = Member(self.bot, {bot_role.id})
            self.gateway.announce_guild(made, joined=True)
        return made

    def add_role(self, guild: Guild, name: str, permissions: int = 0, *, position: int = 1) -> Role:
        """Create a role; give it with ``guild.members[user.id].roles.add(role.id)``."""
        made = Role(self.world.ids.at(), name, permissions, position)
        guild.roles[made.id] = made
        return made

    def add_member(self, guild: Guild, user: User) -> None:
        """Let a user join."""
        guild.members[user.id] = Member(user)
        body = payloads.member(guild.members[user.id], guild.id) | {"guild_id": str(guild.id)}
        self.gateway.dispatch("GUILD_MEMBER_ADD", body, guild_id=guild.id, intent=events.MEMBERS)

    def remove_member(self, guild: Guild, user: User) -> None:
        """Let a user leave."""
        del guild.members[user.id]
        body = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self.gateway.dispatch("GUILD_MEMBER_REMOVE", body, guild_id=guild.id, intent=events.MEMBERS)

    def remove_guild(self, guild: Guild) -> None:
        """Take the bot out of a guild, as a kick does; `rejoin` brings it back."""
        guild.members.pop(self.bot.id, None)
        self.gateway.dispatch(
            "GUILD_DELETE", {"id": str(guild.id)}, guild_id=guild.id, intent=events.GUILDS
        )

    def rejoin(self, guild: Guild) -> None:
        """Invite the bot again."""
        guild.members[self.bot.id] = Member(self.bot)
        self.gateway.announce_guild(guild, joined=True)

    def outage(self, guild: Guild) -> None:
        """Make a guild unavailable, as an outage at Discord does; `recover` ends it."""
        guild.available = False
        body = {"id": str(guild.id), "unavailable": True}
        self.gateway.dispatch("GUILD_DELETE", body, guild_id=guild.id, intent=events.GUILDS)

    def recover(self, guild: Guild) -> None:
        """Make a guild available again."""
        guild.available = True
        self.gateway.announce_guild(guild, joined=False)

    def add_channel(self, guild: Guild, name: str) -> Channel:
        """Create a text channel."""
        made = Channel(self.world.ids.at(), ChannelType.TEXT, name, guild.id)
        self.add_channel_object(made, event="CHANNEL_CREATE")
        return made

    def add_channel_object(self, channel: Channel, *, event: str) -> None:
        """Put a finished channel or thread into its guild and tell the gateway."""
        self.world.channels[channel.id] = channel
        if channel.guild_id is not None:
            self.world.guilds[channel.guild_id].channels[channel.id] = channel
        self.gateway.dispatch(
            event, payloads.channel(channel), guild_id=channel.guild_id, intent=events.CHANNELS
        )

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel, as a moderator."""
        delete_channel(self._whole, channel)

    def delete_message(self, message: Message) -> None:
        """Delete a message, as a moderator."""
        delete_message(self._whole, message)

    def allow(
        self, channel: Channel, target: User | Role, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Set a channel's overwrite for a member or role; with neither the overwrite goes."""
        channel.overwrites.pop(target.id, None)
        if allow or deny:
            channel.overwrites[target.id] = Overwrite(
                target.id, isinstance(target, User), allow, deny
            )
        self.gateway.dispatch(
            "CHANNEL_UPDATE",
            payloads.channel(channel),
            guild_id=channel.guild_id,
            intent=events.CHANNELS,
        )

    def dm(self, user: User) -> Channel:
        """Return the DM channel between a user and the bot."""
        return dm_with(self._whole, user.id)

    def say(
        self,
        user: User,
        channel: Channel,
        content: str,
        *,
        at: datetime | None = None,
        **fields: Any,
    ) -> Message:
        """Write a message as someone, the bot included; ``fields`` are `Message`'s own."""
        made = Message(self.world.ids.at(at), channel.id, user, channel.guild_id, content, **fields)
        place_message(self._whole, made)
        return made
