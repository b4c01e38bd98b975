"""The presses of the set-up: each changes the moderator's own draft and shows its page again."""

from __future__ import annotations

from dataclasses import replace as changed
from functools import partial
from typing import TYPE_CHECKING

from bot.core.errors import InvalidSetting
from bot.core.options import Language
from bot.core.settings import (
    MAIN_SLOT,
    CodeView,
    parse_open_hours,
    parse_post_time,
    parse_time_zone,
    role_of,
)
from bot.core.wording import later
from bot.discord_app.commands.choices import zone_choices
from bot.discord_app.permissions import channel_problems
from bot.discord_app.presses.answering import (
    ask,
    chosen,
    ensure_moderator,
    filled_in,
    guild_of,
    replace,
    think,
    whisper,
)
from bot.discord_app.presses.queueing import show_preview
from bot.rendering.actions import Verb
from bot.rendering.admin import set_up_card
from bot.rendering.sentences import role_silent
from bot.rendering.setup import CITY, OPEN_HOURS, TIME, Page, clock_form, setup_card
from bot.services.drafting import begin_draft, change_draft, finish_draft
from bot.services.moderating import preview_next

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from bot.core.drafts import Draft
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action


async def setup(desk: Desk, interaction: Interaction, action: Action) -> None:
    """Whatever is pressed in a set-up."""
    ensure_moderator(interaction)
    step, slot = action.arguments[0], action.number(1)
    guild_id, player_id = guild_of(interaction), interaction.user.id
    now = desk.clock.now()
    update = partial(change_draft, desk.ctx.db, guild_id, player_id, slot, now)
    if step == "open":
        await open_setup(desk, interaction)
    elif step == "clock":
        await ask(interaction, clock_form(await update()))
    elif step == "preview":
        await think(interaction)
        await update()
        await show_preview(desk, interaction, await preview_next(desk.ctx, guild_id, now), slot)
    elif step == "save":
        set_up = await finish_draft(desk.ctx.db, guild_id, player_id, slot, now)
        notes = await _notes(interaction, set_up.settings)
        await replace(interaction, set_up_card(set_up, later("PEP Speedrun is set up"), notes))
    elif step in set(Page):
        await _show(interaction, await update(), Page(step))
    else:
        page = _PAGES.get(step, Page.WHERE)
        await _show(interaction, await update(_change(step, interaction, now)), page)


async def open_setup(desk: Desk, interaction: Interaction, slot: int | None = None) -> None:
    """Begin the set-up in a message of its own."""
    draft = await begin_draft(
        desk.ctx.db,
        guild_of(interaction),
        interaction.user.id,
        desk.clock.now(),
        channel_id=interaction.channel_id or 0,
        slot=slot or MAIN_SLOT,
        spoken=str(interaction.guild_locale or ""),
    )
    notes = await _notes(interaction, draft.settings)
    await whisper(interaction, setup_card(draft, Page.WHERE, notes))


async def _show(interaction: Interaction, draft: Draft, page: Page) -> None:
    notes: list[str] = []
    if page in (Page.WHERE, Page.CHECK):
        notes = await _notes(interaction, draft.settings)
    elif page is Page.HOW:
        notes = _silent_role(interaction)
    await replace(interaction, setup_card(draft, page, notes))


async def _notes(interaction: Interaction, settings: Any) -> list[str]:  # noqa: ANN401
    return await channel_problems(interaction, settings.channel_id, has_thread=settings.has_thread)


def _silent_role(interaction: Interaction) -> list[str]:
    """A role that was chosen a moment ago and that the bot may not ping."""
    roles = _resolved(interaction, "roles")
    if interaction.app_permissions.mention_everyone:
        return []
    return [
        role_silent(int(role_id))
        for role_id, role in roles.items()
        if isinstance(role, dict) and not role.get("mentionable") and str(role_id).isdecimal()
    ]


def _change(step: str, interaction: Interaction, now: datetime) -> Callable[[Draft], Draft]:
    """What a choice or a form does to a draft; all of it came from outside.

    Raises:
        InvalidSetting: It can't be used.
    """
    values, typed = chosen(interaction), filled_in(interaction)
    first = next(iter(values), "")
    match step:
        case "channel":
            return partial(_with, channel_id=_channel_of(interaction, first))
        case "role":
            role_id = role_of(guild_of(interaction), _id_of("role", first)) if values else None
            return partial(_with, role_id=role_id)
        case "days":
            days = frozenset(int(value) for value in values if value in set("0123456"))
            return partial(_with_plan, weekdays=days)
        case "zone":
            zone = parse_time_zone(first)
            return lambda draft: changed(_with_plan(draft, zone=zone), zones=())
        case "language":
            language = Language(first) if first in set(Language) else Language.ENGLISH
            return lambda draft: changed(draft, language=language)
        case "code":
            return _other_view
        case "thread":
            return lambda draft: _with(draft, has_thread=not draft.settings.has_thread)
        case "clock-set":
            return partial(_with_clock, typed=typed, now=now)
        case _:
            return lambda draft: draft


def _with(draft: Draft, **fields: Any) -> Draft:  # noqa: ANN401  (of GuildSettings)
    return changed(draft, settings=changed(draft.settings, **fields))


def _with_plan(draft: Draft, **fields: Any) -> Draft:  # noqa: ANN401  (of Schedule)
    return _with(draft, schedule=changed(draft.settings.schedule, **fields))


def _other_view(draft: Draft) -> Draft:
    is_picture = draft.settings.code is CodeView.PICTURE
    return _with(draft, code=CodeView.TEXT if is_picture else CodeView.PICTURE)


def _with_clock(draft: Draft, typed: dict[str, str], now: datetime) -> Draft:
    post_time = parse_post_time(typed.get(TIME, ""))
    hours = typed.get(OPEN_HOURS, "").strip() or "0"
    if not (hours.isascii() and hours.isdecimal()):
        raise InvalidSetting(
            "open_hours", later("{given} is no number"), later("write 0 or 24"), given=repr(hours)
        )
    draft = _with_plan(draft, post_time=post_time, open_for=parse_open_hours(int(hours)))
    city = typed.get(CITY, "").strip()
    found = tuple(choice.value for choice in zone_choices(now, city)) if city else ()
    if city in found or not found:
        # Nothing found: it may be a zone under an old name, or it is refused in words.
        return changed(_with_plan(draft, zone=parse_time_zone(city)), zones=())
    if len(found) == 1:
        return changed(_with_plan(draft, zone=parse_time_zone(found[0])), zones=())
    return changed(draft, zones=found)


def _channel_of(interaction: Interaction, value: str) -> int:
    """The chosen channel: one that Discord itself names, so that it is this server's."""
    known = _resolved(interaction, "channels")
    return _id_of("channel", value if value in known else "")


def _resolved(interaction: Interaction, kind: str) -> dict[Any, Any]:
    """What Discord says of the chosen channels or roles, by their ids."""
    resolved = dict(interaction.data or {}).get("resolved")
    found = resolved.get(kind) if isinstance(resolved, dict) else None
    return found if isinstance(found, dict) else {}


def _id_of(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value) < 2**63):
        raise InvalidSetting(
            name, later("{given} is none"), later("choose one from the list"), given=repr(value)
        )
    return int(value)


_PAGES = {
    "channel": Page.WHERE,
    "days": Page.WHEN,
    "zone": Page.WHEN,
    "clock-set": Page.WHEN,
    "role": Page.HOW,
    "language": Page.HOW,
    "code": Page.HOW,
    "thread": Page.HOW,
}

HANDLERS: dict[Verb, Handler] = {Verb.SETUP: setup}
