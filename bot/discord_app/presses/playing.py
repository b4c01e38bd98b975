"""The presses of a round: start, hint, guess, and the code as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.core.errors import AlreadyGuessed, UnknownRound
from bot.discord_app.errors import UNKNOWN_INTERACTION
from bot.discord_app.presses.answering import guild_of, presser_of, replace, whisper
from bot.rendering.actions import Verb
from bot.rendering.play import puzzle_card, result_card
from bot.rendering.post import code_card
from bot.services.hiding import keep_name
from bot.services.lessons import round_lesson
from bot.services.playing import (
    note_unseen,
    recall_guess,
    start_clock,
    submit_guess,
    take_hint,
)

if TYPE_CHECKING:
    from bot.core.results import GuessReceipt
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action
    from bot.rendering.cards import Card


async def start(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Start the clock."""
    round_id = action.number(0)
    try:
        receipt = await start_clock(
            desk.ctx.db,
            desk.ctx.library,
            guild_id=guild_of(interaction),
            round_id=round_id,
            player_id=presser_of(interaction),
            at=interaction.created_at,
        )
    except AlreadyGuessed:
        await _recall(desk, interaction, round_id)
        return
    try:
        await whisper(interaction, puzzle_card(receipt))
    except discord.NotFound as error:
        if error.code == UNKNOWN_INTERACTION:
            player_id = presser_of(interaction)
            await note_unseen(desk.ctx.db, round_id=round_id, player_id=player_id)
        raise


async def hint(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Show the hint, in place."""
    try:
        receipt = await take_hint(
            desk.ctx.db,
            desk.ctx.library,
            guild_id=guild_of(interaction),
            round_id=action.number(0),
            player_id=presser_of(interaction),
            at=interaction.created_at,
        )
    except AlreadyGuessed:
        await _recall(desk, interaction, action.number(0))
        return
    await replace(interaction, puzzle_card(receipt))


async def guess(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Submit the guess; the puzzle turns into its result."""
    try:
        receipt = await _submit(desk, interaction, action)
    except AlreadyGuessed:
        await _recall(desk, interaction, action.number(0))
        return
    await replace(interaction, card_of_result(desk, receipt))
    # After the answer, which nobody waits for a name with.
    await _keep_name(desk, interaction, receipt)


async def keep_guess(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Submit a guess that is not answered any more.

    Raises:
        SpeedrunError: It does not count.
    """
    receipt = await _submit(desk, interaction, action)
    await _keep_name(desk, interaction, receipt)


async def code(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Both code blocks as text."""
    lesson = await round_lesson(desk.ctx, guild_of(interaction), action.number(0))
    await whisper(interaction, code_card(lesson))


def card_of_result(desk: Desk, receipt: GuessReceipt, *, is_recalled: bool = False) -> Card:
    """The result, with the buttons for what this host can do."""
    return result_card(
        receipt,
        is_recalled=is_recalled,
        can_edit=bool(desk.runs.members.pythons()),
        can_compare=len(desk.ctx.sandbox.interpreters()) > 1,
    )


async def _submit(desk: Desk, interaction: Interaction, action: Action) -> GuessReceipt:
    receipt = await submit_guess(
        desk.ctx.db,
        desk.ctx.library,
        guild_id=guild_of(interaction),
        round_id=action.number(0),
        player_id=presser_of(interaction),
        position=action.number(1),
        at=interaction.created_at,
    )
    verdict = "right" if receipt.guess.is_right else "wrong"
    desk.meter.note("guess", verdict, "ok", receipt.guess.elapsed_ms / 1000)
    return receipt


async def _keep_name(desk: Desk, interaction: Interaction, receipt: GuessReceipt) -> None:
    if receipt.is_global:  # once a date at the most
        user = interaction.user
        await keep_name(desk.ctx.db, user.id, user.global_name or user.name)


async def _recall(desk: Desk, interaction: Interaction, round_id: int) -> None:
    receipt = await recall_guess(
        desk.ctx.db,
        desk.ctx.library,
        guild_id=guild_of(interaction),
        round_id=round_id,
        player_id=presser_of(interaction),
    )
    if receipt is None:
        raise UnknownRound(round_id)
    await whisper(interaction, card_of_result(desk, receipt, is_recalled=True))


HANDLERS: dict[Verb, Handler] = {
    Verb.START: start,
    Verb.HINT: hint,
    Verb.GUESS: guess,
    Verb.CODE: code,
}
