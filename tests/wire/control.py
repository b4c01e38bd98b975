"""The control endpoint of a server in a process of its own: JSON over HTTP, for benchmarks."""

from __future__ import annotations

import asyncio
import gc
import resource
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import payloads
from .load import Plan, Run, member
from .people import NoAnswer

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Json

_GATEWAY_ACTIONS = (
    "drop_connection", "request_reconnect", "invalidate_session", "stop_acking", "start_acking",
    "go_silent", "send_raw", "replay", "forget_sessions",
)  # fmt: skip


class Control:
    """Routes: each takes and gives JSON; see the methods for the fields."""

    def __init__(self, server: WireServer) -> None:
        self._server = server
        self._runs: list[Run] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = web.Application(client_max_size=64 << 20)
        self.app.add_routes(
            [
                web.get("/addresses", self.addresses),
                web.post("/guilds", self.add_guilds),
                web.post("/messages", self.add_message),
                web.get("/messages", self.messages),
                web.post("/presses", self.presses),
                web.get("/runs/{number}", self.run),
                web.post("/slash", self.slash),
                web.get("/counters", self.counters),
                web.post("/faults", self.add_fault),
                web.delete("/faults", self.clear_faults),
                web.post("/gateway", self.gateway),
                web.post("/limits", self.limits),
            ]
        )

    async def addresses(self, _: web.Request) -> web.Response:
        """Where the bot is to go, and with which token."""
        return web.json_response(addresses(self._server))

    async def add_guilds(self, request: web.Request) -> web.Response:
        """``count``, ``padding`` bytes of GUILD_CREATE each, ``channels``; gives the ids."""
        body = await request.json()
        made = []
        for n in range(int(body.get("count", 1))):
            guild = self._server.add_guild(
                f"{body.get('name', 'Guild')} {n}",
                padding=int(body.get("padding", 0)),
                channels=body.get("channels", ["general"]),
            )
            made.append({"id": str(guild.id), "channels": [str(c) for c in guild.channels]})
            if n % 100 == 0:
                await asyncio.sleep(0)
        gc.freeze()
        return web.json_response({"guilds": made})

    async def add_message(self, request: web.Request) -> web.Response:
        """``channel_id`` and ``content``, ``components``, ``flags`` of a message by the bot."""
        body = await request.json()
        channel = self._server.world.channels[int(body.pop("channel_id"))]
        content = body.pop("content", "")
        made = self._server.say(self._server.bot, channel, content, **body)
        return web.json_response({"id": str(made.id)})

    async def messages(self, request: web.Request) -> web.Response:
        """All messages, or a ``channel_id``'s, as REST gives them.

        With ``brief`` only ids and nonces.
        """
        world = self._server.world
        wanted = request.query.get("channel_id")
        found = [m for m in world.messages() if wanted is None or m.channel_id == int(wanted)]
        if "brief" in request.query:
            keys = [
                {"id": str(m.id), "channel_id": str(m.channel_id), "nonce": m.nonce} for m in found
            ]
            return web.json_response({"messages": keys})
        return web.json_response(
            {"messages": [payloads.message(world, self._server.base, m) for m in found]}
        )

    async def presses(self, request: web.Request) -> web.Response:
        """The fields of `load.Plan`.

        Answers when done, or at once with the run's number if ``wait`` is false.
        """
        body = await request.json()
        wait = body.pop("wait", True)
        run = Run(self._server, Plan(**body | {"messages": [int(i) for i in body["messages"]]}))
        self._runs.append(run)
        task = asyncio.create_task(run.carry_out())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if wait:
            await task
        return web.json_response({"run": len(self._runs) - 1, **run.result()})

    async def run(self, request: web.Request) -> web.Response:
        """How a run stands."""
        return web.json_response(self._runs[int(request.match_info["number"])].result())

    async def slash(self, request: web.Request) -> web.Response:
        """``command`` with ``options`` in ``guild_id``, ``channel_id``; ``count`` times."""
        body = await request.json()
        world = self._server.world
        guild = world.guilds[int(body["guild_id"])]
        channel = world.channels[int(body["channel_id"])]
        latencies: list[int] = []
        text = ""
        for n in range(int(body.get("count", 1))):
            user = member(
                self._server, guild.id, int(body.get("user", 0)) + n * int(body.get("step", 0))
            )
            answer = self._server.slash(user, guild, channel, body["command"], body.get("options"))
            try:
                await answer
                if answer.is_thinking:
                    await _either(answer)
            except NoAnswer as error:
                return web.json_response(
                    {"error": str(error), "latencies_ns": latencies}, status=504
                )
            now = time.perf_counter_ns()
            latencies.append(
                answer.latency_ns if answer.type == 4 else now - answer.interaction.fired_ns
            )
            text = answer.text
        return web.json_response({"latencies_ns": latencies, "text": text})

    async def counters(self, _: web.Request) -> web.Response:
        """What has happened since the start, and this process's own CPU seconds."""
        server = self._server
        usage = resource.getrusage(resource.RUSAGE_SELF)
        body: Json = {
            "requests": {
                f"{route} {status}": n for (route, status), n in server.rest.counts.items()
            },
            "gateway": dict(server.gateway.counts),
            "too_many": server.buckets.too_many,
            "invalid": server.buckets.invalid,
            "violations": [v.__repr__() for v in server.violations[:50]],
            "messages": sum(len(c.messages) for c in server.world.channels.values()),
            "guilds": len(server.world.guilds),
            "sessions": len(server.gateway.sessions),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
        }
        return web.json_response(body)

    async def add_fault(self, request: web.Request) -> web.Response:
        """The arguments of `Faults.add`."""
        body = await request.json()
        self._server.faults.add(body.pop("pattern"), **body)
        return web.json_response({})

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Remove all faults."""
        self._server.faults.clear()
        return web.json_response({})

    async def gateway(self, request: web.Request) -> web.Response:
        """``action``: a fault of the gateway by its method's name.

        The other fields are its arguments.
        """
        body = await request.json()
        action = body.pop("action")
        if action not in _GATEWAY_ACTIONS:
            return web.json_response({"error": f"one of {_GATEWAY_ACTIONS}"}, status=400)
        getattr(self._server.gateway, action)(**body)
        return web.json_response({})

    async def limits(self, request: web.Request) -> web.Response:
        """``enabled``: whether rate limits are kept."""
        self._server.buckets.enabled = bool((await request.json())["enabled"])
        return web.json_response({})


async def _either(answer: Any) -> None:
    """Wait until a "thinking" answer has become one, by a follow-up or an edit."""
    tasks = {asyncio.ensure_future(answer.followup()), asyncio.ensure_future(answer.edit())}
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await next(iter(done))


def addresses(server: WireServer) -> Json:
    """Return where the bot is to go, and with which token."""
    return {
        "api_base": server.api_base,
        "gateway_url": server.gateway_url,
        "token": server.token,
        "application_id": str(server.application_id),
    }
