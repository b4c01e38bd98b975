"""The one word of welcome to a server that added the bot, with a button that leads to the set-up.

Found on joining, and at each start for servers that were joined meanwhile; remembered in the
database, so that neither a restart nor a second process says it again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core.errors import StorageUnavailable
from bot.discord_app.layout import build
from bot.rendering.language import speaking
from bot.rendering.setup import welcome_card
from bot.services.drafting import claim_welcome, give_back_welcome, unwelcomed

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.ports import Clock
    from bot.discord_app.pace import Pace
    from bot.storage.database import Database

log = logging.getLogger(__name__)


class Greeter:
    """Says the word of welcome; nothing of it is raised."""

    def __init__(self, client: discord.Client, db: Database, clock: Clock, pace: Pace) -> None:
        self._client = client
        self._db = db
        self._clock = clock
        self._pace = pace

    async def greet(self, guild_ids: Collection[int]) -> None:
        """Welcome those of the guilds that were not, one after the other."""
        try:
            for guild_id in await unwelcomed(self._db, guild_ids):
                await self._greet(guild_id)
        except StorageUnavailable as error:
            log.warning("nobody was welcomed, the next start does: %s", error)

    async def left(self, guild_id: int) -> None:
        """The bot was removed: who invites it again is welcomed again."""
        try:
            await give_back_welcome(self._db, guild_id)
        except StorageUnavailable as error:
            log.warning("guild=%s stays welcomed: %s", guild_id, error)

    async def _greet(self, guild_id: int) -> None:
        if not await claim_welcome(self._db, guild_id, self._clock.now()):
            return
        try:
            is_told = await self._post(guild_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            log.warning("guild=%s was not welcomed: %s", guild_id, failure)
            is_told = False
        if not is_told:
            await give_back_welcome(self._db, guild_id)

    async def _post(self, guild_id: int) -> bool:
        """Post it where the bot may speak: the system channel, else the first from the top."""
        own_id = self._client.user.id if self._client.user else 0
        # A start after a long absence may have many to welcome, and posts go on beside it.
        async with self._pace.turn():
            guild = await self._client.fetch_guild(guild_id, with_counts=False)
        async with self._pace.turn():
            me = await guild.fetch_member(own_id)
        async with self._pace.turn():
            found = await guild.fetch_channels()
        system_id = guild._system_channel_id  # noqa: SLF001  (its property needs the cache)
        channels = sorted(
            (channel for channel in found if isinstance(channel, discord.TextChannel)),
            key=lambda channel: (channel.id != system_id, channel.position, channel.id),
        )
        for channel in channels:
            granted = channel.permissions_for(me)
            if granted.view_channel and granted.send_messages:
                with speaking(guild.preferred_locale.value):
                    message = build(welcome_card())
                async with self._pace.turn():
                    await channel.send(**message, silent=True)
                log.info("welcomed guild=%s", guild_id)
                return True
        return False
