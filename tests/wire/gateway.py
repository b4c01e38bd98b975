"""The gateway's protocol: HELLO, IDENTIFY, RESUME with replay, heartbeats, shards, close codes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from . import gateway_events as events
from . import payloads
from .dispatching import INVALID, Dispatcher
from .sessions import Session
from .transport import Outgoing, codec_for

if TYPE_CHECKING:
    from .state import Json

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, MEMBERS, HELLO, ACK = 1, 2, 3, 4, 6, 8, 10, 11


class Gateway(Dispatcher):
    """The protocol on top of `Dispatcher`: one `accept` a connection."""

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
        elif len(server.world.guilds) > self.guilds_a_shard * shards:
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
