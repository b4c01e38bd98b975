"""The presses of members' own code: edit, run, and a puzzle on every Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_app.presses.answering import ask, filled_in, finish, guild_of, think
from bot.rendering.actions import Verb
from bot.rendering.running import (
    CODE,
    INPUT,
    PYTHON,
    comparison_card,
    edit_form,
    run_card,
    waiting_card,
)
from bot.services.running import RunOrder, begin_run, compare_versions, draft_for

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def edit(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Open the form."""
    await open_form(desk, interaction, action.number(0))


async def open_form(desk: Desk, interaction: Interaction, round_id: int) -> None:
    """Open the form with what the member edits; ``round_id`` 0 for what they ran last."""
    draft = await draft_for(
        desk.ctx,
        desk.runs,
        guild_id=interaction.guild_id,
        player_id=interaction.user.id,
        round_id=round_id,
    )
    form = edit_form(draft.round_id, draft.code, draft.stdin, draft.pythons, draft.chosen)
    await ask(interaction, form)


async def submit(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Run what the form holds."""
    await think(interaction)
    fields = filled_in(interaction)
    order = RunOrder(
        player_id=interaction.user.id,
        guild_id=interaction.guild_id,
        round_id=action.number(0),
        code=fields.get(CODE, ""),
        python=fields.get(PYTHON, ""),
        stdin=fields.get(INPUT, ""),
    )
    await run_order(desk, interaction, order)


async def run_order(desk: Desk, interaction: Interaction, order: RunOrder) -> None:
    """Run it and bring the answer, after `think`; tell the place in line where there is one."""
    run = await begin_run(desk.ctx, desk.runs, order, desk.clock.now())
    if run.position():
        await finish(interaction, waiting_card(run.position(), run.wait_ms()))
    result = await run.result()
    await finish(interaction, run_card(result, desk.runs.members.limits, order.round_id))


async def compare(desk: Desk, interaction: Interaction, action: Action) -> None:
    """The round's puzzle on every Python of the host."""
    await think(interaction)
    found = await compare_versions(
        desk.ctx,
        desk.runs,
        guild_id=guild_of(interaction),
        player_id=interaction.user.id,
        round_id=action.number(0),
        now=desk.clock.now(),
    )
    await finish(interaction, comparison_card(found.lesson, found.results))


HANDLERS: dict[Verb, Handler] = {Verb.EDIT: edit, Verb.RUN: submit, Verb.COMPARE: compare}
