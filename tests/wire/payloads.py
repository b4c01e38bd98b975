"""The world's objects as Discord writes them in JSON. Reads the world, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ids import instant_of, iso
from .permissions import base_permissions, permissions_in
from .state import (
    Attachment,
    Channel,
    ChannelType,
    Interaction,
    Member,
    Message,
    Role,
    User,
    World,
)

if TYPE_CHECKING:
    from .state import Json


def user(u: User) -> Json:
    """Return a UserResponse."""
    return {
        "id": str(u.id),
        "username": u.name.lower().replace(" ", "_"),
        "discriminator": "0",
        "global_name": None if u.bot else u.name,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "bot": u.bot,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def me(u: User) -> Json:
    """Return a UserPIIResponse, as /users/@me and READY give."""
    return user(u) | {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


def application(u: User, guilds: int, application_id: int) -> Json:
    """Return a PrivateApplicationResponse."""
    owner = user(User(application_id - 1, "Owner"))
    return {
        "id": str(application_id),
        "name": u.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(u),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": owner,
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def role(r: Role) -> Json:
    """Return a GuildRoleResponse."""
    return {
        "id": str(r.id),
        "name": r.name,
        "permissions": str(r.permissions),
        "position": r.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": r.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member(m: Member, guild_id: int, *, with_user: bool = True) -> Json:
    """Return a GuildMemberResponse, without the user where a message carries it already."""
    body: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": iso(m.joined_at),
        "nick": m.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(r) for r in sorted(m.roles) if r != guild_id],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        body["user"] = user(m.user)
    return body


def channel(c: Channel) -> Json:
    """Return a guild channel, a thread or a DM, each with its own schema's fields."""
    body: Json = {
        "id": str(c.id),
        "type": c.type,
        "flags": 0,
        "last_message_id": None if c.last_message_id is None else str(c.last_message_id),
    }
    if c.type == ChannelType.DM:
        return body | {"recipients": [user(c.recipient)] if c.recipient else []}
    body |= {"guild_id": str(c.guild_id), "name": c.name, "rate_limit_per_user": c.slowmode}
    body["parent_id"] = None if c.parent_id is None else str(c.parent_id)
    if c.type in ChannelType.THREADS:
        count = len(c.messages)
        return body | {
            "owner_id": str(c.owner_id),
            "thread_metadata": {
                "archived": c.archived,
                "archive_timestamp": iso(instant_of(c.id)),
                "auto_archive_duration": c.auto_archive,
                "locked": c.locked,
                "create_timestamp": iso(instant_of(c.id)),
            },
            "message_count": count,
            "member_count": 1,
            "total_message_sent": count,
        }
    overwrites = [
        {"id": str(o.id), "type": int(o.is_member), "allow": str(o.allow), "deny": str(o.deny)}
        for o in c.overwrites.values()
    ]
    return body | {
        "position": 0,
        "permission_overwrites": overwrites,
        "nsfw": False,
        "topic": c.topic,
    }


def attachment(base: str, a: Attachment, *, ephemeral: bool = False) -> Json:
    """Return a MessageAttachmentResponse.

    ``base`` is the server's own address, where the bytes are.
    """
    url = f"{base}/attachments/{a.channel_id}/{a.id}/{a.filename}"
    body: Json = {
        "id": str(a.id),
        "filename": a.filename,
        "size": len(a.data),
        "url": url,
        "proxy_url": url,
    }
    body["content_type"] = a.content_type
    if a.description is not None:
        body["description"] = a.description
    if a.width is not None and a.height is not None:
        body |= {"width": a.width, "height": a.height}
    if ephemeral:
        body["ephemeral"] = True
    return body


