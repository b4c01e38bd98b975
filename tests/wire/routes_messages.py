"""Routes about a channel's messages: list, get, send, edit, delete, react, pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import payloads
from . import permissions as may
from .calls import Call, Reply, Routes
from .errors import Refused, cannot_edit_others, invalid_form, missing_permissions
from .ids import as_id
from .posting import Poster
from .routes_channels import channel_of, message_of
from .state import ChannelType

if TYPE_CHECKING:
    from .server import WireServer

routes = Routes()


@routes.add("POST", "/channels/{channel_id}/messages")
def send(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call)
    is_thread = channel.type in ChannelType.THREADS
    needed = [may.SEND_MESSAGES_IN_THREADS if is_thread else may.SEND_MESSAGES]
    needed += [may.ATTACH_FILES] if call.files else []
    needed += [may.EMBED_LINKS] if call.body.get("embeds") else []
    channel_of(server, call, *needed)
    if channel.locked:
        raise Refused(403, 160005, "Thread is locked")
    reference = call.body.get("message_reference")
    if reference is not None and as_id(reference.get("message_id")) not in channel.messages:
        if reference.get("fail_if_not_exists", True):
            raise invalid_form(
                [("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")]
            )
        call.body = {k: v for k, v in call.body.items() if k != "message_reference"}
    channel.archived = False  # a message wakes an archived thread
    made = Poster(server, call).create(call.body, channel, server.bot)
    return 200, payloads.message(server.world, server.base, made)


@routes.add("GET", "/channels/{channel_id}/messages")
def history(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call)
    if not may.permissions_in(server.world, channel, server.bot.id) & may.READ_MESSAGE_HISTORY:
        return 200, []  # as documented: no error, just nothing
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid_form([("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100")])
    messages = sorted(channel.messages.values(), key=lambda m: m.id)
    if "before" in call.query:
        messages = [m for m in messages if m.id < int(call.query["before"])]
    if "after" in call.query:  # the oldest after that point, still given newest first
        messages = [m for m in messages if m.id > int(call.query["after"])][:limit]
    newest_first = messages[-limit:][::-1]
    return 200, [payloads.message(server.world, server.base, m) for m in newest_first]


@routes.add("GET", "/channels/{channel_id}/messages/{message_id}")
def get(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.READ_MESSAGE_HISTORY)
    return 200, payloads.message(server.world, server.base, message_of(server, channel, call))


@routes.add("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(server: WireServer, call: Call) -> Reply:
    message = message_of(server, channel_of(server, call), call)
    if message.author is not server.bot:
        raise cannot_edit_others()
    Poster(server, call).edit(call.body, message)
    return 200, payloads.message(server.world, server.base, message)


@routes.add("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call)
    message = message_of(server, channel, call)
    has = may.permissions_in(server.world, channel, server.bot.id)
    if message.author is not server.bot and not has & may.MANAGE_MESSAGES:
        raise missing_permissions()
    Poster(server, call).delete(message)
    return 204, None


@routes.add("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def react(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.READ_MESSAGE_HISTORY, may.ADD_REACTIONS)
    message_of(server, channel, call)
    return 204, None


@routes.add("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.MANAGE_MESSAGES)
    message_of(server, channel, call)
    return 204, None
