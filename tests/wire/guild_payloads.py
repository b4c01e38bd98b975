"""Guilds as Discord writes them in JSON, and the made-up bulk that swells one for a benchmark."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .ids import iso
from .payloads import channel, member, role, user
from .state import Channel, ChannelType, Role, User

if TYPE_CHECKING:
    from .state import Guild, Json

FILLER_BYTES = 360
"""About what one made-up role, channel or emoji adds to a GUILD_CREATE."""

_NOTHING = (
    "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
    "afk_channel_id", "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
    "rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
)  # fmt: skip
_ZERO = (
    "system_channel_flags", "verification_level", "default_message_notifications", "mfa_level",
    "explicit_content_filter", "premium_tier", "premium_subscription_count", "nsfw_level",
)  # fmt: skip
_EMPTY_IN_CREATE = (
    "voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds",
)  # fmt: skip


def guild(g: Guild) -> Json:
    """Return a GuildResponse, as GET /guilds/{id} does."""
    body: Json = dict.fromkeys(_NOTHING) | dict.fromkeys(_ZERO, 0)
    return body | {
        "id": str(g.id),
        "name": g.name,
        "owner_id": str(g.owner_id),
        "roles": [role(r) for r in g.roles.values()],
        "preferred_locale": g.locale,
        "features": [],
        "emojis": [],
        "stickers": [],
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "max_members": 250_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
    }


def guild_create(g: Guild, *, bot_id: int, with_members: bool) -> Json:
    """Return GUILD_CREATE's data.

    Without the members intent Discord sends only the bot's own member.
    """
    shown = [m for m in g.members.values() if with_members or m.user.id == bot_id]
    threads = [c for c in g.channels.values() if c.type in ChannelType.THREADS]
    body = guild(g) | {
        "joined_at": iso(g.members[bot_id].joined_at if bot_id in g.members else datetime.now(UTC)),
        "large": len(g.members) > 250,
        "member_count": len(g.members),
        "members": [member(m, g.id) for m in shown],
        "channels": [channel(c) for c in g.channels.values() if c.type not in ChannelType.THREADS],
        "threads": [channel(c) for c in threads],
    }
    for name in _EMPTY_IN_CREATE:
        body[name] = []
    for n in range(max(0, g.padding) // FILLER_BYTES):
        _fill(body, g.id + 1000 + n, n)
    return body


def _fill(body: Json, made_up_id: int, n: int) -> None:
    name = f"made up {n:04d}"
    kind = n % 3
    if kind == 0:
        body["roles"].append(role(Role(made_up_id, name, 104_324_673, n + 1)))
    elif kind == 1:
        topic = "What this channel is for. " * 5
        made_up = Channel(made_up_id, ChannelType.TEXT, name, int(body["id"]), topic=topic)
        body["channels"].append(channel(made_up))
    else:
        maker = user(User(made_up_id + 1, name))
        flags = {"require_colons": True, "managed": False, "animated": False, "available": True}
        emoji = {"id": str(made_up_id), "name": f"e{n:04d}", "roles": [], "user": maker}
        body["emojis"].append(emoji | flags)
