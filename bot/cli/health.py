"""``python -m bot health``: asks a running bot how it is; for a container's health check."""

from __future__ import annotations

import http.client
import json
import sys
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups

PATIENCE = 8.0
"""Seconds for an answer; the page itself gives the database three."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (asked for, not bound)


def add_parser(groups: Groups) -> None:
    """Declare the command."""
    health = groups.add_parser(
        "health",
        help="ask the bot that runs here how it is (needs HEALTH_PORT)",
        description="Exit code: 0 it serves members, 1 it does not, or does not answer.",
    )
    health.set_defaults(handler=_health)


def _health(_: argparse.Namespace) -> int:
    settings = settings_of()
    if not settings.health_port:
        problem = "HEALTH_PORT is not set, or 0: set it to the port that the running bot has."
        raise ConfigError((problem,))
    host = _EVERYWHERE.get(settings.health_host, settings.health_host)
    connection = http.client.HTTPConnection(host, settings.health_port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"no answer from {host}:{settings.health_port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    print("; ".join(told.get("problems", ())) or told.get("status"))
    return 0 if answer.status == http.client.OK else 1
