"""The presses of unscored practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.rounds import option_at, practice_seed
from bot.discord_app.presses.answering import chosen, finish, guild_of, think, whisper
from bot.rendering.actions import Action, Verb
from bot.rendering.play import practice_card, practice_result_card
from bot.services.practising import practice_of_round, practice_puzzle

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction


async def related(desk: Desk, interaction: Interaction, _: Action) -> None:
    """Practise the PEP chosen in the menu."""
    pep = Action(Verb.RELATED, (next(iter(chosen(interaction)), "0"),)).number(0)
    await think(interaction)
    practice = await practice_puzzle(desk.ctx, interaction.guild_id, interaction.user.id, pep=pep)
    await finish(interaction, practice_card(practice, interaction.user.id))


async def practise(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Practise the puzzle of a closed round."""
    await think(interaction)
    practice = await practice_of_round(
        desk.ctx, guild_of(interaction), interaction.user.id, action.number(0)
    )
    await finish(interaction, practice_card(practice, interaction.user.id))


async def try_option(desk: Desk, interaction: Interaction, action: Action) -> None:
    """A guess in practice; its result comes beside the puzzle, which can be tried again."""
    player_id, puzzle_id = interaction.user.id, action.arguments[1]
    practice = await practice_puzzle(
        desk.ctx, interaction.guild_id, player_id, pep=action.number(0), puzzle_id=puzzle_id
    )
    count = len(practice.puzzle.options)
    option = option_at(practice_seed(puzzle_id), player_id, count, action.number(2))
    card = practice_result_card(practice, desk.ctx.library, player_id, option)
    await whisper(interaction, card)


HANDLERS: dict[Verb, Handler] = {
    Verb.RELATED: related,
    Verb.PRACTISE: practise,
    Verb.REMATCH: practise,
    Verb.TRY: try_option,
}
