"""The press that turns a page of the moderators' log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import ensure_moderator, guild_of, replace
from bot.rendering.actions import Verb
from bot.rendering.audit import LOG_PAGE, log_card
from bot.services.audit import audit_log

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def older(desk: Desk, interaction: Interaction, action: Action) -> None:
    """The entries before the last one shown, in place."""
    ensure_moderator(interaction)
    entries = await audit_log(
        desk.ctx.db, guild_of(interaction), limit=LOG_PAGE + 1, before_id=action.number(0)
    )
    await replace(interaction, log_card(entries))


HANDLERS: dict[Verb, Handler] = {Verb.LOG: older}
