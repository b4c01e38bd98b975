"""The presses that show and turn leaderboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.windows import Window
from bot.discord_app.presses.answering import guild_of, replace, whisper
from bot.rendering.actions import Verb
from bot.rendering.boards import leaderboard_card
from bot.services.standings import leaderboard

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action
    from bot.rendering.cards import Card


async def board(desk: Desk, interaction: Interaction, action: Action) -> None:
    """A leaderboard, as a message of its own."""
    await whisper(interaction, await _board_card(desk, interaction, action))


async def window(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Another window of a leaderboard, in place."""
    await replace(interaction, await _board_card(desk, interaction, action))


async def _board_card(desk: Desk, interaction: Interaction, action: Action) -> Card:
    name = action.arguments[0]
    found = await leaderboard(
        desk.ctx.db,
        guild_of(interaction),
        Window(name) if name in set(Window) else Window.TODAY,
        viewer_id=interaction.user.id,
        now=desk.clock.now(),
    )
    return leaderboard_card(found)


HANDLERS: dict[Verb, Handler] = {
    Verb.BOARD: board,
    Verb.WINDOW: window,
}
