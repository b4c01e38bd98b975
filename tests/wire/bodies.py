"""Message bodies by hand, good and bad, sent past discord.py, which would mend some of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp

from .state import MessageFlag

if TYPE_CHECKING:
    from .server import WireServer

V2 = MessageFlag.V2


def button(custom_id: str = "a", **fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "A", "custom_id": custom_id} | fields


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children or [button()])}


def text(content: str = "t") -> dict[str, Any]:
    return {"type": 10, "content": content}


def select(count: int = 1, **fields: Any) -> dict[str, Any]:
    options = [{"label": f"o{n}", "value": f"v{n}"} for n in range(count)]
    return {"type": 3, "custom_id": "s", "options": options} | fields


def gallery(url: str = "https://example.org/a.png", **fields: Any) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} | fields]}


def v2(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(components)} | fields


def embed(**fields: Any) -> dict[str, Any]:
    return {"embeds": [fields]}


async def send(server: WireServer, method: str, path: str, body: object) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {server.token}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.api_base + path, data=json.dumps(body)) as response,
    ):
        return response.status, await response.json() if response.status != 204 else None


async def post(server: WireServer, body: dict[str, Any]) -> tuple[int, Any]:
    channel = next(c for c in server.world.channels.values() if c.guild_id)
    return await send(server, "POST", f"/channels/{channel.id}/messages", body)
