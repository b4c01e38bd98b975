"""Sends events to sessions, and fails on demand: what drivers and tests call of the gateway."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import gateway_events as events
from . import payloads
from .guild_payloads import guild_create
from .ids import dumps
from .sessions import Rendered

if TYPE_CHECKING:
    from .server import WireServer
    from .sessions import Session
    from .state import Guild, Interaction, Json, Message
    from .transport import Outgoing

RECONNECT, INVALID = 7, 9

_WITHOUT_MEMBERSHIP = ("GUILD_DELETE", "INTERACTION_CREATE")
"""Guild events that reach a bot which is not in the guild: it was kicked, or a user brought it."""


class Dispatcher:
    """All sessions and connections.

    The plain fields are settings a test may change; times are seconds.
    """

    def __init__(self, server: WireServer, *, heartbeat_interval: float = 41.25) -> None:
        self._server = server
        self.heartbeat_interval = heartbeat_interval
        self.identify_interval = 0.0
        self.resume_window = 180.0
        self.privileged_allowed = 0
        self.identifies_a_day = 1000
        self.identifies_left = 1000
        self.is_acking = True
        self.refuses_with: int | None = None
        self.guilds_a_shard = 2500
        # For load alone: a test that changes a message's fields by hand would see the old text.
        self.keeps_rendered = False
        self._texts: dict[int, tuple[object, str]] = {}
        self.sessions: dict[str, Session] = {}
        self.counts: Counter[str] = Counter()
        self.identified_intents: list[int] = []
        self._connections: set[Outgoing] = set()
        self._news = asyncio.Event()
        self._last_identify = float("-inf")

    async def saw(self, what: str, count: int = 1, *, deadline: float = 10.0) -> None:
        """Wait until ``identify``, ``resume``, ``heartbeat``, ``connect``, ``disconnect``, ...
        happened ``count`` times.
        """
        async with asyncio.timeout(deadline):
            while self.counts[what] < count:
                self._news.clear()
                await self._news.wait()

    def dispatch(
        self, event: str, data: Any, *, guild_id: int | None = None, intent: int = 0
    ) -> None:
        """Send an event to every session whose shard and intents it is for.

        Kept for a resume where one is away.
        """
        if guild_id is not None and event not in _WITHOUT_MEMBERSHIP:
            guild = self._server.world.guilds.get(guild_id)
            if guild is None or self._server.bot.id not in guild.members:
                return
        for session in list(self.sessions.values()):
            if session.is_stale(self.resume_window):
                del self.sessions[session.id]
            elif session.sees(guild_id, intent):
                session.push(event, data)

    def dispatch_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE; the person's clock starts when it is ready to go out."""
        server = self._server
        body = payloads.interaction_create(
            server.world, interaction, application_id=server.application_id, bot_id=server.bot.id
        )
        text = dumps(body)
        if interaction.source is not None:
            text = f'{text[:-1]},"message":{self._message_text(interaction.source)}}}'
        interaction.fired_at, interaction.fired_ns = time.monotonic(), time.perf_counter_ns()
        self.dispatch("INTERACTION_CREATE", Rendered(text), guild_id=interaction.guild_id)

    def _message_text(self, message: Message) -> str:
        """Return a pressed message's JSON, rendered once for all presses where that was asked."""
        version = (message.edits, message.thread_id)
        kept = self._texts.get(message.id)
        if kept is not None and kept[0] == version:
            return kept[1]
        text = dumps(payloads.message(self._server.world, self._server.base, message))
        if self.keeps_rendered and not message.is_ephemeral:
            self._texts[message.id] = (version, text)
        return text

    def wants(self, intent: int) -> bool:
        """Whether any session asked for events of this intent."""
        return any(session.intents & intent for session in self.sessions.values())

    def announce_guild(self, guild: Guild, *, joined: bool) -> None:
        """Send GUILD_CREATE: for a guild that was joined, or one that is available again."""
        extra = {} if joined else {"unavailable": False}
        for session in self.sessions.values():
            if session.sees(guild.id, events.GUILDS):
                session.push("GUILD_CREATE", self._guild_create(guild, session) | extra)

    def drop_connection(
        self, *, shard: int | None = None, code: int | None = None, hard: bool = False
    ) -> int:
        """End connections: with a close ``code``, or without a word (``hard``: by RST).

        Returns how many.
        """
        hit = self._live(shard)
        for session in hit:
            assert session.outgoing is not None
            if code is None:
                session.outgoing.drop(hard=hard)
            else:
                session.outgoing.close(code)
            self._lose(session)
        return len(hit)

    def request_reconnect(self, *, shard: int | None = None) -> None:
        """Send op 7: the client is to reconnect and resume."""
        self._send_all({"op": RECONNECT, "d": None}, shard)

    def invalidate_session(self, resumable: bool, *, shard: int | None = None) -> None:
        """Send op 9: with false the session is forgotten and the client has to IDENTIFY anew."""
        self._send_all({"op": INVALID, "d": resumable}, shard)
        if not resumable:
            for session in self._live(shard):
                self.sessions.pop(session.id, None)

    def stop_acking(self) -> None:
        """Answer no heartbeat from now on; `start_acking` ends it.

        Events still go out: see `go_silent`.
        """
        self.is_acking = False

    def start_acking(self) -> None:
        """Answer heartbeats again."""
        self.is_acking = True

    def go_silent(self, *, shard: int | None = None) -> None:
        """Let live connections starve, as behind a dead router; events wait for a resume."""
        for session in self._live(shard):
            session.is_held = True

    def send_raw(self, text: str, *, shard: int | None = None) -> None:
        """Send a text as it is, readable or not, outside the sequence."""
        for session in self._live(shard):
            assert session.outgoing is not None
            session.outgoing.send(text)

    def replay(self, last: int = 1, *, shard: int | None = None) -> None:
        """Send the last events again with their old numbers, as happens around a resume."""
        for session in self._live(shard):
            assert session.outgoing is not None
            for _, text in list(session.sent)[-last:]:
                session.outgoing.send(text)

    def forget_sessions(self) -> None:
        """Make every RESUME from now on fail with op 9 false, as after an outage."""
        self.sessions.clear()

    async def close(self) -> None:
        """End every connection."""
        for outgoing in list(self._connections):
            outgoing.drop(hard=False)
        for outgoing in list(self._connections):
            await outgoing.finish()

    def _guild_create(self, guild: Guild, session: Session) -> Json:
        with_members = bool(session.intents & events.MEMBERS)
        return guild_create(guild, bot_id=self._server.bot.id, with_members=with_members)

    def _live(self, shard: int | None) -> list[Session]:
        return [
            s for s in self.sessions.values() if s.outgoing is not None and shard in (None, s.shard)
        ]

    def _send_all(self, message: Json, shard: int | None) -> None:
        self.send_raw(json.dumps(message), shard=shard)

    def _lose(self, session: Session) -> None:
        session.outgoing, session.lost_at = None, time.monotonic()

    def _happened(self, what: str) -> None:
        self.counts[what] += 1
        self._news.set()
