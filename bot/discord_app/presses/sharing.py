"""The press that shows a result to the channel.

The answer to the press is the post itself: it takes no turn of the fifty requests a second, and
comes or fails in one piece with the answer.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.core.results import ShareWay
from bot.core.settings import CodeView
from bot.discord_app.permissions import may_attach, may_speak
from bot.discord_app.presses.answering import finish, guild_of, whisper
from bot.rendering.actions import Verb
from bot.rendering.language import speaking
from bot.rendering.sharing import line_card, shared_card
from bot.services.options import guild_options
from bot.services.schedules import code_view
from bot.services.sharing import claim_share, give_back_share

if TYPE_CHECKING:
    from bot.core.results import Share
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action

log = logging.getLogger(__name__)


async def share(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Show the player's result to the channel, once; or give them the line."""
    shared = await claim_share(
        desk.ctx.db,
        desk.ctx.library,
        guild_id=guild_of(interaction),
        round_id=action.number(0),
        player_id=interaction.user.id,
        at=interaction.created_at,
        may_speak=may_speak(interaction),
    )
    if shared.way is not ShareWay.POST:
        await whisper(interaction, line_card(shared))
        return
    try:
        await _post(desk, interaction, shared)
    except Exception:
        # Whatever it was (a picture that can't be drawn, a database that is away): nothing of it
        # is to stay in the channel, and it may be tried again.
        await give_back_share(desk.ctx.db, shared.round.id, interaction.user.id)
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            # What went wrong is told to the player alone, not in the place of the post.
            await interaction.delete_original_response()
        raise


async def _post(desk: Desk, interaction: Interaction, shared: Share) -> None:
    # A picture may wait for others to be drawn: Discord is answered before.
    await interaction.response.defer(thinking=True)
    db, guild_id = desk.ctx.db, shared.round.guild_id
    with speaking((await guild_options(db, guild_id)).language):
        picture = None
        if (
            may_attach(interaction)
            and await code_view(db, guild_id, shared.round.slot) is CodeView.PICTURE
        ):
            picture = await desk.album.share(shared)
        try:
            await finish(interaction, shared_card(shared, picture))
        except discord.HTTPException as error:
            if picture is None or error.status not in (400, 403, 413):
                raise
            log.warning("Discord took no picture, text goes in its place: %s", error)
            await finish(interaction, shared_card(shared))


HANDLERS: dict[Verb, Handler] = {Verb.SHARE: share}
