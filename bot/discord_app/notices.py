"""What a member has to hear, and could not be told: it follows the answer to their next command.

Not on presses: a read on each of them would cost more than it is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.layout import build
from bot.rendering.reports import decided_card
from bot.rendering.suggestions import suggestion_answer_card
from bot.services.reporting import note_told, untold_decisions
from bot.services.suggesting import note_author_told, untold_suggestions

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Interaction


async def tell_notices(desk: Desk, interaction: Interaction) -> None:
    """Follow the answer up with what is still to be told, once."""
    for case in await untold_decisions(desk.ctx.db, desk.ctx.library, interaction.user.id):
        await interaction.followup.send(**build(decided_card(case)), ephemeral=True)
        await note_told(desk.ctx.db, case.report.id)
    for suggestion in await untold_suggestions(desk.ctx.db, interaction.user.id):
        card = suggestion_answer_card(suggestion)
        await interaction.followup.send(**build(card), ephemeral=True)
        await note_author_told(desk.ctx.db, suggestion.id)
