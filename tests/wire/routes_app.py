"""Routes about the bot itself: who it is, where its gateway is, its commands, its DMs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import payloads
from .buckets import TooMany
from .calls import Call, Reply, Routes
from .command_rules import command_rules
from .errors import Refused, cannot_dm, missing_access, unknown_command, unknown_guild, unknown_user
from .ids import as_id
from .limits import COMMANDS_A_DAY
from .state import Channel, ChannelType

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Json

routes = Routes()


@routes.add("GET", "/users/@me")
def get_me(server: WireServer, call: Call) -> Reply:
    return 200, payloads.me(server.bot)


@routes.add("GET", "/users/{user_id}")
def get_user(server: WireServer, call: Call) -> Reply:
    found = server.world.users.get(call.id("user_id"))
    if found is None:
        raise unknown_user()
    return 200, payloads.user(found)


@routes.add("GET", "/applications/@me")
@routes.add("GET", "/oauth2/applications/@me")
def get_application(server: WireServer, call: Call) -> Reply:
    return 200, payloads.application(server.bot, len(server.world.guilds), server.application_id)


@routes.add("GET", "/gateway")
def get_gateway(server: WireServer, call: Call) -> Reply:
    return 200, {"url": server.gateway_url}


@routes.add("GET", "/gateway/bot")
def get_gateway_bot(server: WireServer, call: Call) -> Reply:
    limit = {
        "total": server.gateway.identifies_a_day,
        "remaining": server.gateway.identifies_left,
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return 200, {
        "url": server.gateway_url,
        "shards": server.recommended_shards,
        "session_start_limit": limit,
    }


@routes.add("POST", "/users/@me/channels")
def create_dm(server: WireServer, call: Call) -> Reply:
    them = server.world.users.get(as_id(call.body.get("recipient_id")) or 0)
    if them is None:
        raise unknown_user()
    if them is server.bot:
        raise cannot_dm()
    return 200, payloads.channel(dm_with(server, them.id))


def dm_with(server: WireServer, user_id: int) -> Channel:
    """Return the DM channel with a user, opened on first use."""
    for channel in server.world.channels.values():
        if channel.recipient is not None and channel.recipient.id == user_id:
            return channel
    made = Channel(server.world.ids.at(), ChannelType.DM, recipient=server.world.users[user_id])
    server.world.channels[made.id] = made
    return made


@routes.add("GET", "/applications/{application_id}/commands")
def list_global_commands(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    return 200, list(server.world.commands[None].values())


@routes.add("PUT", "/applications/{application_id}/commands")
def set_global_commands(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    return 200, _overwrite(server, call, None)


@routes.add("GET", "/applications/{application_id}/guilds/{guild_id}/commands")
def list_guild_commands(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    return 200, list(server.world.commands.get(_guild(server, call), {}).values())


@routes.add("PUT", "/applications/{application_id}/guilds/{guild_id}/commands")
def set_guild_commands(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    return 200, _overwrite(server, call, _guild(server, call))


@routes.add("POST", "/applications/{application_id}/commands")
def add_global_command(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    server.oracle.judge_found(call.method, call.path, command_rules([call.body]))
    known = server.world.commands[None]
    made = _stored(server, call.body, None, _same_name(known, call.body))
    known[int(made["id"])] = made
    return 201, made


@routes.add("DELETE", "/applications/{application_id}/commands/{command_id}")
def delete_global_command(server: WireServer, call: Call) -> Reply:
    _own(server, call)
    if server.world.commands[None].pop(call.id("command_id"), None) is None:
        raise unknown_command()
    return 204, None


def _own(server: WireServer, call: Call) -> None:
    if call.id("application_id") != server.application_id:
        raise Refused(
            403, 20012, "You are not authorized to perform this action on this application"
        )


def _guild(server: WireServer, call: Call) -> int:
    guild = server.world.guilds.get(call.id("guild_id"))
    if guild is None:
        raise unknown_guild()
    if server.bot.id not in guild.members:
        raise missing_access()
    return guild.id


def _overwrite(server: WireServer, call: Call, guild_id: int | None) -> list[Json]:
    server.oracle.judge_found(call.method, call.path, command_rules(call.body))
    known = server.world.commands.get(guild_id, {})
    created = sum(_same_name(known, command) is None for command in call.body)
    made_today = server.command_creations.get(guild_id, 0) + created
    if made_today > COMMANDS_A_DAY:  # a daily window in truth; no test lives a day
        sentence = "Max number of daily application command creates has been reached (200)"
        raise TooMany(86_400.0 - time.time() % 86_400.0, "user", 30034, sentence)
    server.command_creations[guild_id] = made_today
    made = [_stored(server, command, guild_id, _same_name(known, command)) for command in call.body]
    server.world.commands[guild_id] = {int(command["id"]): command for command in made}
    return made


def _same_name(known: dict[int, Json], command: Json) -> Json | None:
    key = (command.get("type") or 1, command["name"])
    return next((c for c in known.values() if (c["type"], c["name"]) == key), None)


def _stored(server: WireServer, command: Json, guild_id: int | None, old: Json | None) -> Json:
    """Return a command as Discord hands it back.

    One of the same name keeps its id and its uses go on.
    """
    made_id = old["id"] if old else str(server.world.ids.at())
    permissions = command.get("default_member_permissions")
    made: Json = {
        "id": made_id,
        "application_id": str(server.application_id),
        "version": str(server.world.ids.at()),
        "type": command.get("type") or 1,
        "name": command["name"],
        "description": command.get("description") or "",
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(command.get("nsfw")),
        "options": [_clean(option) for option in command.get("options") or []],
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "dm_permission": command.get("dm_permission") is not False,
    }
    if guild_id is not None:
        made["guild_id"] = str(guild_id)
    return made


def _clean(option: Json) -> Json:
    made = {k: v for k, v in option.items() if v is not None}
    if "options" in made:
        made["options"] = [_clean(inner) for inner in made["options"]]
    if "choices" in made:
        made["choices"] = [
            {k: v for k, v in choice.items() if v is not None} for choice in made["choices"]
        ]
    return made
