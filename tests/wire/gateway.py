"""The gateway: HELLO, IDENTIFY, RESUME with replay, heartbeats, shards; and every way in which it can fail."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from . import gateway_events as events
from . import payloads
from .sessions import Session
from .transport import Outgoing, codec_for

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Guild, Interaction, Json

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
GUILDS_A_SHARD = 2500


class Gateway:
    """All sessions and connections. The plain fields are settings a test may change; times are seconds."""

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
        self.sessions: dict[str, Session] = {}
        self.counts: Counter[str] = Counter()
        self.identified_intents: list[int] = []
        self._connections: set[Outgoing] = set()
        self._news = asyncio.Event()
        self._last_identify = float("-inf")

    # What tests and drivers call

    async def saw(self, what: str, count: int = 1, *, deadline: float = 5.0) -> None:
        """Wait until ``identify``, ``resume``, ``heartbeat``, ``connect``, ``disconnect``, ... happened ``count`` times."""
        async with asyncio.timeout(deadline):
            while self.counts[what] < count:
                self._news.clear()
                await self._news.wait()

    def dispatch(
        self, event: str, data: Any, *, guild_id: int | None = None, intent: int = 0
    ) -> None:
        """Send an event to every session whose shard and intents it is for; kept for a resume where one is away."""
        for session in list(self.sessions.values()):
            if session.is_stale(self.resume_window):
                del self.sessions[session.id]
            elif session.sees(guild_id, intent):
                session.push(event, data)

    def dispatch_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE; the person's clock starts when it is ready to go out."""
        server = self._server
        body = payloads.interaction_create(
            server.world,
            server.base,
            interaction,
            application_id=server.application_id,
            bot_id=server.bot.id,
        )
        interaction.fired_at, interaction.fired_ns = time.monotonic(), time.perf_counter_ns()
        self.dispatch("INTERACTION_CREATE", body, guild_id=interaction.guild_id)

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
        """End connections: with a close ``code``, or without a word (``hard``: by RST). Returns how many."""
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
        """Answer no heartbeat from now on; `start_acking` ends it. Events still go out: see `go_silent`."""
        self.is_acking = False

    def start_acking(self) -> None:
        """Answer heartbeats again."""
        self.is_acking = True

    def go_silent(self, *, shard: int | None = None) -> None:
        """Let live connections starve, as behind a dead router: nothing goes out on them, events wait for a resume."""
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

    # The protocol

    async def accept(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one WebSocket connection to its end."""
        if self.refuses_with is not None:
            return web.Response(status=self.refuses_with)
        codec = codec_for(request.query.get("compress"))
        socket = web.WebSocketResponse(compress=False, timeout=1.0)
        await socket.prepare(request)
        if codec is None or request.query.get("encoding", "json") != "json":
            await socket.close(code=4002)
            return socket
        outgoing = Outgoing(socket, codec, request)
        self._connections.add(outgoing)
        self._happened("connect")
        outgoing.send(
            json.dumps(
                {"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}}
            )
        )
        session: Session | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    outgoing.close(4002)
                    break
                session = self._received(frame.data, outgoing, session)
        finally:
            await outgoing.finish()
            self._connections.discard(outgoing)
            if session is not None and session.outgoing is outgoing:
                self._lose(session)
                if socket.close_code in (1000, 1001):  # the client is done with the session
                    self.sessions.pop(session.id, None)
            self._happened("disconnect")
        return socket

    def _received(self, text: str, outgoing: Outgoing, session: Session | None) -> Session | None:
        try:
            message = json.loads(text)
            op, data = message["op"], message.get("d")
        except (ValueError, KeyError, TypeError):
            outgoing.close(4002)
            return session
        if op == HEARTBEAT:
            self._happened("heartbeat")
            if self.is_acking and not (session is not None and session.is_held):
                outgoing.send(json.dumps({"op": ACK}))
        elif op in (IDENTIFY, RESUME) and session is not None:
            outgoing.close(4005)
        elif op == IDENTIFY:
            return self._identify(data, outgoing)
        elif op == RESUME:
            return self._resume(data, outgoing)
        elif session is None:
            outgoing.close(4003)
        elif op == MEMBERS:
            self._members(data, session)
        elif op in (PRESENCE, VOICE):
            self._happened("presence")
        else:
            outgoing.close(4001)
        return session

    def _identify(self, data: Json, outgoing: Outgoing) -> Session | None:
        server, now = self._server, time.monotonic()
        shard, shards = data.get("shard") or (0, 1)
        intents = data.get("intents", -1)
        refused = None
        if data.get("token") != server.token or self.identifies_left <= 0:
            refused = 4004
        elif not 0 <= shard < shards:
            refused = 4010
        elif len(server.world.guilds) > GUILDS_A_SHARD * shards:
            refused = 4011
        elif not isinstance(intents, int) or not 0 <= intents <= events.KNOWN:
            refused = 4013
        elif intents & events.PRIVILEGED & ~self.privileged_allowed:
            refused = 4014
        if refused is not None:
            outgoing.close(refused)
            self._happened(f"refused {refused}")
            return None
        if now - self._last_identify < self.identify_interval:
            outgoing.send(json.dumps({"op": INVALID, "d": False}))
            self._happened("identify too soon")
            return None
        self._last_identify = now
        self.identifies_left -= 1
        session = Session(shard, shards, intents, server.bot.id, outgoing=outgoing)
        self.sessions[session.id] = session
        self.identified_intents.append(intents)
        self._ready(session)
        self._happened("identify")
        return session

    def _ready(self, session: Session) -> None:
        server = self._server
        mine = [
            g
            for g in server.world.guilds.values()
            if session.sees(g.id, events.GUILDS) and server.bot.id in g.members
        ]
        body = {
            "v": 10,
            "user": payloads.me(server.bot),
            "guilds": [{"id": str(g.id), "unavailable": True} for g in mine],
            "session_id": session.id,
            "resume_gateway_url": server.gateway_url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(server.application_id), "flags": 0},
        }
        session.push("READY", body)
        for guild in mine:
            if guild.available:
                session.push(
                    "GUILD_CREATE",
                    lambda g=guild: self._guild_create(g, session) | {"unavailable": False},
                )

    def _guild_create(self, guild: Guild, session: Session) -> Json:
        with_members = bool(session.intents & events.MEMBERS)
        return payloads.guild_create(guild, bot_id=self._server.bot.id, with_members=with_members)

    def _resume(self, data: Json, outgoing: Outgoing) -> Session | None:
        session = self.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq") or 0
        if data.get("token") != self._server.token:
            outgoing.close(4004)
            return None
        if session is None or session.is_stale(self.resume_window):
            outgoing.send(json.dumps({"op": INVALID, "d": False}))
            self._happened("resume refused")
            return None
        if sequence > session.sequence:
            outgoing.close(4007)
            return None
        session.outgoing, session.lost_at, session.is_held = outgoing, None, False
        for text in session.since(sequence):
            outgoing.send(text)
        session.push("RESUMED", {"_trace": []})
        self._happened("resume")
        return session

    def _members(self, data: Json, session: Session) -> None:
        guild = self._server.world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        wanted = {int(i) for i in data.get("user_ids") or []}
        found = [
            payloads.member(m, guild.id)
            for m in guild.members.values()
            if not wanted or m.user.id in wanted
        ]
        body = {
            "guild_id": str(guild.id),
            "members": found,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if data.get("nonce"):
            body["nonce"] = data["nonce"]
        session.push("GUILD_MEMBERS_CHUNK", body)

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
