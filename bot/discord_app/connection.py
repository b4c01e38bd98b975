"""Keeps the bot connected until it is told to stop; says which failures are final.

discord.py reconnects by itself while it can. What it can't survive ends `connect()`: a 5xx at
login, /gateway/bot away, an event that its parser can't read. Each such end gets a new client
after a wait; nothing is lost by that, since everything that matters is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core.backoff import reconnect_delay
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord_app.client import SpeedrunClient

log = logging.getLogger(__name__)

DRAIN_SECONDS = 6.0
"""How long answers and posts under way may take after a stop; hosts kill after ten seconds."""
CLOSE_SECONDS = 2.0
"""How long a peer that no longer answers may hold up the closing of the connection."""
STEADY_SECONDS = 300.0
"""A connection that lasted so long ends the row of failures that lengthens the waits."""

_FINAL_CODES = {
    4004: (
        "Discord no longer accepts DISCORD_TOKEN. Reset it on your application's Bot page and set "
        "the new one."
    ),
    4010: "Discord refused the shard: SHARD_COUNT and SHARD_IDS do not fit each other.",
    4011: (
        "The bot is in too many servers for its connections, and Discord asks for more shards. Set "
        "SHARD_COUNT=auto, or a higher number (docs/scaling.md)."
    ),
    4012: "Discord no longer speaks this version of its gateway. A newer release will.",
    4013: "Discord does not know an intent that the bot asked for. A newer release will.",
    4014: (
        "Discord does not allow an intent that the bot asked for. Switch it on, on your "
        "application's Bot page."
    ),
}
_NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


async def keep_connected(
    make_client: Callable[[], SpeedrunClient], token: str, stop: asyncio.Event
) -> None:
    """Run one client after the other until ``stop`` is set and the last one has drained.

    Raises:
        ConfigError: Discord refuses the bot for good: a bad token, an intent it may not have.
    """
    loop = asyncio.get_running_loop()
    failures = 0
    while not stop.is_set():
        began = loop.time()
        failure = await _one_client(make_client(), token, stop)
        if failure is None:
            return
        if (final := _final_problem(failure)) is not None:
            raise ConfigError((final,)) from failure
        failures = 1 if loop.time() - began > STEADY_SECONDS else failures + 1
        delay = reconnect_delay(failures, random.random()).total_seconds()  # noqa: S311
        _tell(failure, delay)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), delay)


async def _one_client(client: SpeedrunClient, token: str, stop: asyncio.Event) -> Exception | None:
    """Run a client to its end; the failure that ended it, None for the stop."""
    connection = asyncio.create_task(client.start(token), name="connection")
    stopping = asyncio.create_task(stop.wait(), name="stopping")
    try:
        await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            log.info("stopping: finishing what is under way")
            await client.drain(DRAIN_SECONDS)
            return None
        return _failure_of(connection)
    finally:
        stopping.cancel()
        try:
            await asyncio.wait_for(client.close(), CLOSE_SECONDS)
        except TimeoutError:
            log.warning("Discord did not see the connection end; it is left behind")
        connection.cancel()
        await asyncio.gather(connection, stopping, return_exceptions=True)


def _failure_of(connection: asyncio.Task[None]) -> Exception:
    failure = connection.exception()
    if failure is None:
        return ConnectionError("the connection ended without a reason")
    if not isinstance(failure, Exception):
        raise failure
    # Where no connection was ever made, discord.py stumbles over its own handler: what it was
    # handling tells more.
    cause = failure.__context__
    is_stumble = isinstance(failure, AttributeError) and isinstance(cause, _NETWORK)
    return cause if is_stumble and isinstance(cause, Exception) else failure


def _final_problem(failure: Exception) -> str | None:
    if isinstance(failure, discord.LoginFailure):
        return (
            "DISCORD_TOKEN was refused by Discord. Reset it on your application's Bot page "
            "and set the new one."
        )
    if isinstance(failure, discord.PrivilegedIntentsRequired):
        return _FINAL_CODES[4014]
    if isinstance(failure, discord.ConnectionClosed):
        return _FINAL_CODES.get(failure.code)
    return None


def _tell(failure: Exception, delay: float) -> None:
    what = f"{type(failure).__name__}: {failure}".rstrip(": ")
    if isinstance(failure, _NETWORK):
        log.warning("not connected to Discord, next try in %.1f s: %s", delay, what)
    else:
        # Not the network's fault: an event that discord.py can't read, or a bug.
        log.error("the connection broke, next try in %.1f s: %s", delay, what, exc_info=failure)
