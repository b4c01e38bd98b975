"""The world the server keeps: users, guilds, channels, messages, commands, interactions.

Plain values, no JSON, no I/O.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .ids import Snowflakes, instant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]


class MessageFlag:
    """The message flags this world knows, by Discord's values."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    V2 = 1 << 15


class ChannelType:
    """The channel types this world knows, by Discord's values."""

    TEXT = 0
    DM = 1
    VOICE = 2
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    THREADS = (10, 11, 12)


@dataclass(slots=True)
class User:
    """An account. ``accepts_dms`` false makes direct messages fail with 50007, as closed DMs do."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True


@dataclass(slots=True)
class Role:
    """A role; the one whose id is its guild's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 1
    mentionable: bool = False


@dataclass(slots=True)
class Overwrite:
    """Permissions given and taken in one channel, for a role or a member."""

    id: int
    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Member:
    """A user in a guild."""

    user: User
    roles: set[int] = field(default_factory=set)
    nick: str | None = None
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(slots=True)
class Channel:
    """A text channel, a thread (``parent_id`` set) or a DM (``recipient`` set)."""

    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    recipient: User | None = None
    topic: str | None = None
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None


@dataclass(slots=True)
class Guild:
    """A server.

    ``padding`` bytes of made-up roles, channels and emojis swell its GUILD_CREATE, for benchmarks.
    """

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    locale: str = "en-US"
    available: bool = True
    padding: int = 0


@dataclass(slots=True)
class Attachment:
    """An uploaded file; its bytes are served back at its address."""

    id: int
    filename: str
    data: bytes
    content_type: str
    channel_id: int
    description: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(slots=True)
class Message:
    """One message, sent or ephemeral.

    ``pinged_*`` is who got a notification, not who is merely named.
    """

    id: int
    channel_id: int
    author: User
    guild_id: int | None = None
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    nonce: str | int | None = None
    poll: Json | None = None
    edited_at: datetime | None = None
    edits: int = 0
    interaction: Interaction | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    visible_to: int | None = None
    deleted: bool = False
    pinged_users: tuple[int, ...] = ()
    pinged_roles: tuple[int, ...] = ()
    pinged_everyone: bool = False
    application_id: int | None = None

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the person of the interaction sees it."""
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def created_at(self) -> datetime:
        """The instant its id carries."""
        return instant_of(self.id)

    @property
    def text(self) -> str:
        """Everything a reader reads: content, embeds and TextDisplays, in order; for assertions."""
        parts = [self.content] if self.content else []
        parts += [str(e[k]) for e in self.embeds for k in ("title", "description") if e.get(k)]
        parts += [c["content"] for c in walk(self.components) if c.get("type") == 10]
        return "\n".join(parts)

    def buttons(self) -> list[Json]:
        """Return every button, in reading order."""
        return [c for c in walk(self.components) if c.get("type") == 2]


@dataclass(slots=True, eq=False)
class Interaction:
    """What a person did, and what the bot has answered so far. Filled by the interaction routes."""

    id: int
    token: str
    type: int
    user: User
    channel_id: int
    guild_id: int | None
    data: Json
    source: Message | None = None
    parent: Interaction | None = None
    fired_at: float = field(default_factory=time.monotonic)
    fired_ns: int = field(default_factory=time.perf_counter_ns)
    answered_ns: int | None = None
    callback_type: int | None = None
    callback_data: Json | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    edits: list[Message] = field(default_factory=list)
    expired: bool = False
    on_change: Callable[[], None] | None = None

    def changed(self) -> None:
        """Tell the person who waits that the bot has answered something."""
        if self.on_change is not None:
            self.on_change()


@dataclass(slots=True)
class World:
    """Every object, by id. ``nonce_window`` and the interaction limits are seconds."""

    ids: Snowflakes = field(default_factory=Snowflakes)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    hidden: dict[int, Message] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    commands: dict[int | None, dict[int, Json]] = field(default_factory=lambda: {None: {}})
    nonces: dict[tuple[int, str], tuple[float, Message]] = field(default_factory=dict)
    nonce_window: float = 180.0
    answer_deadline: float = 3.0
    token_life: float = 900.0

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the channel's guild, None for a DM or a guild that the bot has left."""
        return None if channel.guild_id is None else self.guilds.get(channel.guild_id)

    def messages(self) -> Iterator[Message]:
        """Every message that stands in a channel, oldest channel first."""
        for channel in self.channels.values():
            yield from channel.messages.values()

    def remember_nonce(self, author: User, message: Message) -> None:
        """Keep a sent message findable by its nonce, and forget those past the window."""
        now = time.monotonic()
        self.nonces[author.id, str(message.nonce)] = (now, message)
        if len(self.nonces) > 20_000:
            old = [k for k, (at, _) in self.nonces.items() if now - at > self.nonce_window]
            for key in old:
                del self.nonces[key]

    def sent_with_nonce(self, author: User, nonce: object) -> Message | None:
        """Return what the author sent with this nonce in the last few minutes, if anything."""
        at, message = self.nonces.get((author.id, str(nonce)), (float("-inf"), None))
        return message if time.monotonic() - at <= self.nonce_window else None


def walk(components: list[Any]) -> Iterator[Json]:
    """Yield every component of a tree in reading order, a section's accessory last."""
    for component in components:
        if not isinstance(component, dict):
            continue
        yield component
        children = component.get("components")
        if isinstance(children, list):
            yield from walk(children)
        for single in ("accessory", "component"):
            if isinstance(component.get(single), dict):
                yield from walk([component[single]])
