"""How the bot is, as values: what its parts say of themselves when they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class GatewayState:
    """The connection to Discord.

    ``guilds`` counts the servers it serves, ``latency_s`` is the heartbeat's round trip, None
    before the first one. ``ticked_at`` is when the ticker last asked what is due.
    """

    is_connected: bool = False
    guilds: int = 0
    latency_s: float | None = None
    ticked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Posts, scorings and reveals whose time has come (``due``), and those long past it."""

    due: int
    late: int