def message(world: World, base: str, m: Message) -> Json:
    """Return a MessageResponse."""
    mentioned = [user(world.users[i]) for i in m.pinged_users if i in world.users]
    body: Json = {
        "id": str(m.id),
        "type": 20 if m.interaction and m.interaction.type == 2 else 19 if m.reply_to else 0,
        "channel_id": str(m.channel_id),
        "author": user(m.author),
        "content": m.content,
        "timestamp": iso(m.created_at),
        "edited_timestamp": None if m.edited_at is None else iso(m.edited_at),
        "tts": m.tts,
        "mention_everyone": m.pinged_everyone,
        "mentions": mentioned,
        "mention_roles": [str(r) for r in m.pinged_roles],
        "attachments": [attachment(base, a, ephemeral=m.is_ephemeral) for a in m.attachments],
        "embeds": m.embeds,
        "components": m.components,
        "flags": m.flags,
        "pinned": False,
    }
    if m.nonce is not None:
        body["nonce"] = m.nonce
    if m.application_id is not None:
        body["application_id"] = str(m.application_id)
    if m.interaction is not None:
        body["webhook_id"] = str(m.application_id)
        body["interaction_metadata"] = interaction_metadata(m.interaction)
    if m.reply_to is not None:
        body["message_reference"] = {
            "type": 0,
            "channel_id": str(m.channel_id),
            "message_id": str(m.reply_to),
        }
    if m.thread_id is not None and m.thread_id in world.channels:
        body["thread"] = channel(world.channels[m.thread_id])
    return body


def interaction_metadata(i: Interaction) -> Json:
    """Return what a message says of the interaction that made it."""
    owners = {"0": str(i.guild_id)} if i.guild_id else {"1": str(i.user.id)}
    body: Json = {"id": str(i.id), "type": i.type, "user": user(i.user)}
    body["authorizing_integration_owners"] = owners
    if i.type == 3:
        body["interacted_message_id"] = str(i.source.id if i.source is not None else i.id)
    if i.type == 5:
        body["triggering_interaction_metadata"] = (
            interaction_metadata(i.parent) if i.parent else None
        )
    return body


def message_event(world: World, base: str, m: Message) -> Json:
    """Return a message as the gateway sends it: with the guild and the author's member."""
    body = message(world, base, m)
    if m.guild_id is not None:
        body["guild_id"] = str(m.guild_id)
        guild = world.guilds.get(m.guild_id)
        if guild is not None and m.author.id in guild.members:
            body["member"] = member(guild.members[m.author.id], m.guild_id, with_user=False)
    return body


def interaction_create(world: World, i: Interaction, *, application_id: int, bot_id: int) -> Json:
    """Return INTERACTION_CREATE's data but for the message: who, where, with which permissions."""
    place = world.channels[i.channel_id]
    g = world.guilds.get(i.guild_id) if i.guild_id is not None else None
    body: Json = {
        "id": str(i.id), "application_id": str(application_id), "type": i.type, "token": i.token,
        "version": 1, "data": i.data, "channel_id": str(i.channel_id), "locale": i.user.locale,
        "entitlements": [], "entitlement_sku_ids": [], "attachment_size_limit": 10 << 20,
    }  # fmt: skip
    body["channel"] = channel(place) | {"permissions": str(permissions_in(world, place, i.user.id))}
    body["app_permissions"] = str(permissions_in(world, place, bot_id))
    if g is not None:
        them = member(g.members[i.user.id], g.id)
        # By the guild that invited the bot, or by the user who brought it along.
        owners = {"0": str(g.id)} if bot_id in g.members else {"1": str(i.user.id)}
        allowed = permissions_in(world, place, i.user.id) or base_permissions(g, i.user.id)
        body |= {
            "guild_id": str(g.id), "guild_locale": g.locale, "context": 0,
            "guild": {"id": str(g.id), "locale": g.locale, "features": []},
            "member": them | {"permissions": str(allowed)},
            "authorizing_integration_owners": owners,
        }  # fmt: skip
    else:
        body |= {"user": user(i.user), "context": 1, "authorizing_integration_owners": {"0": "0"}}
    return body
