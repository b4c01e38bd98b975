"""The moderators' log, as they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Text
from bot.rendering.language import _
from bot.rendering.text import fit, mention, plain, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.audit import AuditEntry

LOG_PAGE = 8
"""Entries a page."""
_FACT = 60
"""Characters of a before or after that are shown; the command line shows all."""


def log_card(entries: Sequence[AuditEntry]) -> Card:
    """Up to `LOG_PAGE` entries, the newest first; one more in ``entries``: there are older ones."""
    if not entries:
        nothing = _("Nothing has been changed here yet.")
        return Card((Text(f"## {_('Log')}\n{nothing}"),), Accent.QUIET)
    shown = entries[:LOG_PAGE]
    text = Text(f"## {_('Log')}\n" + "\n".join(_line(entry) for entry in shown))
    if len(entries) == len(shown):
        return Card((text,), Accent.QUIET)
    older = Button(_("Older"), action(Verb.LOG, shown[-1].id))
    return Card((text, Buttons((older,))), Accent.QUIET)


def deed_name(deed: str) -> str:
    """The action in words; its stored name where this release knows none."""
    names = {
        Deed.SET_UP: _("set up"),
        Deed.SCHEDULE_REMOVED: _("removed"),
        Deed.PAUSE: _("paused"),
        Deed.RESUME: _("resumed"),
        Deed.OPTION: _("changed"),
        Deed.POST: _("posted now"),
        Deed.REVEAL: _("revealed now"),
        Deed.QUEUE: _("planned"),
        Deed.SKIP: _("skipped on"),
        Deed.IMPORT: _("took over settings from a file"),
        Deed.LESSON_ADDED: _("added a lesson"),
        Deed.LESSON_RETIRED: _("retired a lesson"),
        Deed.VOID: _("withdrew the round of"),
        Deed.SET_ASIDE: _("set aside"),
        Deed.PUT_BACK: _("put back into play"),
        Deed.REPORT_CLOSED: _("answered the report on"),
        Deed.SUGGESTION_APPROVED: _("approved the suggestion"),
        Deed.SUGGESTION_DECLINED: _("declined the suggestion"),
    }
    return names.get(deed, plain(deed))  # type: ignore[call-overload, no-any-return]


def _line(entry: AuditEntry) -> str:
    who = _("the bot's owner") if entry.actor_id is None else mention(entry.actor_id)
    line = f"{relative(entry.done_at)} {who} · **{deed_name(entry.deed)}**"
    if entry.subject:
        line += f" {_fact(entry.subject)}"
    if entry.before is not None and entry.after is not None:
        line += f": {_fact(entry.before)} → {_fact(entry.after)}"
    elif entry.after is not None:
        line += f": {_fact(entry.after)}"
    elif entry.before is not None:
        line += f": {_fact(entry.before)}"
    return line


def _fact(text: str) -> str:
    return plain(fit(text, _FACT).replace("\n", " "))
