"""What Discord refuses in a message though its published schema allows it.

Pure: values in, broken rules out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import limits
from .component_rules import component_rules
from .state import MessageFlag, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Json

_EMBED_TEXTS = {"title": limits.EMBED_TITLE, "description": limits.EMBED_DESCRIPTION}


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: its name, where in the payload, Discord's code, sentence and status."""

    rule: str
    path: str
    code: str
    message: str
    status: int = 400


@dataclass(slots=True)
class Draft:
    """A message as it would stand: for an edit, the new fields over the old message."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    poll: Json | None = None
    stickers: list[Any] = field(default_factory=list)
    filenames: tuple[str, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    nonce: Any = None
    allowed_mentions: Json | None = None
    alt_texts: tuple[str, ...] = ()
    was_v2: bool = False
    is_deferred: bool = False
    """A type 5 answer: it is allowed to say nothing yet."""


def message_rules(draft: Draft) -> Iterator[Broken]:
    """Yield every rule that the message breaks."""
    yield from _texts(draft)
    yield from _embeds(draft.embeds)
    if draft.flags & MessageFlag.V2:
        yield from _v2(draft)
    else:
        yield from _legacy(draft)
    yield from (Broken(*found) for found in component_rules(draft.components))
    yield from _references(draft)
    yield from _mentions(draft.allowed_mentions)


def _texts(draft: Draft) -> Iterator[Broken]:
    if len(draft.content) > limits.CONTENT:
        yield _long("content", "content", limits.CONTENT)
    if isinstance(draft.nonce, str) and len(draft.nonce) > limits.NONCE:
        yield _long("nonce", "nonce", limits.NONCE)
    if len(draft.filenames) > limits.FILES:
        yield Broken(
            "files", "attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."
        )
    for n, text in enumerate(draft.alt_texts):
        if len(text) > limits.ALT_TEXT:
            yield _long("alt-text", f"attachments.{n}.description", limits.ALT_TEXT)


def _embeds(embeds: list[Json]) -> Iterator[Broken]:
    if len(embeds) > limits.EMBEDS:
        yield Broken(
            "embeds-count", "embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."
        )
    total = 0
    for n, embed in enumerate(embeds):
        texts = [(key, embed.get(key) or "", most) for key, most in _EMBED_TEXTS.items()]
        fields = embed.get("fields") or []
        if len(fields) > limits.EMBED_FIELDS:
            yield Broken(
                "embed-fields",
                f"embeds.{n}.fields",
                "BASE_TYPE_MAX_LENGTH",
                "Must be 25 or fewer in length.",
            )
        for k, item in enumerate(fields):
            for key, most in (
                ("name", limits.EMBED_FIELD_NAME),
                ("value", limits.EMBED_FIELD_VALUE),
            ):
                texts.append((f"fields.{k}.{key}", item.get(key) or "", most))
                if not item.get(key):
                    where = f"embeds.{n}.fields.{k}.{key}"
                    yield Broken(
                        "embed-field-empty", where, "BASE_TYPE_REQUIRED", "This field is required"
                    )
        texts.append(
            ("footer.text", (embed.get("footer") or {}).get("text") or "", limits.EMBED_FOOTER)
        )
        texts.append(
            ("author.name", (embed.get("author") or {}).get("name") or "", limits.EMBED_AUTHOR)
        )
        for path, text, most in texts:
            total += len(text)
            if len(text) > most:
                yield _long("embed-text", f"embeds.{n}.{path}", most)
    if total > limits.EMBEDS_TOTAL:
        code = "MAX_EMBED_SIZE_EXCEEDED"
        yield Broken("embeds-total", "embeds", code, "Embed size exceeds maximum size of 6000")


def _v2(draft: Draft) -> Iterator[Broken]:
    legacy = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    used = {
        "content": draft.content,
        "embeds": draft.embeds,
        "poll": draft.poll,
        "sticker_ids": draft.stickers,
    }
    for key, value in used.items():
        if value:
            sentence = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Broken(f"v2-{key}", key, legacy, sentence)
    if not draft.components and not draft.is_deferred:
        yield Broken(
            "empty", "components", "BASE_TYPE_REQUIRED", "A Components V2 message needs a component"
        )
    texts = [str(c.get("content") or "") for c in walk(draft.components) if c.get("type") == 10]
    if sum(map(len, texts)) > limits.V2_TEXT:
        sentence = "The total displayable text size must be 4000 or fewer in length"
        yield Broken("v2-text", "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", sentence)
    else:
        size = sum(len(t.encode()) + limits.V2_BYTES_A_DISPLAY for t in texts)
        if size > limits.V2_BYTES:  # measured: Discord doesn't refuse it, it breaks
            yield Broken("v2-bytes", "components", "INTERNAL", "500: Internal Server Error", 500)


def _legacy(draft: Draft) -> Iterator[Broken]:
    if draft.was_v2:
        sentence = "The flag IS_COMPONENTS_V2 cannot be removed from a message"
        yield Broken("v2-removed", "flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", sentence)
    for n, component in enumerate(draft.components):
        if isinstance(component, dict) and component.get("type") != 1:
            sentence = 'Value of field "type" must be one of (1,).'
            yield Broken("v2-flag-missing", f"components.{n}.type", "UNION_TYPE_CHOICES", sentence)
    if len(draft.components) > limits.ACTION_ROWS:
        yield Broken(
            "action-rows",
            "components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        )
    empty = not (
        draft.content.strip() or draft.embeds or draft.poll or draft.stickers or draft.filenames
    )
    if empty and not draft.components and not draft.is_deferred:
        yield Broken("empty", "", "EMPTY", "Cannot send an empty message")


def _references(draft: Draft) -> Iterator[Broken]:
    """Pictures and files named in a message have to be among those that it has or keeps."""
    named = [
        ("embeds", image.get("url"))
        for e in draft.embeds
        for k in ("image", "thumbnail")
        if (image := e.get(k))
    ]
    for component in walk(draft.components):
        media = [component.get("media"), component.get("file")]
        media += [item.get("media") for item in component.get("items") or []]
        for item in media:
            if isinstance(item, dict):
                named.append(("components", item.get("url")))
                kept = item.get("attachment_id")
                if kept is not None and str(kept) not in draft.attachment_ids:
                    sentence = "The referenced attachment is not among those that stay"
                    yield Broken(
                        "attachment-dropped",
                        "attachments",
                        "REFERENCED_ATTACHMENT_NOT_FOUND",
                        sentence,
                    )
    for path, url in named:
        name = str(url or "")
        if (
            name.startswith("attachment://")
            and name.removeprefix("attachment://") not in draft.filenames
        ):
            sentence = f"The referenced attachment was not found: {name}"
            yield Broken("attachment-unknown", path, "REFERENCED_ATTACHMENT_NOT_FOUND", sentence)


def _mentions(allowed: Json | None) -> Iterator[Broken]:
    for kind in ("users", "roles"):
        if allowed and kind in (allowed.get("parse") or []) and allowed.get(kind):
            code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
            sentence = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield Broken("mentions-exclusive", "allowed_mentions", code, sentence)


def _long(rule: str, path: str, most: int) -> Broken:
    return Broken(rule, path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
