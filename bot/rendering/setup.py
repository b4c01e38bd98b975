"""The set-up, page by page, and the word of welcome that leads to it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.options import Language
from bot.core.settings import CodeView
from bot.core.wording import later
from bot.rendering.actions import Verb, action
from bot.rendering.admin import settings_lines
from bot.rendering.cards import (
    Accent,
    Button,
    Buttons,
    Card,
    ChannelMenu,
    Choice,
    Menu,
    RoleMenu,
    Style,
    Text,
)
from bot.rendering.forms import Form, TextField
from bot.rendering.language import _, weekday
from bot.rendering.text import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.drafts import Draft
    from bot.rendering.cards import Block

TIME, CITY, OPEN_HOURS = "time", "city", "open_hours"
"""The form's fields."""
_LANGUAGES = {Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}


class Page(StrEnum):
    """The pages of the set-up, in their order."""

    WHERE = "where"
    WHEN = "when"
    HOW = "how"
    CHECK = "check"


_TITLES = {
    Page.WHERE: later("Where shall speedruns be posted?"),
    Page.WHEN: later("When?"),
    Page.HOW: later("How, and for whom?"),
    Page.CHECK: later("Everything right?"),
}


def welcome_card() -> Card:
    """The one message to a server that added the bot."""
    lines = [
        f"## {_('Hello, I am PEP Speedrun')}",
        _(
            "Once a day I post a Python PEP told in 90 seconds, with a puzzle: predict the "
            "output. Everyone has their own clock, and the answer is what the code really printed."
        ),
        _("Whoever may manage this server sets me up in a minute:"),
    ]
    button = Button(_("Set up"), action(Verb.SETUP, "open", 1), Style.SUCCESS)
    return Card((Text("\n".join(lines)), Buttons((button,))))


def setup_card(draft: Draft, page: Page, notes: Sequence[str] = ()) -> Card:
    """One page with the draft's values; ``notes`` are troubles, each with its way out."""
    number = list(Page).index(page) + 1
    head = _("Set up PEP Speedrun, {number} of {pages}", number=number, pages=len(Page))
    lines = [f"-# {head}", f"## {_(_TITLES[page])}"]
    blocks: list[Block] = []
    match page:
        case Page.WHERE:
            place = ChannelMenu(
                _step(draft, "channel"), _("Choose a channel"), draft.settings.channel_id or None
            )
            blocks.append(place)
        case Page.WHEN:
            lines += _when_lines(draft)
            blocks += _when_blocks(draft)
        case Page.HOW:
            blocks += _how_blocks(draft)
        case Page.CHECK:
            lines += settings_lines(draft.settings)
    lines += [f"⚠ {note}" for note in notes]
    if page is Page.CHECK and not notes:
        lines.append(_("✅ I may do all that in this channel."))
    accent = Accent.WRONG if notes else Accent.PYTHON
    return Card((Text("\n".join(lines)), *blocks, _turns(draft, page)), accent)


def clock_form(draft: Draft) -> Form:
    """Time of day, city and hours, typed."""
    schedule = draft.settings.schedule
    hours = "0" if schedule.open_for is None else f"{schedule.open_for.total_seconds() // 3600:g}"
    fields = (
        TextField(
            TIME, _("Time of the post"), f"{schedule.post_time:%H:%M}", "09:00", max_length=8
        ),
        TextField(CITY, _("City or time zone"), schedule.zone.key, "Berlin", max_length=60),
        TextField(
            OPEN_HOURS,
            _("Hours a round stays open; 0: until the next"),
            hours,
            "0",
            max_length=3,
        ),
    )
    return Form(_step(draft, "clock-set"), _("Time and time zone"), fields)


def _when_lines(draft: Draft) -> list[str]:
    schedule = draft.settings.schedule
    lines = [
        _(
            "At **{time}** in **{zone}**",
            time=f"{schedule.post_time:%H:%M}",
            zone=schedule.zone.key,
        )
    ]
    if draft.is_new and schedule.zone.key == "UTC":
        lines.append(_("Say where your server is at home: the day begins there."))
    return lines


def _when_blocks(draft: Draft) -> list[Block]:
    blocks: list[Block] = []
    if draft.zones:
        choices = tuple(Choice(fit(zone, 100), zone) for zone in draft.zones)
        blocks.append(Menu(_step(draft, "zone"), _("Which of these time zones?"), choices))
    days = tuple(
        Choice(weekday(day), str(day), is_chosen=day in draft.settings.schedule.weekdays)
        for day in range(7)
    )
    blocks.append(Menu(_step(draft, "days"), _("Choose the weekdays"), days, fewest=1, most=7))
    clock = Button(_("Time and time zone…"), _step(draft, "clock"), Style.PRIMARY)
    blocks.append(Buttons((clock,)))
    return blocks


def _how_blocks(draft: Draft) -> list[Block]:
    settings = draft.settings
    is_picture = settings.code is CodeView.PICTURE
    languages = tuple(
        Choice(name, language, is_chosen=language is draft.language)
        for language, name in _LANGUAGES.items()
    )
    code = _("Code: as a picture") if is_picture else _("Code: as text")
    thread = _("Thread: yes") if settings.has_thread else _("Thread: no")
    return [
        RoleMenu(_step(draft, "role"), _("Choose a role to ping, or none"), settings.role_id),
        Menu(_step(draft, "language"), _("Choose the language of posts"), languages),
        Buttons((Button(code, _step(draft, "code")), Button(thread, _step(draft, "thread")))),
    ]


def _turns(draft: Draft, page: Page) -> Buttons:
    pages = list(Page)
    index = pages.index(page)
    buttons = []
    if index:
        buttons.append(Button(_("Back"), _step(draft, pages[index - 1])))
    if page is Page.CHECK:
        buttons.append(Button(_("Preview"), _step(draft, "preview")))
        label = _("Switch on") if draft.is_new else _("Save")
        buttons.append(Button(label, _step(draft, "save"), Style.SUCCESS))
    else:
        buttons.append(Button(_("Next"), _step(draft, pages[index + 1]), Style.PRIMARY))
    return Buttons(tuple(buttons))


def _step(draft: Draft, step: str) -> str:
    return action(Verb.SETUP, step, draft.settings.slot)
