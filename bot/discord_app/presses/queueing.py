"""The presses on what comes next: turn the page, choose a day, move, skip and look at it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from bot.core.errors import PlanChanged
from bot.core.settings import CodeView
from bot.discord_app.layout import build
from bot.discord_app.presses.answering import chosen, ensure_moderator, guild_of, replace, think
from bot.rendering.actions import Verb
from bot.rendering.admin import preview_cards
from bot.rendering.queue import queue_card, queue_day_card
from bot.services.queueing import coming, look_at, move_lesson, skip_lesson
from bot.services.schedules import code_view

if TYPE_CHECKING:
    from bot.core.results import PracticePuzzle
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action

_KEY = re.compile(r"([1-8])\.(\d{4}-\d\d-\d\d)\.(\d{1,6})", re.ASCII)


async def page(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Another page of the list, in place."""
    ensure_moderator(interaction)
    planned = await coming(desk.ctx, guild_of(interaction), desk.clock.now())
    await replace(interaction, queue_card(planned, action.number(0)))


async def choose_day(desk: Desk, interaction: Interaction, _: Action) -> None:
    """The day that was chosen, in place."""
    ensure_moderator(interaction)
    slot, puzzle_date, pep = _read(next(iter(chosen(interaction)), ""))
    planned = await coming(desk.ctx, guild_of(interaction), desk.clock.now())
    for one in planned:
        is_it = (one.day.slot, one.day.puzzle_date) == (slot, puzzle_date)
        if is_it and one.pick is not None and one.pick.lesson.pep == pep:
            await replace(interaction, queue_day_card(one, planned))
            return
    raise PlanChanged(puzzle_date)


async def do(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Move, skip or look at a day."""
    ensure_moderator(interaction)
    deed, (slot, puzzle_date, pep) = action.arguments[0], _read(action.arguments[1])
    guild_id, now = guild_of(interaction), desk.clock.now()
    where = {"slot": slot, "puzzle_date": puzzle_date, "pep": pep}
    if deed == "look":
        await think(interaction)
        practice = await look_at(desk.ctx, guild_id, now, **where)  # type: ignore[arg-type]
        await show_preview(desk, interaction, practice, slot)
        return
    by = interaction.user.id
    if deed == "skip":
        changed = await skip_lesson(desk.ctx, guild_id, now, **where, by=by)  # type: ignore[arg-type]
    else:
        changed = await move_lesson(
            desk.ctx,
            guild_id,
            now,
            **where,  # type: ignore[arg-type]
            is_later=deed == "later",
            by=by,
        )
    await replace(interaction, queue_day_card(changed, await coming(desk.ctx, guild_id, now)))


async def show_preview(
    desk: Desk, interaction: Interaction, practice: PracticePuzzle, slot: int | None
) -> None:
    """A post and its puzzle, privately, exactly as members will see them; after `think`."""
    picture = None
    if await code_view(desk.ctx.db, guild_of(interaction), slot) is CodeView.PICTURE:
        picture = await desk.album.lesson(practice.lesson)
    for card in preview_cards(practice, interaction.user.id, picture):
        await interaction.followup.send(**build(card), ephemeral=True)


def _read(key: str) -> tuple[int, date, int]:
    """What a menu's value or a button says, which comes from outside."""
    match = _KEY.fullmatch(key)
    try:
        return int(match[1]), date.fromisoformat(match[2]), int(match[3])  # type: ignore[index]
    except (TypeError, ValueError):
        raise PlanChanged(date.min) from None


HANDLERS: dict[Verb, Handler] = {
    Verb.QUEUE: page,
    Verb.QUEUE_DAY: choose_day,
    Verb.QUEUE_DO: do,
}
