"""`/healthz`, `/livez` and `/metrics` over HTTP. No token, no id, no name; changes nothing."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.health.facts import Health
    from bot.health.metrics import Metrics

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(health: Health, metrics: Metrics, host: str, port: int) -> AsyncIterator[int]:
    """Serve on ``host`` and ``port`` (0: any free one) meanwhile; the port that it became.

    Raises:
        ConfigError: The port can't be had.
    """
    # Nobody needs a line in the log for each of a monitor's questions.
    runner = web.AppRunner(_application(health, metrics), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            problem = f"HEALTH_PORT {port} on {host} can't be had: {error.strerror or error}."
            raise ConfigError((f"{problem} Choose another, or leave it out.",)) from error
        bound = int(runner.addresses[0][1])
        log.info("health: http://%s:%s/healthz and /metrics", host, bound)
        yield bound
    finally:
        await runner.cleanup()


def _application(health: Health, metrics: Metrics) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        """200 where members are served, 503 where not; the facts either way."""
        facts = await health.look()
        return web.json_response(facts.as_json(), status=503 if facts.problems else 200)

    async def livez(_: web.Request) -> web.Response:
        """200 as long as the process answers at all: a restart heals nothing that is not ours."""
        return web.json_response({"status": "ok"})

    async def exposition(_: web.Request) -> web.Response:
        body = metrics.exposition(await health.look())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes(
        [
            web.get("/healthz", healthz),
            web.get("/livez", livez),
            web.get("/metrics", exposition),
        ]
    )
    return application
