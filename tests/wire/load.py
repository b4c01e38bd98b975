"""Presses at a rate, for benchmarks: many members, one button or a start and a guess, latencies
kept.

Not for tests of behaviour: it skips what `people` checks, and forgets old interactions.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import random
import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .state import Interaction, Member, User

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Json, Message

KEPT = 20_000
"""Answered interactions that stay answerable; older ones are forgotten."""


@dataclass(slots=True)
class Plan:
    """What to press and how fast.

    ``rate`` presses a second regardless of answers, or, with rate 0, ``in_flight`` members, a new
    one acting as soon as one is answered. ``steps`` 2 presses, then one of the answer's buttons: a
    start and a guess. Every press is another member's, from number ``first_user`` on. ``custom_id``
    is one for all messages, or a list, one each. An answer that changes a message changes it for
    that member alone. Times are seconds.
    """

    messages: list[int]
    custom_id: str | list[str]
    count: int
    rate: float = 0.0
    in_flight: int = 50
    steps: int = 1
    first_user: int = 0
    grace: float = 5.0
    seed: int = 1


@dataclass(slots=True)
class Run:
    """One plan being carried out. ``latencies`` in nanoseconds, a list a step."""

    server: WireServer
    plan: Plan
    started: float = field(default_factory=time.perf_counter)
    fired: int = 0
    answered: int = 0
    finished: float | None = None
    latencies: list[list[int]] = field(default_factory=list)
    kinds: Counter[int] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    _open: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _random: random.Random = field(default_factory=random.Random)
    _old: deque[Interaction] = field(default_factory=deque)

    async def carry_out(self) -> None:
        """Fire everything, then wait for the last answers, ``grace`` seconds at most."""
        plan = self.plan
        self._random.seed(plan.seed)
        self.latencies = [[] for _ in range(plan.steps)]
        ids = plan.custom_id
        ids = [ids] * len(plan.messages) if isinstance(ids, str) else ids
        found = [_message(self.server, i) for i in plan.messages]
        messages = list(zip(found, ids, strict=True))
        self.started = time.perf_counter()
        turns = zip(range(plan.count), itertools.cycle(messages), strict=False)
        if plan.rate:
            await self._at_rate(turns)
        else:
            await self._in_flight(turns)
        deadline = time.perf_counter() + plan.grace
        while self._open and time.perf_counter() < deadline:
            await self._woken(deadline - time.perf_counter())
        self.finished = time.perf_counter()

    async def _at_rate(self, turns: Any) -> None:
        for n, (message, custom_id) in turns:
            due = self.started + n / self.plan.rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._press(n, message, custom_id)
            if n % 8 == 0:  # behind schedule no sleep lets the answers in
                await asyncio.sleep(0)

    async def _in_flight(self, turns: Any) -> None:
        for n, (message, custom_id) in turns:
            while self._open >= self.plan.in_flight:
                await self._woken(self.plan.grace)
            self._press(n, message, custom_id)

    async def _woken(self, most_seconds: float) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(max(0.001, most_seconds)):
                await self._wake.wait()
        except TimeoutError:
            self._open = 0  # the rest is lost

    def _press(self, n: int, message: Message, custom_id: str) -> None:
        user = member(self.server, message.guild_id, self.plan.first_user + n)
        self._act(user, copy.copy(message), custom_id, 0)
        self.fired += 1
        self._open += 1

    def _act(self, user: User, message: Message, custom_id: str, step: int) -> None:
        server = self.server
        made = Interaction(
            server.world.ids.at(),
            secrets.token_urlsafe(48),
            3,
            user,
            message.channel_id,
            message.guild_id,
            {"custom_id": custom_id, "component_type": 2, "id": 0},
            message,
        )
        made.on_change = lambda: self._changed(made, step)
        server.world.interactions[made.token] = made
        server.gateway.dispatch_interaction(made)

    def _changed(self, made: Interaction, step: int) -> None:
        answer = made.original
        if made.callback_type in (5, 6) and not (made.followups or made.edits):
            return  # thinking is no answer yet
        made.on_change = None
        # For an answer that came after a "thinking", the person's wait ends now.
        ended = made.answered_ns if made.callback_type in (4, 7, 9) else time.perf_counter_ns()
        self.latencies[step].append((ended or 0) - made.fired_ns)
        self.kinds[made.callback_type or 0] += 1
        if len(self.texts) < 20 and answer is not None:
            self.texts[answer.text[:60]] += 1
        self._old.append(made)
        if len(self._old) > KEPT:
            self._forget(self._old.popleft())
        if step + 1 < self.plan.steps and answer is not None:
            offered = [b["custom_id"] for b in answer.buttons() if b.get("custom_id")]
            if offered:
                self._act(made.user, answer, self._random.choice(offered), step + 1)
                return
        self.answered += 1
        self._open = max(0, self._open - 1)
        self._wake.set()

    def _forget(self, old: Interaction) -> None:
        self.server.world.interactions.pop(old.token, None)
        for message in (old.original, *old.followups):
            if message is not None:
                self.server.world.hidden.pop(message.id, None)

    def result(self) -> Json:
        """Return the run's figures: counts, rates and latencies in milliseconds."""
        seconds = (self.finished or time.perf_counter()) - self.started
        return {
            "fired": self.fired,
            "answered": self.answered,
            "lost": self.fired - self.answered,
            "is_finished": self.finished is not None,
            "seconds": round(seconds, 4),
            "rate": round(self.answered / seconds, 1) if seconds else 0.0,
            "latency_ms": [quantiles(step) for step in self.latencies],
            "callback_types": dict(self.kinds),
            "some_texts": dict(self.texts),
        }


def quantiles(latencies_ns: list[int]) -> Json:
    """Return p50, p90, p99 and the largest, in milliseconds, of latencies in nanoseconds."""
    if not latencies_ns:
        return {}
    ordered = sorted(latencies_ns)
    picks = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {k: round(ordered[min(last, int(q * len(ordered)))] / 1e6, 3) for k, q in picks.items()}


def member(server: WireServer, guild_id: int | None, number: int) -> User:
    """Return the ``number``-th made-up member of a guild, created on first use."""
    user_id = (1 << 58) + number  # far from the ids of now, so that they meet nobody's
    user = server.world.users.get(user_id)
    if user is None:
        user = server.world.users[user_id] = User(user_id, f"Player {number}")
    if guild_id is not None and user_id not in server.world.guilds[guild_id].members:
        server.world.guilds[guild_id].members[user_id] = Member(user)
    return user


def _message(server: WireServer, message_id: int) -> Message:
    for channel in server.world.channels.values():
        if message_id in channel.messages:
            return channel.messages[message_id]
    raise LookupError(f"no message {message_id}")
