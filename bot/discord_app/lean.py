"""Keeps of each guild what the bot uses: its id and its name; forgets rate limits in one go.

discord.py caches every role, channel, thread and emoji of every guild: about 50 KB for a medium
one, measured. The bot posts by ids that it has stored, and what a member may do arrives with each
press; what the bot itself may do in a channel is asked for when a moderator asks
(`bot.discord_app.permissions`). So GUILD_CREATE is emptied before discord.py's own parser sees it,
and events about what is not kept are passed over.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord
    from discord.http import HTTPClient

    Parser = Callable[[Any], None]

log = logging.getLogger(__name__)

_LISTS = (
    "roles", "emojis", "stickers", "features", "channels", "threads", "members", "voice_states",
    "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds",
)  # fmt: skip
"""What a guild's payload lists and the bot never looks at."""
_WHOLE = ("GUILD_CREATE", "GUILD_UPDATE")
_HEARD = frozenset(
    ("READY", "RESUMED", "USER_UPDATE", "INTERACTION_CREATE", "GUILD_DELETE", "GUILD_CREATE",
     "GUILD_UPDATE")
)  # fmt: skip
"""The events that a bot with no intent but guilds needs, and that change what is kept."""

FORGET_EVERY_S = 30.0


def install(client: discord.Client) -> None:
    """Let the client keep little of its guilds, and hear only of them and of interactions."""
    parsers = client._connection.parsers  # noqa: SLF001  (they have no public name)
    for event in [event for event in parsers if event not in _HEARD]:
        del parsers[event]
    for event in _WHOLE:
        parsers[event] = _emptied(event, parsers[event])
    forget_rarely(client.http)


def forget_rarely(http: HTTPClient) -> None:
    """Let discord.py look for rate limits to forget once in a while, not at each new one.

    Beyond 256 channels it looks through all that it knows, at each request to a channel that it
    does not know yet: of a post among ten thousand that was a tenth. It forgets what has rested for
    five minutes; that it may rest a little longer costs less than a kilobyte each.
    """
    stock: Callable[[], None] | None = getattr(http, "_try_clear_expired_ratelimits", None)
    if stock is None:  # a release of discord.py that does it another way
        return
    looked_at = time.monotonic()

    def look_rarely() -> None:
        nonlocal looked_at
        if time.monotonic() - looked_at >= FORGET_EVERY_S:
            looked_at = time.monotonic()
            stock()

    http._try_clear_expired_ratelimits = look_rarely  # type: ignore[method-assign]  # noqa: SLF001


def _emptied(event: str, stock: Parser) -> Parser:
    def parse(data: dict[str, Any]) -> None:
        empty: dict[str, Any] = {name: [] for name in _LISTS if name in data}
        try:
            stock(data | empty)
        except Exception:
            # A release of discord.py that needs one of them: more memory, the same bot.
            log.warning("%s is kept whole", event, exc_info=True)
            stock(data)

    return parse
