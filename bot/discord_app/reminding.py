"""Reminders in this process: sent as the ticker asks, and a closed inbox told at the next answer.

Who is to be told is remembered in memory, so that an answer to anyone else costs no look into the
database; it is there too, for the next process.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.core.errors import StorageUnavailable
from bot.discord_app.errors import say
from bot.rendering.language import speaking
from bot.rendering.reminders import inbox_closed_text
from bot.services.reminding import claim_telling, players_to_tell, send_reminders

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.ports import Courier
    from bot.services.context import Context

log = logging.getLogger(__name__)


class Reminding:
    """Sends reminders, and knows whose inbox was closed."""

    def __init__(self, ctx: Context, courier: Courier) -> None:
        self._ctx = ctx
        self._courier = courier
        self._closed: set[int] = set()

    async def start(self) -> None:
        """Recall who is to be told."""
        self._closed |= await players_to_tell(self._ctx.db)

    async def send(self, now: datetime, is_stopping: Callable[[], bool]) -> None:
        """Send what is due."""
        self._closed |= await send_reminders(
            self._ctx.db,
            self._ctx.library,
            self._courier,
            now,
            is_stopping=is_stopping,
            shards=self._ctx.shards,
        )

    async def tell(self, interaction: discord.Interaction[Any]) -> None:
        """After an answer: tell the one who got it that their reminders are off, once."""
        if not self._closed or interaction.user.id not in self._closed:
            return
        self._closed.discard(interaction.user.id)
        try:
            if await claim_telling(self._ctx.db, interaction.user.id):
                with speaking(interaction.locale.value):
                    await say(interaction, inbox_closed_text())
        except (StorageUnavailable, discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("could not tell player=%s: %s", interaction.user.id, error)
