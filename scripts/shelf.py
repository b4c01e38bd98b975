"""A page on which any cards stand, one message each: for kinds that a short day does not bring.

simcord's page as the playground's, with a bot that posts what it is given and answers nothing.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
import simcord

from bot.discord_app.layout import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.rendering.cards import Card

    MakeCards = Callable[[Sequence[int], int], Sequence[Card]]


@contextmanager
def shelf(make: MakeCards) -> Iterator[str]:
    """The address of the page; ``make`` gets members' ids and the channel's."""
    address: Future[str] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    # The browser is driven from this thread, and may not share its event loop.
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(make, address, stop),))
    thread.start()
    try:
        yield address.result(timeout=60)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _serve(make: MakeCards, address: Future[str], stop: asyncio.Event) -> None:
    client = discord.Client(
        intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none()
    )
    env = simcord.Env(client, check_errors=False)
    env.backend.bot_user.name = "PEP Speedrun"
    guild = env.create_guild("Python Speedrunners")
    channel = guild.create_text_channel("daily-pep")
    names = ("Ada", "Grace", "Linus", "Mo", "Radia", "Ken", "Barbara", "Alan", "Margaret", "Tim")
    people = [guild.add_member(env.create_user(name.lower(), global_name=name)) for name in names]
    await env.start()
    try:
        env.backend.advance_clock((datetime.now(UTC) - env.now()).total_seconds())
        place = client.get_partial_messageable(channel.id)
        for card in make([person.id for person in people], channel.id):
            await place.send(**build(card))
        async with env.preview(channel, viewers=people[:1], layout="channel") as preview:
            preview.capture_time = env.now()
            address.set_result(preview.url)
            await stop.wait()
    except BaseException as error:
        if not address.done():
            address.set_exception(error)
        raise
    finally:
        await env.shutdown()
