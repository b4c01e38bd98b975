"""The presses that withdraw a round, or let it be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import ensure_moderator, finish, guild_of, replace
from bot.rendering.actions import Verb
from bot.rendering.voiding import kept_card, voided_card
from bot.services.voiding import void_round

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def void(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Withdraw the round, after the question."""
    ensure_moderator(interaction)
    # The edit of the post waits for its turn among all that is sent.
    await interaction.response.defer()
    voiding = await void_round(
        desk.ctx,
        guild_of(interaction),
        action.number(0),
        desk.clock.now(),
        by=interaction.user.id,
    )
    await finish(interaction, voided_card(voiding))


async def keep(_desk: Desk, interaction: Interaction, _action: Action) -> None:
    """Change nothing."""
    await replace(interaction, kept_card())


HANDLERS: dict[Verb, Handler] = {Verb.VOID: void, Verb.KEEP: keep}
