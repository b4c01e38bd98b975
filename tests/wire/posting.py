"""Messages come to be, change and go: the one place for channels, callbacks and follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import compose, payloads
from .gateway_events import CHANNELS, DM_MESSAGES, MESSAGES
from .limits import NONCE
from .rules import message_rules
from .state import Channel, Message, MessageFlag, User

if TYPE_CHECKING:
    from .calls import Call
    from .server import WireServer
    from .state import Interaction, Json

_KEPT_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SILENT | MessageFlag.V2


@dataclass(slots=True)
class Poster:
    """Writes messages into the world for one request, judged by the oracle, told to the gateway."""

    server: WireServer
    call: Call

    def create(
        self, payload: Json, channel: Channel, author: User, interaction: Interaction | None = None
    ) -> Message:
        """Send a message.

        With an interaction it may be ephemeral, and then stands in no channel.
        """
        world = self.server.world
        nonce = payload.get("nonce")
        if payload.get("enforce_nonce") and nonce is not None and len(str(nonce)) <= NONCE:
            sent = world.sent_with_nonce(author, nonce)
            if sent is not None:
                if sent.channel_id != channel.id:
                    why = f"nonce {nonce!r} was used in {sent.channel_id}, not {channel.id}"
                    self.server.oracle.note(
                        "nonce-elsewhere", self.call.method, self.call.path, why
                    )
                return sent
        attachments = compose.attachments_of(self.server, self.call, payload, channel.id, None)
        draft = compose.draft_of(payload, attachments, None)
        self.server.oracle.judge_rules(self.call.method, self.call.path, message_rules(draft))
        made = Message(
            id=world.ids.at(),
            channel_id=channel.id,
            author=author,
            guild_id=channel.guild_id,
            content=draft.content,
            embeds=compose.stored_embeds(self.server, draft.embeds, attachments),
            components=compose.stored_components(self.server, draft.components, attachments),
            attachments=attachments,
            flags=draft.flags & _KEPT_FLAGS,
            tts=bool(payload.get("tts")),
            nonce=nonce,
            poll=draft.poll,
            interaction=interaction,
            application_id=self.server.application_id if author.bot else None,
        )
        reference = payload.get("message_reference")
        if reference is not None:
            made.reply_to = int(reference["message_id"])
        if interaction is not None and draft.flags & MessageFlag.EPHEMERAL:
            made.flags |= MessageFlag.EPHEMERAL
            made.visible_to = interaction.user.id
        compose.pings(self.server, made, payload.get("allowed_mentions"))
        if payload.get("enforce_nonce") and nonce is not None:
            world.remember_nonce(author, made)
        self.place(made)
        return made

    def place(self, message: Message) -> None:
        """Put a message where it is to be found, and tell the gateway if it stands in a channel."""
        place_message(self.server, message)

    def edit(self, payload: Json, message: Message) -> Message:
        """Change a message by the payload's fields; a "thinking" message stops thinking."""
        server = self.server
        attachments = compose.attachments_of(
            server, self.call, payload, message.channel_id, message
        )
        is_loading = bool(message.flags & MessageFlag.LOADING)
        draft = compose.draft_of(payload, attachments, message)
        server.oracle.judge_rules(self.call.method, self.call.path, message_rules(draft))
        if not is_loading and not message.is_ephemeral:
            age = (server.world.ids.now() - message.created_at).total_seconds()
            server.buckets.take_old_edit(message.channel_id, age)
        message.content = draft.content
        message.attachments = attachments
        if "embeds" in payload:
            message.embeds = compose.stored_embeds(server, draft.embeds, attachments)
        if "components" in payload:
            message.components = compose.stored_components(server, draft.components, attachments)
        message.flags = (message.flags & ~_KEPT_FLAGS & ~MessageFlag.LOADING) | (
            draft.flags & _KEPT_FLAGS
        )
        message.edits += 1
        if not is_loading:
            message.edited_at = server.world.ids.now()
        elif payload.get("allowed_mentions") is not None or message.text:
            compose.pings(server, message, payload.get("allowed_mentions"))
        if not message.is_ephemeral:
            self._tell("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Remove a message."""
        delete_message(self.server, message)

    def _tell(self, event: str, message: Message) -> None:
        tell_message(self.server, event, message)


def place_message(server: WireServer, message: Message) -> None:
    """Put a finished message into its channel, or among the hidden ones when it is ephemeral."""
    if message.is_ephemeral:
        server.world.hidden[message.id] = message
        return
    channel = server.world.channels[message.channel_id]
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    tell_message(server, "MESSAGE_CREATE", message)


def delete_message(server: WireServer, message: Message) -> None:
    """Remove a message from the world, by whoever's hand, and tell the gateway."""
    message.deleted = True
    server.world.hidden.pop(message.id, None)
    channel = server.world.channels.get(message.channel_id)
    if channel is None or channel.messages.pop(message.id, None) is None:
        return
    body: Json = {"id": str(message.id), "channel_id": str(message.channel_id)}
    if message.guild_id is not None:
        body["guild_id"] = str(message.guild_id)
    intent = MESSAGES if message.guild_id else DM_MESSAGES
    server.gateway.dispatch("MESSAGE_DELETE", body, guild_id=message.guild_id, intent=intent)


def delete_channel(server: WireServer, channel: Channel) -> None:
    """Remove a channel and what hangs on it, and tell the gateway."""
    world = server.world
    for thread in [c for c in world.channels.values() if c.parent_id == channel.id]:
        delete_channel(server, thread)
    world.channels.pop(channel.id, None)
    guild = world.guild_of(channel)
    if guild is None:
        return
    guild.channels.pop(channel.id, None)
    event = "THREAD_DELETE" if channel.parent_id else "CHANNEL_DELETE"
    server.gateway.dispatch(event, payloads.channel(channel), guild_id=guild.id, intent=CHANNELS)


def tell_message(server: WireServer, event: str, message: Message) -> None:
    """Send a message event to those who see the channel and asked for messages."""
    intent = MESSAGES if message.guild_id else DM_MESSAGES
    if not server.gateway.wants(intent):  # rendering is most of the cost; at scale nobody listens
        return
    body = payloads.message_event(server.world, server.base, message)
    server.gateway.dispatch(event, body, guild_id=message.guild_id, intent=intent)
