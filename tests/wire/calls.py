"""One request as the routes see it, and the table that finds its route. Parses; decides nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader

from .errors import Refused, too_large
from .limits import FILE_BYTES

if TYPE_CHECKING:
    from aiohttp import web

    from .server import WireServer

Reply = tuple[int, Any]
Handler = Callable[["WireServer", "Call"], Reply]


@dataclass(slots=True)
class Call:
    """A request. ``template`` is the route in Discord's own words, ``params`` its parameters."""

    method: str
    path: str
    template: str
    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    token: str | None = None
    arrived_ns: int = field(default_factory=time.perf_counter_ns)
    status: int = 0

    def id(self, name: str) -> int:
        """Return a path parameter that is an id; 0, which nothing has, when it isn't a number."""
        value = self.params[name]
        return int(value) if value.isdecimal() else 0

    def flag(self, name: str) -> bool:
        """Whether a query switch is on, in any of the spellings that Discord takes."""
        return self.query.get(name, "").lower() in ("1", "true")

    @property
    def route(self) -> str:
        """The method and the template: what buckets and counters go by."""
        return f"{self.method} {self.template}"

    @property
    def major(self) -> str:
        """The major parameters, which divide a bucket."""
        names = ("channel_id", "guild_id", "webhook_id", "webhook_token")
        return "+".join(self.params[n] for n in names if n in self.params)


class Routes:
    """Routes by method and number of parts; literal parts win over templates, as on Discord."""

    def __init__(self) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[list[str], str, Handler]]] = {}

    def add(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Register a handler; used as a decorator."""

        def register(handler: Handler) -> Handler:
            parts = template.strip("/").split("/")
            shape = self._by_shape.setdefault((method, len(parts)), [])
            shape.append((parts, template, handler))
            shape.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])
            return handler

        return register

    def include(self, other: Routes) -> None:
        """Take over another table's routes."""
        for (method, _), entries in other._by_shape.items():
            for _, template, handler in entries:
                self.add(method, template)(handler)

    def find(self, method: str, raw_path: str) -> tuple[str, dict[str, str], Handler] | None:
        """Return the template, the parameters and the handler for a path, or None."""
        parts = raw_path.strip("/").split("/")
        for names, template, handler in self._by_shape.get((method, len(parts)), ()):
            if all(n == p or n.startswith("{") for n, p in zip(names, parts, strict=True)):
                params = {
                    n[1:-1]: unquote(p)
                    for n, p in zip(names, parts, strict=True)
                    if n.startswith("{")
                }
                return template, params, handler
        return None


async def read_body(request: web.BaseRequest, call: Call) -> None:
    """Fill the call's body and files from JSON or a multipart form.

    Raises Refused on unreadable JSON.
    """
    if not request.can_read_body:
        return
    kind = request.content_type
    if kind.startswith("multipart/"):
        text: str | None = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read(decode=False))
            name = part.name or ""
            if name == "payload_json":
                text = data.decode()
            elif name.startswith("files[") and name[6:-1].isdecimal():
                call.files[int(name[6:-1])] = (part.filename or "file", data)
        if any(len(data) > FILE_BYTES for _, data in call.files.values()):
            raise too_large()
        call.body = _loads(text or "{}")
        return
    raw = await request.read()
    if raw:
        if kind != "application/json":
            raise Refused(400, 50035, "Invalid Form Body")
        call.body = _loads(raw)


def _loads(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None
