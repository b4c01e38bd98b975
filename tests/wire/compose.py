"""From a payload to a message's parts: files, components as Discord keeps them, who is pinged."""

from __future__ import annotations

import itertools
import mimetypes
import re
import struct
from typing import TYPE_CHECKING, Any

from . import payloads
from .errors import invalid_form
from .ids import as_id
from .rules import Draft
from .state import Attachment, Message, MessageFlag, walk

if TYPE_CHECKING:
    from .calls import Call
    from .server import WireServer
    from .state import Json

_PNG = b"\x89PNG\r\n\x1a\n"
_STORED_DEFAULTS: dict[int, Json] = {
    3: {"min_values": 1, "max_values": 1},
    5: {"min_values": 1, "max_values": 1},
    6: {"min_values": 1, "max_values": 1},
    7: {"min_values": 1, "max_values": 1},
    8: {"min_values": 1, "max_values": 1},
    11: {"description": None, "spoiler": False},
    13: {"name": None, "size": None, "spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def draft_of(payload: Json, attachments: list[Attachment], old: Message | None) -> Draft:
    """Return the message as it would stand: the payload's fields over the old message's."""
    draft = Draft(
        filenames=tuple(a.filename for a in attachments),
        attachment_ids=tuple(str(a.id) for a in attachments),
        alt_texts=tuple(a.description or "" for a in attachments),
        nonce=payload.get("nonce"),
        allowed_mentions=payload.get("allowed_mentions"),
        stickers=payload.get("sticker_ids") or [],
        flags=payload.get("flags") or 0,
    )
    if old is not None:
        draft.content, draft.embeds, draft.components = old.content, old.embeds, old.components
        draft.poll, draft.was_v2 = old.poll, bool(old.flags & MessageFlag.V2)
        if payload.get("flags") is None:
            draft.flags = old.flags
    if "content" in payload:
        draft.content = payload["content"] or ""
    if "embeds" in payload:
        draft.embeds = payload["embeds"] or []
    if "components" in payload:
        draft.components = payload["components"] or []
    if "poll" in payload:
        draft.poll = payload["poll"]
    return draft


def attachments_of(
    server: WireServer, call: Call, payload: Json, channel_id: int, old: Message | None
) -> list[Attachment]:
    """Return the files the message has after the request: those kept, then those uploaded."""
    listed = payload.get("attachments")
    existing = {a.id: a for a in old.attachments} if old is not None else {}
    result = list(existing.values()) if listed is None else []
    uploads = dict(call.files)
    for n, entry in enumerate(listed or []):
        key = as_id(entry.get("id"))
        if key in existing:
            result.append(existing[key])
            if entry.get("description") is not None:
                existing[key].description = entry["description"]
        elif key in uploads:
            result.append(_upload(server, channel_id, *uploads.pop(key), entry))
        else:
            sentence = (
                f"Attachment {entry.get('id')} is neither uploaded here nor one the message has"
            )
            server.oracle.note("attachment-id", call.method, call.path, sentence)
            raise invalid_form([(f"attachments.{n}.id", "ATTACHMENT_NOT_FOUND", sentence)])
    result += [_upload(server, channel_id, name, data, {}) for name, data in uploads.values()]
    return result


def _upload(server: WireServer, channel_id: int, name: str, data: bytes, entry: Json) -> Attachment:
    name = re.sub(r"[^\w.\-]", "_", entry.get("filename") or name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # One picture sent to a thousand guilds is kept once.
    data = server.world.blobs.setdefault(data, data)
    made = Attachment(server.world.ids.at(), name, data, kind, channel_id, entry.get("description"))
    if data.startswith(_PNG) and len(data) >= 24:
        made.width, made.height = struct.unpack(">II", data[16:24])
    server.world.attachments[made.id] = made
    return made


def stored_components(
    server: WireServer, components: list[Json], attachments: list[Attachment]
) -> list[Json]:
    """Return components as Discord gives them back: numbered, defaults and addresses filled in."""
    taken = {c["id"] for c in walk(components) if c.get("id")}
    numbers = (n for n in itertools.count(1) if n not in taken)
    by_name = {a.filename: a for a in attachments}

    def media(item: Json) -> Json:
        url = str(item.get("url"))
        body: Json = {"id": str(server.world.ids.at()), "url": url, "proxy_url": url}
        found = by_name.get(url.removeprefix("attachment://"))
        if found is not None:
            address = payloads.attachment(server.base, found)["url"]
            body |= {"url": address, "proxy_url": address, "attachment_id": str(found.id)}
            body |= {
                "content_type": found.content_type,
                "width": found.width,
                "height": found.height,
            }
        return body

    def store(c: Json) -> Json:
        kind = int(c["type"])
        made: Json = {
            **_STORED_DEFAULTS.get(kind, {}),
            **{k: v for k, v in c.items() if v is not None},
        }
        made["id"] = c.get("id") or next(numbers)
        made.pop("required", None)
        for key in ("media", "file"):
            if key in made:
                made[key] = media(made[key])
        if kind == 13:
            found = by_name.get(str(c["file"]["url"]).removeprefix("attachment://"))
            made |= {"name": found.filename, "size": len(found.data)} if found else {}
        if "items" in made:
            made["items"] = [
                {
                    "description": i.get("description"),
                    "spoiler": bool(i.get("spoiler")),
                    "media": media(i["media"]),
                }
                for i in made["items"]
            ]
        if "emoji" in made:
            made["emoji"] = _without_none(made["emoji"])
        if "options" in made:
            made["options"] = [_option(o) for o in made["options"]]
        if "components" in made:
            made["components"] = [store(child) for child in made["components"]]
        if "accessory" in made:
            made["accessory"] = store(made["accessory"])
        return made

    return [store(c) for c in components]


def _option(option: Json) -> Json:
    made = _without_none(option)
    if "emoji" in made:
        made["emoji"] = _without_none(made["emoji"])
    return made


def _without_none(item: Json) -> Json:
    return {k: v for k, v in item.items() if v is not None}


def stored_embeds(
    server: WireServer, embeds: list[Json], attachments: list[Attachment]
) -> list[Json]:
    """Return embeds as Discord hands them back, uploads resolved to addresses."""
    by_name = {a.filename: a for a in attachments}
    result = []
    for embed in embeds:
        made: Json = {"type": "rich"} | _without_none(
            {k: v for k, v in embed.items() if k != "flags"}
        )
        for key in ("image", "thumbnail"):
            if key in made:
                url = str(made[key].get("url"))
                found = by_name.get(url.removeprefix("attachment://"))
                address = payloads.attachment(server.base, found)["url"] if found else url
                made[key] = {"url": address, "proxy_url": address}
        made["fields"] = [{"inline": False, **_without_none(f)} for f in made.get("fields") or []]
        result.append(made)
    return result


def pings(server: WireServer, message: Message, allowed: Json | None) -> None:
    """Set whom the message notifies: whom its text names, as far as ``allowed_mentions`` lets."""
    text = message.text
    users = [int(i) for i in re.findall(r"<@!?(\d+)>", text)]
    roles = [int(i) for i in re.findall(r"<@&(\d+)>", text)]
    has_everyone = "@everyone" in text or "@here" in text
    if allowed is None:
        parse: Any = ["users", "roles", "everyone"]
        named_users: list[str] = []
        named_roles: list[str] = []
    else:
        parse = allowed.get("parse") or []
        named_users = [str(i) for i in allowed.get("users") or []]
        named_roles = [str(i) for i in allowed.get("roles") or []]
    message.pinged_users = tuple(
        dict.fromkeys(u for u in users if "users" in parse or str(u) in named_users)
    )
    message.pinged_roles = tuple(
        dict.fromkeys(r for r in roles if "roles" in parse or str(r) in named_roles)
    )
    message.pinged_everyone = has_everyone and "everyone" in parse
    if message.flags & MessageFlag.EPHEMERAL:
        message.pinged_users, message.pinged_roles, message.pinged_everyone = (), (), False
