"""Reminders: the message that comes, and what a member is told about theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reminders import AtTime
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, LinkButton, Text
from bot.rendering.language import _
from bot.rendering.text import inline, moment, plain, relative, round_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.reminders import DueReminder, Reminder


def reminder_card(due: DueReminder, server: str) -> Card:
    """The direct message: which round waits where, and how to have no more of them."""
    round_ = due.round
    lesson = f"**PEP {round_.pep}**: {inline(due.title)}" if due.title else f"**PEP {round_.pep}**"
    where = _("Today's speedrun in {server} waits for you.", server=plain(server))
    lines = [where if server else _("Today's speedrun waits for you."), lesson]
    if round_.closes_at is not None:
        lines.append(_("It closes {when}.", when=relative(round_.closes_at)))
    return Card(
        (
            Text("\n".join(lines)),
            Buttons(
                (
                    LinkButton(_("Go to the speedrun"), round_url(round_)),
                    Button(_("Switch this reminder off"), action(Verb.REMIND_OFF, round_.guild_id)),
                )
            ),
        )
    )


def reminder_set_card(reminder: Reminder) -> Card:
    """What was asked for, as it is kept."""
    lines = [_told(reminder), _("It comes as a direct message, on days you have not played.")]
    if reminder.due_at is not None:
        lines.append(_("Next time: {when}.", when=moment(reminder.due_at)))
    off = Button(_("Switch it off"), action(Verb.REMIND_OFF, reminder.guild_id))
    return Card((Text("\n".join(lines)), Buttons((off,))), Accent.RIGHT)


def reminders_card(reminders: Sequence[Reminder], servers: Mapping[int, str]) -> Card:
    """The member's reminders, each with its way out; how to have one where there is none.

    At most five are shown: a row of buttons holds no more. Switched off, they make way.
    """
    if not reminders:
        return Card(
            (
                Text(
                    _(
                        "No reminder is on. In a server, `/speedrun remind` takes a time of day, "
                        "or how long before a round closes."
                    )
                ),
            ),
            Accent.QUIET,
        )
    shown = reminders[:5]
    lines, buttons = [], []
    for count, reminder in enumerate(shown, start=1):
        server = plain(servers.get(reminder.guild_id, "")) or _("a server")
        lines.append(f"{count}. **{server}** · {_told(reminder)}")
        label = _("Switch {number} off", number=count)
        buttons.append(Button(label, action(Verb.REMIND_OFF, reminder.guild_id)))
    return Card((Text("\n".join(lines)), Buttons(tuple(buttons))), Accent.QUIET)


def reminder_off_card(*, was_on: bool) -> Card:
    """It is off, whether or not it was on."""
    text = (
        _("The reminder is off. `/speedrun remind` in the server switches it on again.")
        if was_on
        else _("No reminder was on.")
    )
    return Card((Text(text),), Accent.QUIET)


def inbox_closed_text() -> str:
    """Why no reminder comes any more."""
    return _(
        "I could not send you your reminder: Discord takes no direct message from me for you. "
        "It is off now. Allow direct messages from this server's members, then `/speedrun remind`."
    )


def _told(reminder: Reminder) -> str:
    if isinstance(reminder.when, AtTime):
        return _(
            "Each day at {time}, {zone}",
            time=f"{reminder.when.time:%H:%M}",
            zone=reminder.when.zone.key,
        )
    minutes = int(reminder.when.before.total_seconds() // 60)
    if minutes % 60:
        return _("{minutes} minutes before a round closes", minutes=minutes)
    return _("{hours} h before a round closes", hours=minutes // 60)
