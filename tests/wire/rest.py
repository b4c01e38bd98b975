"""The REST side: authorization, faults, limits, the oracle, then the route's handler.

The order is Discord's.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import routes_app, routes_channels, routes_guilds, routes_interactions, routes_messages
from .buckets import TooMany
from .calls import Call, Handler, Routes, read_body
from .errors import Refused, not_found, unauthorized
from .ids import dumps

if TYPE_CHECKING:
    from .faults import Fault
    from .server import WireServer

PREFIX = "/api/v10"

_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")


class Rest:
    """Answers requests.

    ``seen`` keeps the last ones for tests, ``counts`` counts all by route and status.
    """

    def __init__(self, server: WireServer, *, remember: int = 5000) -> None:
        self._server = server
        self.routes = Routes()
        for room in (
            routes_app,
            routes_channels,
            routes_guilds,
            routes_messages,
            routes_interactions,
        ):
            self.routes.include(room.routes)
        self.seen: deque[Call] = deque(maxlen=remember)
        self.counts: Counter[tuple[str, int]] = Counter()
        self._released = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or end its connection when a fault says so."""
        server = self._server
        raw_path = request.rel_url.raw_path.removeprefix(PREFIX)
        found = self.routes.find(request.method, raw_path)
        call = Call(request.method, raw_path, found[0] if found else raw_path)
        if found:
            call.params = found[1]
        if request.query_string:
            call.query = dict(request.query)
        self.seen.append(call)
        fault = server.faults.strike(call) if server.faults else None
        if fault is not None:
            return await self._with_fault(request, call, found[2] if found else None, fault)
        return await self._answer(request, call, found[2] if found else None)

    def release(self) -> None:
        """Let go of every request that a fault keeps hanging."""
        self._released.set()

    async def _with_fault(
        self, request: web.BaseRequest, call: Call, handler: Handler | None, fault: Fault
    ) -> web.StreamResponse:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        # Read it all even when it is to be refused: a client still sending sees another error than
        # one that waits.
        answer = None
        if fault.applied or not (fault.status or fault.reset or fault.hang):
            answer = await self._answer(request, call, handler)
        else:
            await request.read()
        if fault.hang:
            await self._released.wait()
        if fault.reset or fault.hang:
            reset(request.transport, hard=fault.reset)
            call.status = 0
            return web.Response(status=500)
        if fault.status is None:
            assert answer is not None
            return answer
        call.status = fault.status
        self._server.buckets.count_invalid(fault.status)
        self.counts[call.route, fault.status] += 1
        return _fault_answer(fault)

    async def _answer(
        self, request: web.BaseRequest, call: Call, handler: Handler | None
    ) -> web.StreamResponse:
        server = self._server
        headers: dict[str, str] = {}
        body: Any
        try:
            if server.buckets.is_banned:
                call.status = 429
                return web.Response(
                    status=429, text="error code: 1015", headers={"Retry-After": "600"}
                )
            self._authorize(request, call)
            if (
                call.template != _CALLBACK
            ):  # answered once by nature: a window for each would only cost
                is_authorized = not call.template.startswith(_WITHOUT_TOKEN)
                headers = server.buckets.take(call.route, call.major, is_authorized=is_authorized)
            await read_body(request, call)
            if handler is None:
                self._note_unknown(call)
                raise not_found()
            server.oracle.judge_request(call.method, call.path, call.template, call.body)
            call.status, body = handler(server, call)
        except TooMany as error:
            call.status = 429
            body, headers = error.answer()
        except Refused as error:
            call.status, body = error.status, error.body
        call.files = {}  # the world has them, if they were accepted
        server.buckets.count_invalid(call.status)
        self.counts[call.route, call.status] += 1
        if handler is not None:
            server.oracle.judge_answer(call.method, call.path, call.template, call.status, body)
        if body is None:
            return web.Response(status=call.status, headers=headers)
        # Exactly this content type: discord.py compares the whole header and would hand out text
        # otherwise.
        headers["Content-Type"] = "application/json"
        return web.Response(status=call.status, body=dumps(body).encode(), headers=headers)

    def _authorize(self, request: web.BaseRequest, call: Call) -> None:
        given = request.headers.get("Authorization")
        if given is not None:
            call.token = given.removeprefix("Bot ")
            if call.token != self._server.token:
                raise unauthorized()
        elif not call.template.startswith(_WITHOUT_TOKEN) and call.template != "/gateway":
            raise unauthorized()

    def _note_unknown(self, call: Call) -> None:
        """Tell a route that Discord lacks from one that only this server lacks, a gap to fill."""
        description = self._server.oracle.description
        rule = "unmodelled-route"
        if description is not None and not description.has_path(call.method, call.path):
            rule = "unknown-route"
        self._server.oracle.note(rule, call.method, call.path, "no such route here")

    def attachment(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve an uploaded file's bytes, as the CDN does."""
        parts = request.rel_url.path.split("/")
        found = (
            self._server.world.attachments.get(int(parts[3]))
            if len(parts) > 3 and parts[3].isdecimal()
            else None
        )
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found.data, content_type=found.content_type)

    def calls(self, pattern: str, *, since: float = 0.0) -> list[Call]:
        """Return the remembered requests for a fault-like pattern, oldest first.

        ``since`` by perf_counter seconds.
        """
        from .faults import Fault

        probe = Fault(pattern)
        return [c for c in self.seen if probe.matches(c) and c.arrived_ns >= since * 1e9]


def _fault_answer(fault: Fault) -> web.Response:
    status = fault.status or 500
    if status == 429:
        if not fault.via:  # Cloudflare's own: a page, not JSON
            return web.Response(status=429, text="error code: 1015", headers={"Retry-After": "600"})
        scope = "global" if fault.is_global else "user"
        body, headers = TooMany(fault.retry_after, scope, fault.code).answer()
    else:
        body, headers = {"message": _SENTENCES.get(status, "Error"), "code": fault.code}, {}
    headers["Content-Type"] = "application/json"
    return web.Response(status=status, body=dumps(body).encode(), headers=headers)


_SENTENCES = {
    401: "401: Unauthorized",
    403: "Missing Access",
    404: "404: Not Found",
    500: "500: Internal Server Error",
    502: "502: Bad Gateway",
    503: "503: Service Unavailable",
}


def reset(transport: asyncio.Transport | None, *, hard: bool = True) -> None:
    """End a connection: ``hard`` by a TCP RST (linger 0), which is errno 104, else by a FIN."""
    if transport is None:
        return
    if hard:
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
