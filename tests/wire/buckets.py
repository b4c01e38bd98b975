"""Rate limits as Discord keeps them: a bucket a route and major parameter, 50 a second, the ban."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .state import Json

VIA = "1.1 google"
"""discord.py takes a 429 without a Via header for a ban and raises at once."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``count`` requests every ``per`` seconds."""

    count: int
    per: float


DEFAULTS: dict[str, Limit] = {
    "POST /channels/{channel_id}/messages": Limit(5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Limit(5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": Limit(5, 1.0),
    "GET /channels/{channel_id}/messages": Limit(50, 1.0),
    "POST /channels/{channel_id}/messages/{message_id}/threads": Limit(50, 300.0),
    "POST /channels/{channel_id}/threads": Limit(50, 300.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": Limit(5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": Limit(5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Limit(5, 2.0),
    "PUT /applications/{application_id}/commands": Limit(5, 20.0),
    "PUT /applications/{application_id}/guilds/{guild_id}/commands": Limit(5, 20.0),
    "POST /users/@me/channels": Limit(10, 10.0),
    "PATCH /channels/{channel_id}": Limit(2, 600.0),
}
"""As seen on Discord by many; it publishes none and may change each. Other routes get `OTHER`."""

OTHER = Limit(50, 1.0)
OLD_EDIT = Limit(3, 6.0)
"""Edits of messages older than an hour, a channel."""
OLD_AFTER_SECONDS = 3600.0


@dataclass(slots=True)
class Window:
    """One running window of a bucket."""

    ends: float = 0.0
    used: int = 0

    def take(self, limit: Limit, now: float) -> float:
        """Use one; return 0.0, or the seconds to wait when none is left."""
        if now >= self.ends:
            self.ends, self.used = now + limit.per, 0
        if self.used >= limit.count:
            return self.ends - now
        self.used += 1
        return 0.0


@dataclass(slots=True)
class TooMany(Exception):
    """A 429: how long to wait, and whose limit it was (``user``, ``global`` or ``shared``)."""

    retry_after: float
    scope: str = "user"
    code: int = 0
    message: str = "You are being rate limited."
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self) -> tuple[Json, dict[str, str]]:
        """Return the body and headers Discord sends."""
        body: dict[str, Any] = {"message": self.message, "retry_after": round(self.retry_after, 3)}
        body |= {"global": self.scope == "global", "code": self.code}
        headers = self.headers | {"Via": VIA, "Retry-After": str(max(1, round(self.retry_after)))}
        headers["X-RateLimit-Scope"] = self.scope
        if self.scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return body, headers


class Buckets:
    """All limits of one bot.

    ``enabled`` off lets everything pass; the limits are plain fields to change in a test.
    """

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self.limits = dict(DEFAULTS)
        self.other = OTHER
        self.overall = Limit(50, 1.0)
        self.old_edit = OLD_EDIT
        self.most_invalid = 10_000
        self.invalid_per = 600.0
        self.too_many = 0
        self._windows: dict[str, Window] = {}
        self._overall = Window()
        self._invalid = Window()
        self._hashes: dict[str, str] = {}

    @property
    def invalid(self) -> int:
        """How many 401, 403 and 429 the running ten minutes have seen."""
        return self._invalid.used if time.monotonic() < self._invalid.ends else 0

    @property
    def is_banned(self) -> bool:
        """Whether the address is shut out, as after 10,000 invalid requests in 10 minutes."""
        return self.invalid >= self.most_invalid

    def count_invalid(self, status: int) -> None:
        """Count an answer toward the ban if it is of the kind that counts."""
        if status in (401, 403, 429):
            self._invalid.take(Limit(1 << 60, self.invalid_per), time.monotonic())

    def take(self, route: str, major: str, *, is_authorized: bool) -> dict[str, str]:
        """Use one request of the route; return the X-RateLimit headers, or raise TooMany."""
        if not self.enabled:
            return {}
        now = time.monotonic()
        # Interaction answers and follow-ups carry no bot token and don't count toward the 50 a
        # second.
        if is_authorized and (wait := self._overall.take(self.overall, now)):
            self.too_many += 1
            raise TooMany(wait, "global")
        limit = self.limits.get(route, self.other)
        if len(self._windows) > 50_000:
            self._windows = {k: w for k, w in self._windows.items() if now < w.ends}
        window = self._windows.setdefault(f"{route} {major}", Window())
        wait = window.take(limit, now)
        headers = self._headers(route, limit, window, now)
        if wait:
            self.too_many += 1
            raise TooMany(wait, headers=headers)
        return headers

    def take_old_edit(self, channel_id: int, age_seconds: float) -> None:
        """Use one edit of a message older than an hour.

        Raises the 429 with code 30046 past three in six seconds.
        """
        if not self.enabled or age_seconds < OLD_AFTER_SECONDS:
            return
        window = self._windows.setdefault(f"old-edit {channel_id}", Window())
        if wait := window.take(self.old_edit, time.monotonic()):
            self.too_many += 1
            sentence = (
                "Maximum number of edits to messages older than 1 hour reached. Try again later."
            )
            raise TooMany(wait, "user", 30046, sentence)

    def _headers(self, route: str, limit: Limit, window: Window, now: float) -> dict[str, str]:
        name = self._hashes.get(route)
        if name is None:
            name = self._hashes[route] = hashlib.sha256(route.encode()).hexdigest()[:32]
        left = window.ends - now
        return {
            "X-RateLimit-Limit": str(limit.count),
            "X-RateLimit-Remaining": str(max(0, limit.count - window.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": name,
        }
