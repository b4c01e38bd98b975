"""The presses of reviews: answer, hint, the next one. They work in any place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reviews import ReviewPuzzle
from bot.discord_app.errors import say
from bot.discord_app.presses.answering import finish, replace, think
from bot.rendering.actions import Verb
from bot.rendering.reviews import no_review_card, review_card, review_result_card
from bot.rendering.sentences import unknown_press
from bot.services.reviewing import answer_review, next_review, take_review_hint

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def answer(desk: Desk, interaction: Interaction, action: Action) -> None:
    """An answer; the puzzle turns into its result."""
    result = await answer_review(
        desk.ctx,
        interaction.guild_id,
        interaction.user.id,
        pep=action.number(0),
        puzzle_id=action.arguments[1],
        position=action.number(2),
        at=interaction.created_at,
    )
    await replace(interaction, review_result_card(result, interaction.user.id))


async def hint(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Show the hint, in place."""
    pep, puzzle_id = action.number(0), action.arguments[1]
    review = await take_review_hint(
        desk.ctx, interaction.guild_id, interaction.user.id, pep=pep, puzzle_id=puzzle_id
    )
    if review is None:
        await say(interaction, unknown_press())
        return
    await replace(interaction, review_card(review, interaction.user.id))


async def next_one(desk: Desk, interaction: Interaction, _: Action) -> None:
    """Another review, as a message of its own."""
    await offer_review(desk, interaction)


async def offer_review(desk: Desk, interaction: Interaction) -> None:
    """Hand out a review, or say why there is none; the command does the same."""
    # A puzzle that was not run lately takes the sandbox a while.
    await think(interaction)
    player_id = interaction.user.id
    found = await next_review(desk.ctx, interaction.guild_id, player_id, interaction.created_at)
    if isinstance(found, ReviewPuzzle):
        await finish(interaction, review_card(found, player_id))
    else:
        await finish(interaction, no_review_card(found))


HANDLERS: dict[Verb, Handler] = {
    Verb.REVIEW: answer,
    Verb.REVIEW_HINT: hint,
    Verb.NEXT_REVIEW: next_one,
}
