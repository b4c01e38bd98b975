"""Asks Discord what an owner has to know before the bot runs: over REST alone, changing nothing."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.core.accounts import Account, ChannelAccess, Inspection
from bot.discord_app.permissions import NEEDED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import SimpleNamespace

    from bot.core.ports import Clock

PATIENCE = 30.0
"""Seconds for all of it; discord.py alone tries a server that is away for minutes."""
_PRIVILEGED = {
    "presences": ("gateway_presence", "gateway_presence_limited"),
    "server members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "message content": ("gateway_message_content", "gateway_message_content_limited"),
}


async def inspect_account(
    token: str, channels: Sequence[tuple[int, int]], clock: Clock
) -> Inspection:
    """Log in with ``token`` and look at these channels, each a guild's id and its own.

    Raises nothing for what Discord answers, or for its silence; the token is in no sentence.
    """
    watch = _ClockWatch(clock)
    client = discord.Client(intents=discord.Intents.none(), http_trace=watch.trace)
    try:
        async with asyncio.timeout(PATIENCE):
            await client.login(token)
            account = await _account(client, channels)
    except discord.LoginFailure:
        why = "Discord refused the token"
        return Inspection(None, why, watch.ahead_s)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        # TimeoutError is an OSError. Of a request's error only the kind: it may hold an address.
        what = f"it answered {error.status}" if isinstance(error, discord.HTTPException) else ""
        why = f"Discord can't be reached: {what or type(error).__name__}"
        return Inspection(None, why, watch.ahead_s)
    finally:
        await client.close()
    return Inspection(account, None, watch.ahead_s)


async def _account(client: discord.Client, channels: Sequence[tuple[int, int]]) -> Account:
    application = await client.application_info()
    _, _, limit = await client.http.get_bot_gateway()
    intents = tuple(
        name
        for name, flags in _PRIVILEGED.items()
        if any(getattr(application.flags, flag) for flag in flags)
    )
    looked = [await _access(client, guild_id, channel_id) for guild_id, channel_id in channels]
    return Account(str(client.user), intents, limit["remaining"], limit["total"], tuple(looked))


async def _access(client: discord.Client, guild_id: int, channel_id: int) -> ChannelAccess:
    try:
        guild = await client.fetch_guild(guild_id, with_counts=False)
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except (discord.NotFound, discord.Forbidden):
        return ChannelAccess(guild_id, channel_id, ("the bot is not in that server",))
    try:
        channel = await guild.fetch_channel(channel_id)
    except discord.NotFound:
        return ChannelAccess(guild_id, channel_id, ("the channel is gone",))
    except discord.Forbidden:
        return ChannelAccess(guild_id, channel_id, (NEEDED["view_channel"],))
    if isinstance(channel, discord.Thread):
        return ChannelAccess(guild_id, channel_id, ())
    granted = channel.permissions_for(me)
    missing = tuple(name for flag, name in NEEDED.items() if not getattr(granted, flag))
    return ChannelAccess(guild_id, channel_id, missing)


class _ClockWatch:
    """Reads the Date header of each answer, which Discord sets to the second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead_s: float | None = None
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._ended)

    async def _ended(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace | Any,  # noqa: ANN401  (as aiohttp has it)
        ended: aiohttp.TraceRequestEndParams,
    ) -> None:
        try:
            told = parsedate_to_datetime(ended.response.headers.get("Date", ""))
        except ValueError:
            return
        if told.tzinfo is not None:
            # Half a second: the header says which second it was, not when in it.
            self.ahead_s = (self._clock.now() - told).total_seconds() - 0.5
