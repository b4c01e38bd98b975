"""Routes about channels and threads: look, change, delete, start a thread, type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import payloads
from . import permissions as may
from .calls import Call, Reply, Routes
from .errors import (
    Refused,
    cannot_dm,
    missing_access,
    missing_permissions,
    thread_exists,
    unknown_channel,
    unknown_message,
)
from .gateway_events import CHANNELS
from .posting import delete_channel
from .state import Channel, ChannelType, MessageFlag

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Message

routes = Routes()


def channel_of(server: WireServer, call: Call, *needed: int) -> Channel:
    """Return the channel of the path if the bot sees it and has the permissions needed there."""
    channel = server.world.channels.get(call.id("channel_id"))
    if channel is None:
        raise unknown_channel()
    if (
        channel.recipient is not None
        and not channel.recipient.accepts_dms
        and call.method == "POST"
    ):
        raise cannot_dm()
    has = may.permissions_in(server.world, channel, server.bot.id)
    if not has & may.VIEW_CHANNEL:
        raise missing_access()
    if any(not has & bit for bit in needed):
        raise missing_permissions()
    return channel


def message_of(server: WireServer, channel: Channel, call: Call) -> Message:
    """Return the message of the path; an ephemeral one stands in no channel and isn't found."""
    message = channel.messages.get(call.id("message_id"))
    if message is None:
        raise unknown_message()
    return message


@routes.add("GET", "/channels/{channel_id}")
def get_channel(server: WireServer, call: Call) -> Reply:
    return 200, payloads.channel(channel_of(server, call))


@routes.add("PATCH", "/channels/{channel_id}")
def edit_channel(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.MANAGE_CHANNELS)
    body = call.body
    channel.name = body.get("name") or channel.name
    channel.topic = body.get("topic", channel.topic)
    channel.slowmode = body.get("rate_limit_per_user") or 0
    channel.archived = bool(body.get("archived", channel.archived))
    channel.locked = bool(body.get("locked", channel.locked))
    event = "THREAD_UPDATE" if channel.parent_id else "CHANNEL_UPDATE"
    server.gateway.dispatch(
        event, payloads.channel(channel), guild_id=channel.guild_id, intent=CHANNELS
    )
    return 200, payloads.channel(channel)


@routes.add("DELETE", "/channels/{channel_id}")
def remove_channel(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.MANAGE_CHANNELS)
    delete_channel(server, channel)
    return 200, payloads.channel(channel)


@routes.add("POST", "/channels/{channel_id}/typing")
def typing(server: WireServer, call: Call) -> Reply:
    channel_of(server, call, may.SEND_MESSAGES)
    return 204, None


@routes.add("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def start_thread_at(server: WireServer, call: Call) -> Reply:
    channel = channel_of(server, call, may.CREATE_PUBLIC_THREADS)
    message = message_of(server, channel, call)
    if message.thread_id is not None:
        raise thread_exists()
    if channel.type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    # A thread started at a message has the message's id.
    thread = _thread(server, call, channel, message.id, ChannelType.PUBLIC_THREAD)
    message.thread_id = thread.id
    message.flags |= MessageFlag.HAS_THREAD
    return 201, payloads.channel(thread)


@routes.add("POST", "/channels/{channel_id}/threads")
def start_thread(server: WireServer, call: Call) -> Reply:
    kind = call.body.get("type") or ChannelType.PRIVATE_THREAD
    public = kind == ChannelType.PUBLIC_THREAD
    channel = channel_of(
        server, call, may.CREATE_PUBLIC_THREADS if public else may.CREATE_PRIVATE_THREADS
    )
    return 201, payloads.channel(_thread(server, call, channel, server.world.ids.at(), kind))


def _thread(server: WireServer, call: Call, parent: Channel, thread_id: int, kind: int) -> Channel:
    thread = Channel(
        thread_id, kind, call.body["name"], parent.guild_id, parent.id, server.bot.id,
        auto_archive=call.body.get("auto_archive_duration") or 1440,
    )  # fmt: skip
    server.add_channel_object(thread, event="THREAD_CREATE")
    return thread


@routes.add("PUT", "/channels/{channel_id}/thread-members/@me")
def join_thread(server: WireServer, call: Call) -> Reply:
    channel_of(server, call)
    return 204, None


@routes.add("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_to_thread(server: WireServer, call: Call) -> Reply:
    channel_of(server, call, may.SEND_MESSAGES_IN_THREADS)
    return 204, None
