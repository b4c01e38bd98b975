"""The press that switches a reminder off, on the reminder itself or where it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import replace
from bot.rendering.actions import Verb
from bot.rendering.reminders import reminder_off_card
from bot.services.reminding import switch_off

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def off(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Switch the presser's own reminder of that server off."""
    was_on = await switch_off(desk.ctx.db, interaction.user.id, action.snowflake(0))
    await replace(interaction, reminder_off_card(was_on=was_on))


HANDLERS: dict[Verb, Handler] = {Verb.REMIND_OFF: off}
