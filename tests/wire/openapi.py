"""Holds requests and answers against Discord's published OpenAPI description, if it is there."""

from __future__ import annotations

import copy
import functools
import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .state import Json

DESCRIPTION = (
    Path(__file__).resolve().parents[2].parent / "shared" / "data" / "discord-openapi.json"
)
"""Where the description lies when the shared folder stands beside the repository."""

_KEPT_ATTACHMENT = ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type")
"""What discord.py sends of an attachment that an edit keeps: all it knows, where an id would do."""

_ANOTHER_KIND = ("type", "enum", "const")
"""Keywords that, broken at a value or its ``type``, say that a branch is for something else."""

_URN = "urn:discord"


class Description:
    """The loaded description. Validators are compiled when first asked for and kept."""

    def __init__(self, document: Json) -> None:
        import jsonschema_rs

        _close(document)
        self._paths: Json = document["paths"]
        self._document = document
        self._validator_class = jsonschema_rs.Draft202012Validator
        self._registry = jsonschema_rs.Registry([(_URN, document)], draft=jsonschema_rs.Draft202012)
        self._validators: dict[str, Any] = {}

    def knows(self, method: str, template: str) -> bool:
        """Whether Discord publishes this route; ``template`` uses Discord's own parameter names."""
        return method.lower() in self._paths.get(template, {})

    def has_path(self, method: str, path: str) -> bool:
        """Whether some published route has this concrete path."""
        parts = path.strip("/").split("/")
        for template, operations in self._paths.items():
            names = template.strip("/").split("/")
            fits = len(names) == len(parts) and all(
                n == p or n.startswith("{") for n, p in zip(names, parts, strict=True)
            )
            if fits and method.lower() in operations:
                return True
        return False

    def request_faults(self, method: str, template: str, body: Any) -> list[tuple[str, str]]:
        """Return (dotted path, sentence) wherever the JSON body is not what the schema allows."""
        operation = self._paths.get(template, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return []
        pointer = _pointer(template, method, "requestBody", "content", "application/json", "schema")
        return self._faults(pointer, without_known_oversends(body))

    def answer_faults(
        self, method: str, template: str, status: int, body: Any
    ) -> list[tuple[str, str]]:
        """Return the faults of an answer of ours; a status that isn't described is one too."""
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None or status >= 500:
            return []
        responses = operation["responses"]
        key = str(status) if str(status) in responses else f"{str(status)[0]}XX"
        if key not in responses:
            return [("", f"status {status} is not described")]
        if "$ref" in responses[key]:
            name = responses[key]["$ref"].rsplit("/", 1)[1]
            schema = f"/components/responses/{name}/content/application~1json/schema"
            return self._faults(schema, body)
        if "application/json" not in responses[key].get("content", {}):
            return [] if body is None else [("", f"status {status} is described without a body")]
        pointer = _pointer(
            template, method, "responses", key, "content", "application/json", "schema"
        )
        return self._faults(pointer, body)

    def _faults(self, pointer: str, instance: Any) -> list[tuple[str, str]]:
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{_URN}#{pointer}"}
            validator = self._validator_class(schema, registry=self._registry)
            self._validators[pointer] = validator
        if validator.is_valid(instance):
            return []
        return [fault for error in validator.iter_errors(instance) for fault in _said(error)]


def _said(error: Any) -> list[tuple[str, str]]:
    """Return an error in its own words.

    Of a union's branches only the one that was meant: "not valid under any of the schemas" helps
    nobody. Meant is the branch of the component's own type, or else the one with the least amiss.
    """
    branches = getattr(error.kind, "context", None)
    if not branches:
        return [(".".join(map(str, error.instance_path)), error.message[:300])]
    depth = len(error.instance_path)

    def strangeness(branch: list[Any]) -> tuple[bool, int]:
        other = any(
            list(e.instance_path)[depth:] in ([], ["type"]) and e.kind.name in _ANOTHER_KIND
            for e in branch
        )
        return other, len(branch)

    return [fault for e in min(branches, key=strangeness) for fault in _said(e)]


@functools.cache
def published() -> Description | None:
    """Return the description, loaded once a process, None where it or jsonschema-rs is missing."""
    return None if why_missing() else Description(json.loads(DESCRIPTION.read_text("utf-8")))


def why_missing() -> str | None:
    """Say in one sentence why there is no oracle here, or None when there is one."""
    if not DESCRIPTION.is_file():
        return "Discord's OpenAPI description (../shared/data/discord-openapi.json) is not there"
    if importlib.util.find_spec("jsonschema_rs") is None:
        return "jsonschema-rs is not installed"
    return None


def without_known_oversends(body: Any) -> Any:
    """Return the body without what discord.py always sends unlisted and Discord ignores."""
    if isinstance(body, list):
        return [_without(item, "nsfw") for item in body]
    if not isinstance(body, dict):
        return body
    body = _without(body, "tts", "nsfw")
    if isinstance(body.get("data"), dict):
        body["data"] = without_known_oversends(body["data"])
    if isinstance(body.get("embeds"), list):
        body["embeds"] = [_without(embed, "flags") for embed in body["embeds"]]
    if isinstance(body.get("attachments"), list):
        body["attachments"] = [_without(item, *_KEPT_ATTACHMENT) for item in body["attachments"]]
    return body


def _without(item: Any, *keys: str) -> Any:
    return (
        {k: v for k, v in item.items() if k not in keys}
        if isinstance(item, dict)
        else copy.copy(item)
    )


def _close(document: Json) -> None:
    """Make the schemas stricter and, for ids, laxer than published, in place.

    Closed: an object that lists its properties takes no others, so a misspelt field is found. Parts
    of an ``allOf`` stay open, or each would refuse what the other allows. Ids may be numbers:
    Discord reads both.
    """
    schemas = document["components"]["schemas"]
    for operation in (
        op for path in document["paths"].values() for op in path.values() if isinstance(op, dict)
    ):
        content = operation.get("requestBody", {}).get("content", {})
        # Forms are judged by their JSON part; their allOf would keep the message schema open.
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            content.pop(kind, None)
    open_ids = {id(part) for schema in _schemas(document) for part in schema.get("allOf", ())}
    named_parts = {
        part["$ref"].rsplit("/", 1)[1]
        for schema in _schemas(document)
        for part in schema.get("allOf", ())
        if "$ref" in part
    }
    open_ids |= {id(schemas[name]) for name in named_parts if name in schemas}
    for schema in _schemas(document):
        if (
            "properties" in schema
            and "additionalProperties" not in schema
            and id(schema) not in open_ids
        ):
            schema["additionalProperties"] = False
    # A published slip: the codes of a field's errors are words ("BASE_TYPE_MAX_LENGTH"), not
    # integers.
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object",
        "required": ["code", "message"],
    }
    schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}


def _schemas(node: Any) -> Any:
    """Yield every schema-like dict of the document."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if isinstance(item.get("properties"), dict) or isinstance(item.get("allOf"), list):
                yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _pointer(template: str, method: str, *rest: str) -> str:
    parts = ("paths", template, method.lower(), *rest)
    return "".join(
        "/" + part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
        for part in parts
    )
