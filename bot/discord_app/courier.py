"""The courier: direct messages to members who asked for them. Posts go first.

A nonce made from round and member goes with each, so that a second try is no second message.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core.errors import AnnounceFailed, InboxClosed
from bot.discord_app.layout import build
from bot.rendering.language import speaking
from bot.rendering.reminders import reminder_card

if TYPE_CHECKING:
    from bot.core.reminders import DueReminder
    from bot.discord_app.pace import Pace

_CLOSED = frozenset((50007, 50278))
"""Discord's codes: the member takes no message from us; shares no server with us."""
_UNKNOWN_USER = 10013


class DiscordCourier:
    """Implements `bot.core.ports.Courier` on a client."""

    def __init__(self, client: discord.Client, pace: Pace) -> None:
        self._client = client
        self._pace = pace

    async def remind(self, due: DueReminder) -> None:
        """Tell the member of their round."""
        guild = self._client.get_guild(due.round.guild_id)
        with speaking(due.language):
            card = reminder_card(due, "" if guild is None else guild.name)
        key = hashlib.sha256(f"{due.round.id}/{due.player_id}".encode()).hexdigest()
        try:
            async with self._pace.spare_turn():
                channel = await self._client.create_dm(discord.Object(due.player_id))
            async with self._pace.spare_turn():
                await channel.send(**build(card), nonce=f"remind-{key[:18]}")
        except discord.HTTPException as error:
            if error.code in _CLOSED or error.code == _UNKNOWN_USER:
                raise InboxClosed(due.player_id) from error
            raise AnnounceFailed(f"Discord did not take the reminder: {error}") from error
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise AnnounceFailed(f"could not reach Discord: {error}") from error
