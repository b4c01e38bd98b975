"""Direct messages: a card to one user, outside every server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord_app.layout import build

if TYPE_CHECKING:
    from bot.rendering.cards import Card

log = logging.getLogger(__name__)


async def send_direct(client: discord.Client, user_id: int, card: Card) -> bool:
    """Send the card to the user's inbox; False where it is closed to us, or Discord did not."""
    try:
        channel = await client.create_dm(discord.Object(user_id))
        await channel.send(**build(card))
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        # 50007 is a closed inbox; whatever it is, the message can be told another way.
        log.info("no direct message was sent: %s", error)
        return False
    return True
