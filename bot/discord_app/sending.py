"""Sends and edits a channel's messages: for posts and reveals, which come by the thousand.

discord.py's own ``send`` takes a view, an object a component, and makes a message object of
Discord's answer; of what a post costs that was a quarter (docs/performance.md), and nothing here
needs either. Its HTTP client, with its rate limits, files and errors, is used all the same.
`tests/discord_app/test_sending.py` compares both ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord
from discord.http import handle_message_parameters
from discord.utils import MISSING

from bot.discord_app.layout import build, files_of
from bot.discord_app.payloads import components_of

if TYPE_CHECKING:
    from bot.rendering.cards import Card


class _Components:
    """Of a view, what discord.py asks for as it makes a payload."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        self._components = components

    def to_components(self) -> list[dict[str, Any]]:
        return self._components

    def has_components_v2(self) -> bool:
        return True


async def send(
    client: discord.Client,
    channel_id: int,
    card: Card,
    *,
    nonce: str,
    silent: bool,
    mentions: discord.AllowedMentions,
) -> int:
    """Send the card; the message's id. A repeated nonce is answered with the first message's.

    Raises:
        HTTPException: Discord refused.
    """
    flags = discord.MessageFlags(suppress_notifications=True) if silent else MISSING
    with handle_message_parameters(
        content=None,
        files=files_of(card) or MISSING,
        nonce=nonce,
        flags=flags,
        view=_view(card),
        allowed_mentions=mentions,
        previous_allowed_mentions=client.allowed_mentions,
    ) as params:
        sent = await client.http.send_message(channel_id, params=params)
    return int(sent["id"])


async def edit(client: discord.Client, channel_id: int, message_id: int, card: Card) -> None:
    """Put the card in the message's place: its pictures, or none, too.

    Raises:
        HTTPException: Discord refused; NotFound where the message is gone.
    """
    with handle_message_parameters(attachments=files_of(card), view=_view(card)) as params:
        await client.http.edit_message(channel_id, message_id, params=params)


def _view(card: Card) -> discord.ui.LayoutView:
    components = components_of(card, has_files=True)
    if components is None:
        view: discord.ui.LayoutView = build(card)["view"]
        return view
    return cast("discord.ui.LayoutView", _Components(components))
