"""The server as a whole: starts and stops, keeps the world, and offers what tests use. Each room does its own part.

async with WireServer() as server, redirected(server):
    guild = server.add_guild("House", users=[ada := server.add_user("Ada")])
    ... start a discord.py client with server.token ...
    answer = await server.press(ada, server.latest(channel), "speedrun:start:1")
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

import yarl
from aiohttp import web

from . import gateway_events as events
from . import payloads
from . import permissions as may
from .buckets import Buckets
from .faults import Faults
from .gateway import Gateway
from .oracle import Oracle, Violation
from .people import People
from .posting import delete_channel, delete_message, place_message
from .rest import PREFIX, Rest, reset
from .routes_app import dm_with
from .state import Channel, ChannelType, Guild, Member, Message, Overwrite, Role, User, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from datetime import datetime

    from .calls import Call
    from .state import Json

TOKEN = "MTAwMDAw.wire.token-of-the-bot"


class WireServer:
    """A Discord of our own. Everything is reachable: ``world``, ``faults``, ``buckets``, ``gateway``, ``oracle``."""

    def __init__(
        self,
        *,
        limits: bool = True,
        use_schema: bool = True,
        heartbeat_interval: float = 41.25,
        recommended_shards: int = 1,
        remember: int = 5000,
    ) -> None:
        self.world = World()
        self.oracle = Oracle(use_schema=use_schema)
        self.faults = Faults()
        self.buckets = Buckets(enabled=limits)
        self.recommended_shards = recommended_shards
        self.command_creations: dict[int | None, int] = {}
        self.token = TOKEN
        self.bot = self.add_user("Speedrun", bot=True)
        self.application_id = self.bot.id
        self.rest = Rest(self, remember=remember)
        self.gateway = Gateway(self, heartbeat_interval=heartbeat_interval)
        people = People(self)
        self.press, self.select, self.slash = people.press, people.select, people.slash
        self.submit_modal, self.act = people.submit_modal, people.act
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0

    # Life

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; 0 takes a free port."""
        self._port = port
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=0.2
        )
        await self._runner.setup()
        await self._listen()

    async def stop(self) -> None:
        """End every connection and stop listening."""
        self.rest.release()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Be gone for a while: connections are reset and new ones refused; the same port comes back after."""
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        self.gateway.drop_connection(hard=True)
        for connection in self._runner.server.connections if self._runner.server else ():
            reset(connection.transport)
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if path.startswith(PREFIX):
            return await self.rest.handle(request)
        if path.startswith("/attachments/"):
            return self.rest.attachment(request)
        if path.rstrip("/") == "/gateway":
            return await self.gateway.accept(request)
        return web.Response(status=404)

    @property
    def base(self) -> str:
        """The server's address, for files."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_base(self) -> str:
        """What ``DISCORD_API_BASE`` is to be."""
        return self.base + PREFIX

    @property
    def gateway_url(self) -> str:
        """What ``DISCORD_GATEWAY_URL`` is to be."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    # What it has seen

    @property
    def violations(self) -> list[Violation]:
        """Every rule that a request, or an answer of this server, broke."""
        return self.oracle.violations

    def take_violations(self) -> list[Violation]:
        """Return the violations so far and forget them: for a test that breaks a rule on purpose."""
        taken = list(self.oracle.violations)
        self.oracle.violations.clear()
        return taken

    def calls(self, pattern: str) -> list[Call]:
        """Return the remembered requests for ``"METHOD /path"``, oldest first; patterns as for faults."""
        return self.rest.calls(pattern)

    def latest(self, channel: Channel) -> Message:
        """Return the newest message of a channel."""
        return max(channel.messages.values(), key=lambda m: m.id)

    # Building and changing the world, as people and moderators do

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
        """Create a guild that the bot is in; connected bots hear of it. ``padding`` bytes swell its GUILD_CREATE."""
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
        delete_channel(self, channel)

    def delete_message(self, message: Message) -> None:
        """Delete a message, as a moderator."""
        delete_message(self, message)

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
        return dm_with(self, user.id)

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
        place_message(self, made)
        return made


@contextlib.contextmanager
def redirected(server: WireServer) -> Iterator[None]:
    """Point discord.py at the server, and back again after: it keeps both addresses on its classes."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_base, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def json_of(server: WireServer, message: Message) -> Json:
    """Return a message as REST would give it."""
    return payloads.message(server.world, server.base, message)
