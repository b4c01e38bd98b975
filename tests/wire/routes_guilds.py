"""Routes about guilds: the guild, its channels, roles and members, leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import guild_payloads, payloads
from . import permissions as may
from .calls import Call, Reply, Routes
from .errors import missing_access, missing_permissions, unknown_guild, unknown_member, unknown_role
from .state import ChannelType

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Guild, Member

routes = Routes()


def _guild(server: WireServer, call: Call) -> Guild:
    guild = server.world.guilds.get(call.id("guild_id"))
    if guild is None:
        raise unknown_guild()
    if server.bot.id not in guild.members:
        raise missing_access()
    return guild


def _member(guild: Guild, call: Call) -> Member:
    member = guild.members.get(call.id("user_id"))
    if member is None:
        raise unknown_member()
    return member


@routes.add("GET", "/guilds/{guild_id}")
def get_guild(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    body = guild_payloads.guild(guild)
    if call.flag("with_counts"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    return 200, body


@routes.add("GET", "/guilds/{guild_id}/channels")
def list_channels(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    return 200, [
        payloads.channel(c) for c in guild.channels.values() if c.type not in ChannelType.THREADS
    ]


@routes.add("GET", "/guilds/{guild_id}/threads/active")
def list_threads(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    threads = [
        c for c in guild.channels.values() if c.type in ChannelType.THREADS and not c.archived
    ]
    return 200, {
        "threads": [payloads.channel(c) for c in threads],
        "members": [],
        "has_more": False,
    }


@routes.add("GET", "/guilds/{guild_id}/roles")
def list_roles(server: WireServer, call: Call) -> Reply:
    return 200, [payloads.role(r) for r in _guild(server, call).roles.values()]


@routes.add("GET", "/guilds/{guild_id}/roles/{role_id}")
def get_role(server: WireServer, call: Call) -> Reply:
    role = _guild(server, call).roles.get(call.id("role_id"))
    if role is None:
        raise unknown_role()
    return 200, payloads.role(role)


@routes.add("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    return 200, payloads.member(_member(guild, call), guild.id)


@routes.add("GET", "/guilds/{guild_id}/members")
def list_members(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    members = sorted(
        (m for m in guild.members.values() if m.user.id > after), key=lambda m: m.user.id
    )
    return 200, [payloads.member(m, guild.id) for m in members[:limit]]


@routes.add("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def give_role(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    _may_manage(server, guild, call)
    _member(guild, call).roles.add(call.id("role_id"))
    return 204, None


@routes.add("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def take_role(server: WireServer, call: Call) -> Reply:
    guild = _guild(server, call)
    _may_manage(server, guild, call)
    _member(guild, call).roles.discard(call.id("role_id"))
    return 204, None


def _may_manage(server: WireServer, guild: Guild, call: Call) -> None:
    role = guild.roles.get(call.id("role_id"))
    if role is None:
        raise unknown_role()
    has = may.base_permissions(guild, server.bot.id)
    own = max((guild.roles[r].position for r in guild.members[server.bot.id].roles), default=0)
    if not has & may.MANAGE_ROLES or (role.position >= own and has != may.ALL):
        raise missing_permissions()


@routes.add("DELETE", "/users/@me/guilds/{guild_id}")
def leave(server: WireServer, call: Call) -> Reply:
    server.remove_guild(_guild(server, call))
    return 204, None
