"""A gateway session: its shard, its intents, its sequence, and what it would replay on RESUME."""

from __future__ import annotations

import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .gateway_events import MESSAGE_CONTENT
from .ids import dumps

if TYPE_CHECKING:
    from .transport import Outgoing, Text

REPLAYABLE = 20_000
"""How many events a session keeps for a resume."""


class Rendered(str):
    """Data that is JSON already: an event for several sessions is rendered once."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Session:
    """One IDENTIFY's session.

    It outlives its connection until the client closes it or it grows too old.
    """

    shard: int
    shards: int
    intents: int
    bot_id: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[tuple[int, Text]] = field(default_factory=lambda: deque(maxlen=REPLAYABLE))
    outgoing: Outgoing | None = None
    lost_at: float | None = None
    is_held: bool = False

    def sees(self, guild_id: int | None, intent: int) -> bool:
        """Whether events of this guild and intent come here; DMs and the like come to shard 0."""
        shard = 0 if guild_id is None else (guild_id >> 22) % self.shards
        return shard == self.shard and (not intent or bool(self.intents & intent))

    def push(self, event: str, data: Any) -> None:
        """Send an event, or keep it for the resume while the connection is gone.

        ``data`` may be a function.
        """
        self.sequence += 1
        number = self.sequence
        text: Text
        if callable(data):

            def text(event: str = event, number: int = number) -> str:
                return envelope(event, number, data())

        else:
            text = envelope(event, number, self._as_allowed(event, data))
        self.sent.append((number, text))
        if self.outgoing is not None and not self.is_held:
            self.outgoing.send(text)

    def since(self, sequence: int) -> list[Text]:
        """Return what was sent after ``sequence``."""
        return [text for number, text in self.sent if number > sequence]

    def is_stale(self, most_seconds: float) -> bool:
        """Whether the client has been away for too long to resume."""
        return self.lost_at is not None and time.monotonic() - self.lost_at > most_seconds

    def _as_allowed(self, event: str, data: Any) -> Any:
        """Empty others' guild messages for a bot without the message content intent."""
        if (
            not event.startswith("MESSAGE_")
            or "author" not in data
            or self.intents & MESSAGE_CONTENT
        ):
            return data
        is_named = any(user["id"] == str(self.bot_id) for user in data["mentions"])
        if data["author"]["id"] == str(self.bot_id) or is_named or "guild_id" not in data:
            return data
        return data | {"content": "", "embeds": [], "components": [], "attachments": []}


def envelope(event: str, number: int, data: Any) -> str:
    """Return a dispatch as the gateway writes it."""
    text = data if isinstance(data, Rendered) else dumps(data)
    return f'{{"op":0,"s":{number},"t":"{event}","d":{text}}}'
