"""The presses that show and turn boards. Each carries all that it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.boards import Scope, Special, Wanted, parse_wanted
from bot.discord_app.presses.answering import guild_of, replace, whisper
from bot.rendering.actions import Verb
from bot.rendering.leaderboards import board_card
from bot.rendering.seasons import final_ranks_card, past_seasons_card
from bot.services.boards import board_of
from bot.services.seasons import past_seasons, season_facts

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action
    from bot.rendering.cards import Card


async def board(desk: Desk, interaction: Interaction, action: Action) -> None:
    """A leaderboard, as a message of its own."""
    await whisper(interaction, await wanted_card(desk, interaction, _wanted(action)))


async def window(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Another board, of this server, in place."""
    await replace(interaction, await wanted_card(desk, interaction, _wanted(action)))


async def everywhere(desk: Desk, interaction: Interaction, action: Action) -> None:
    """A window of all servers that take part, in place."""
    wanted = parse_wanted(action.arguments[0], Scope.GLOBAL)
    await replace(interaction, await wanted_card(desk, interaction, wanted))


async def page(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Another page, in place."""
    wanted = parse_wanted(*action.arguments)
    await replace(interaction, await wanted_card(desk, interaction, wanted))


async def wanted_card(desk: Desk, interaction: Interaction, wanted: Wanted) -> Card:
    """The board that is asked for, for the one who asks."""
    if wanted.name is Special.SEASONS:
        return past_seasons_card(await past_seasons(desk.ctx.db, guild_of(interaction)))
    found = await board_of(
        desk.ctx.db,
        guild_of(interaction),
        wanted,
        viewer_id=interaction.user.id,
        now=desk.clock.now(),
    )
    return board_card(found)


async def season(desk: Desk, interaction: Interaction, action: Action) -> None:
    """A season's final ranks, as a message of its own."""
    guild_id, viewer_id = guild_of(interaction), interaction.user.id
    facts = await season_facts(desk.ctx.db, guild_id, action.number(0), viewer_id)
    await whisper(interaction, final_ranks_card(facts))


async def seasons(desk: Desk, interaction: Interaction, _: Action) -> None:
    """The seasons that are over, as a message of its own."""
    wanted = Wanted(Special.SEASONS)
    await whisper(interaction, await wanted_card(desk, interaction, wanted))


def _wanted(action: Action) -> Wanted:
    return parse_wanted(action.arguments[0])


HANDLERS: dict[Verb, Handler] = {
    Verb.BOARD: board,
    Verb.WINDOW: window,
    Verb.GLOBAL: everywhere,
    Verb.PAGE: page,
    Verb.SEASON: season,
    Verb.SEASONS: seasons,
}
