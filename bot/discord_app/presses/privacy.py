"""The presses by which members decide about their own data; each acts on the presser alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import finish, replace, think
from bot.rendering.actions import Verb
from bot.rendering.privacy import (
    CANCEL,
    CONFIRM,
    DELETE,
    EXPORT,
    HIDE,
    SHOW,
    delete_card,
    export_card,
    privacy_card,
)
from bot.services.hiding import hide_from_boards, show_on_boards
from bot.services.privacy import (
    cancel_deletion,
    export_data,
    privacy_state,
    request_deletion,
)

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action
    from bot.rendering.cards import Card


async def decide(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Do what the button says; one that says nothing known shows how things stand."""
    db, player_id, now = desk.ctx.db, interaction.user.id, desk.clock.now()
    match action.arguments[0]:
        case name if name == EXPORT:
            await think(interaction)
            await finish(interaction, export_card(await export_data(db, player_id, now)))
            return
        case name if name == DELETE:
            await replace(interaction, delete_card())
            return
        case name if name == HIDE:
            await hide_from_boards(db, player_id, now)
        case name if name == SHOW:
            await show_on_boards(db, player_id)
        case name if name == CONFIRM:
            await request_deletion(db, player_id, now)
        case name if name == CANCEL:
            await cancel_deletion(db, player_id)
    await replace(interaction, await state_card(desk, player_id))


async def state_card(desk: Desk, player_id: int) -> Card:
    """How things stand, as a card."""
    return privacy_card(await privacy_state(desk.ctx.db, player_id), desk.ctx.keep_departed)


HANDLERS: dict[Verb, Handler] = {Verb.PRIVACY: decide}
