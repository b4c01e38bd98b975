"""The presses around a suggested puzzle: the member's form, and the moderators' answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import LessonRefused
from bot.core.suggestions import CODE, SuggestionState
from bot.discord_app.direct import send_direct
from bot.discord_app.layout import build
from bot.discord_app.presses.answering import ensure_moderator, filled_in, finish, guild_of, think
from bot.rendering.actions import Verb
from bot.rendering.language import speaking
from bot.rendering.suggestions import (
    suggested_card,
    suggestion_answer_card,
    suggestion_judged_card,
    suggestion_refused_card,
)
from bot.services.options import guild_options
from bot.services.suggesting import (
    approve_suggestion,
    decline_suggestion,
    note_author_told,
    suggest_puzzle,
)

if TYPE_CHECKING:
    from bot.core.suggestions import Suggestion
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def suggested(desk: Desk, interaction: Interaction, _action: Action) -> None:
    """Check and run what the form says; thanks, or what is wrong with it."""
    guild_id, fields = guild_of(interaction), filled_in(interaction)
    await think(interaction)
    who, now = interaction.user.id, desk.clock.now()
    world = (desk.ctx, desk.runs, desk.workbench)
    try:
        await suggest_puzzle(*world, guild_id=guild_id, player_id=who, fields=fields, now=now)
    except LessonRefused as error:
        card = suggestion_refused_card(error.faults, error.unproven, fields.get(CODE, ""))
        await finish(interaction, card)
        return
    await finish(interaction, suggested_card())


async def judge(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Approve or decline a suggestion; its author hears of it."""
    ensure_moderator(interaction)
    guild_id, by, number = guild_of(interaction), interaction.user.id, action.number(0)
    # The check runs the code once more, which can take longer than Discord waits.
    await interaction.response.defer()
    now = desk.clock.now()
    if action.arguments[1] != SuggestionState.APPROVED:
        judged = await decline_suggestion(desk.ctx.db, guild_id, number, now, by=by)
    else:
        try:
            judged = await approve_suggestion(
                desk.ctx, desk.workbench, guild_id, number, now, by=by
            )
        except LessonRefused as error:
            refused = suggestion_refused_card(error.faults, error.unproven, "")
            await interaction.followup.send(**build(refused), ephemeral=True)
            return
    await finish(interaction, suggestion_judged_card(judged, by))
    await _tell_author(desk, interaction, judged)


async def _tell_author(desk: Desk, interaction: Interaction, judged: Suggestion) -> None:
    # Theirs is not known here; the server's is nearer to it than that of who decided.
    with speaking((await guild_options(desk.ctx.db, judged.guild_id)).language):
        card = suggestion_answer_card(judged)
    # A closed inbox is no loss: `notices` tells them after their next command.
    if await send_direct(interaction.client, judged.author_id, card):
        await note_author_told(desk.ctx.db, judged.id)


HANDLERS: dict[Verb, Handler] = {Verb.SUGGESTED: suggested, Verb.JUDGE: judge}
