"""How the bot is, as values: what its parts say of themselves when they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


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
    """Posts, scorings and reveals whose time has come (``due``), by what keeps them.

    ``failing`` are those that Discord or the sandbox refused at least once: a closed channel, a
    server that was left. ``late`` are the others that are long past their time: the bot is behind.
    """

    due: int
    late: int
    failing: int


@dataclass(frozen=True, slots=True)
class RoundWaits:
    """A round's post or reveal failed ``attempts`` times, at last for ``reason``."""

    puzzle_date: date
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class PuzzlesAside:
    """Puzzles whose run equals none of their options; sorted ids."""

    puzzle_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NothingRuns:
    """No puzzle is left that can run on this host."""


Trouble = RoundWaits | PuzzlesAside | NothingRuns
"""What keeps a guild's speedruns from coming."""
