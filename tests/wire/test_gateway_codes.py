"""The gateway spoken to by hand: each misuse has Discord's close code."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from .server import WireServer


async def _talk(
    server: WireServer, *messages: object, compress: str | None = None
) -> tuple[int | None, list[Any]]:
    """Speak to the gateway by hand; return the close code and what came before it."""
    heard = []
    query = {"v": "10", "encoding": "json"} | ({"compress": compress} if compress else {})
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url, params=query) as socket,
    ):
        for message in messages:
            await socket.send_str(message if isinstance(message, str) else json.dumps(message))
        while (frame := await socket.receive(timeout=3)).type is aiohttp.WSMsgType.TEXT:
            heard.append(json.loads(frame.data))
            if heard[-1]["op"] == 9:
                break
        return socket.close_code, heard


def _identify(server: WireServer, **fields: object) -> dict[str, Any]:
    return {"op": 2, "d": {"token": server.token, "intents": 1, "properties": {}} | fields}


async def test_each_misuse_of_the_gateway_has_discords_close_code() -> None:
    async with WireServer() as server:
        cases: list[tuple[int, list[object]]] = [
            (4001, [_identify(server), {"op": 99, "d": None}]),
            (4002, ["not json"]),
            (4003, [{"op": 3, "d": {}}]),
            (4004, [_identify(server, token="wrong")]),
            (4005, [_identify(server), _identify(server)]),
            (4010, [_identify(server, shard=[3, 3])]),
            (4013, [_identify(server, intents=1 << 40)]),
            (4014, [_identify(server, intents=1 << 15)]),
        ]
        for code, messages in cases:
            assert (await _talk(server, *messages))[0] == code, code
        server.gateway.identify_interval = 60.0
        _, heard = await _talk(server, _identify(server))
        assert heard[-1] == {"op": 9, "d": False}, "two IDENTIFYs within five seconds"
