"""What moderators see of their server's own lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.cards import Accent, Card, Text
from bot.rendering.language import _, ngettext
from bot.rendering.text import fit, inline, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.errors import LessonFault
    from bot.core.workbench import OwnLesson

MAX_SHOWN = 12
"""Faults a message: more are mended after these."""
_FAULT = 220


def lesson_refused_card(faults: Sequence[LessonFault], unproven: Sequence[str]) -> Card:
    """What is wrong with an uploaded lesson, line by line, each with its way out."""
    lines = [f"## {_('This lesson was not taken')}"]
    for fault in faults[:MAX_SHOWN]:
        told = " → ".join(inline(text) for text in (fault.why, fault.way_out) if text)
        where = _("Line {line}", line=fault.line)
        lines.append(fit(f"**{where}** `{fault.rule}`: {told}", _FAULT))
    more = len(faults) - MAX_SHOWN
    if more > 0:
        lines.append(ngettext("And {count} more.", "And {count} more.", more))
    if unproven:
        lines.append(_("Not run on this host:"))
        lines += [fit(f"· {inline(why)}", _FAULT) for why in unproven[:MAX_SHOWN]]
    lines.append("-# " + _("The format is in the project's CONTRIBUTING.md."))
    return Card((Text("\n".join(lines)),), Accent.WRONG)


def lesson_added_card(own: OwnLesson) -> Card:
    """A lesson is in use."""
    lesson = own.lesson
    title = _("PEP {pep}, {title}", pep=lesson.pep, title=inline(lesson.title))
    puzzles = ngettext("{count} puzzle", "{count} puzzles", len(lesson.puzzles))
    lines = [
        f"## {_('In use in this server')}",
        _(
            "{title}: version {version}, {puzzles}.",
            title=title,
            version=own.version,
            puzzles=puzzles,
        ),
        _("Every rule holds, and every puzzle ran. `/speedrun-admin preview` shows it."),
    ]
    return Card((Text("\n".join(lines)),), Accent.RIGHT)


def own_lessons_card(lessons: Sequence[OwnLesson]) -> Card:
    """The server's own lessons that are in use."""
    lines = [f"## {_('Lessons of this server')}"]
    if not lessons:
        lines.append(_("None yet. `/speedrun-admin lesson add` takes a YAML file."))
    for own in lessons:
        lesson = own.lesson
        title = fit(_("PEP {pep}, {title}", pep=lesson.pep, title=inline(lesson.title)), 100)
        facts = _("version {version}, {when}", version=own.version, when=relative(own.added_at))
        lines.append(f"**{title}** · {facts}")
    return Card((Text("\n".join(lines)),), Accent.QUIET)
