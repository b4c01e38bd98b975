"""Keeps of each guild what the bot uses: its id and its name. Decides nothing else.

discord.py caches every role, channel, thread and emoji of every guild: about 50 KB for a medium
one, measured. The bot posts by ids that it has stored, and what a member may do arrives with each
press; what the bot itself may do in a channel is asked for when a moderator asks
(`bot.discord_app.permissions`). So GUILD_CREATE is emptied before discord.py's own parser sees it,
and events about what is not kept are passed over.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

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


def install(client: discord.Client) -> None:
    """Let the client keep little of its guilds, and hear only of them and of interactions."""
    parsers = client._connection.parsers  # noqa: SLF001  (they have no public name)
    for event in [event for event in parsers if event not in _HEARD]:
        del parsers[event]
    for event in _WHOLE:
        parsers[event] = _emptied(event, parsers[event])


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
