"""What moderators see of what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Choice, Menu, Style, Text
from bot.rendering.language import _, day, weekday
from bot.rendering.text import fit, inline, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.queue import Planned
    from bot.core.selection import Pick
    from bot.rendering.cards import Block

PAGE = 7
"""Days a page."""
_LINE = 100
"""Characters of a menu's label; Discord's limit."""


def queue_card(planned: Sequence[Planned], page: int) -> Card:
    """One page of the days to come, a menu to choose one of them, and the other pages."""
    pages = max(1, -(-len(planned) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = planned[page * PAGE : (page + 1) * PAGE]
    if not shown:
        text = _("Nothing is coming up: all schedules are paused, or have no weekdays.")
        return Card((Text(f"## {_('What comes next')}\n{text}"),), Accent.QUIET)
    has_slots = len({one.day.slot for one in planned}) > 1
    lines = [_line(one, has_slots=has_slots) for one in shown]
    note = "-# " + _("📌 planned by a moderator; everything else is the next in turn.")
    blocks: list[Block] = [Text("\n".join([f"## {_('What comes next')}", *lines, note]))]
    choices = tuple(
        Choice(fit(_title(one), _LINE), _key(one), fit(inline(one.pick.lesson.title), _LINE))
        for one in shown
        if one.pick is not None
    )
    if choices:
        menu = Menu(action(Verb.QUEUE_DAY, page), _("Change or look at a day"), choices)
        blocks.append(menu)
    turns = [
        Button(label, action(Verb.QUEUE, target))
        for label, target in ((_("Sooner"), page - 1), (_("Later on"), page + 1))
        if 0 <= target < pages
    ]
    if turns:
        blocks.append(Buttons(tuple(turns)))
    return Card(tuple(blocks))


def queue_day_card(one: Planned, planned: Sequence[Planned]) -> Card:
    """One day to come, and what can be done with it; ``planned`` are all of them."""
    key, has_slots = _key(one), len({other.day.slot for other in planned}) > 1
    dates = [other.day.puzzle_date for other in planned if other.day.slot == one.day.slot]
    deeds = [(_("Look at it"), "look", Style.PRIMARY)]
    if dates and one.day.puzzle_date > dates[0]:
        deeds.append((_("A day earlier"), "earlier", Style.SECONDARY))
    if dates and one.day.puzzle_date < dates[-1]:
        deeds.append((_("A day later"), "later", Style.SECONDARY))
    deeds.append((_("Skip it"), "skip", Style.SECONDARY))
    buttons = tuple(
        Button(label, action(Verb.QUEUE_DO, deed, key), style) for label, deed, style in deeds
    )
    lines = [f"## {day(one.day.puzzle_date)}", _line(one, has_slots=has_slots)]
    lines.append(
        "-# "
        + _(
            "Skipped, it comes back when every other lesson was posted. Another one for this day: "
            "`/speedrun-admin queue insert`"
        )
    )
    back = Button(_("Back to the list"), action(Verb.QUEUE, 0))
    return Card((Text("\n".join(lines)), Buttons(buttons), Buttons((back,))))


def _line(one: Planned, *, has_slots: bool) -> str:
    due = f"**{weekday(one.day.puzzle_date.weekday())} {day(one.day.puzzle_date, has_year=False)}**"
    if has_slots:
        due += f" <#{one.day.settings.channel_id}>"
    if one.pick is None:
        return f"{due}: {_('no puzzle can run on this host')}"
    lesson = one.pick.lesson
    pin = "📌 " if one.is_queued else ""
    title = _("PEP {pep}, {title}", pep=lesson.pep, title=inline(lesson.title))
    return f"{due} {relative(one.day.due_at)}: {pin}{title}\n-# {_facts(one.pick)}"


def _facts(pick: Pick) -> str:
    return _(
        "puzzle {puzzle}, difficulty {difficulty} of 5, {level}, on Python {python}",
        puzzle=pick.puzzle.id,
        difficulty=pick.puzzle.difficulty,
        level=_(str(pick.lesson.level)),
        python=pick.python,
    )


def _title(one: Planned) -> str:
    pep = 0 if one.pick is None else one.pick.lesson.pep
    date_ = day(one.day.puzzle_date, has_year=False)
    return f"{weekday(one.day.puzzle_date.weekday())} {date_} · PEP {pep}"


def _key(one: Planned) -> str:
    pep = 0 if one.pick is None else one.pick.lesson.pep
    return f"{one.day.slot}.{one.day.puzzle_date.isoformat()}.{pep}"
