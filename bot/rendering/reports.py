"""Reports of puzzles: the form, what moderators see, and what the reporter hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reports import MAX_NOTE, Complaint, Decision
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Choice, Divider, Style, Text, notice
from bot.rendering.evidence import options_told, run_told
from bot.rendering.forms import ChoiceField, Form, TextField
from bot.rendering.language import _, ngettext
from bot.rendering.text import code_block, fit, inline, mention, plain, relative, round_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.reports import ReportCase

_NOTE = 200
"""Characters of a note that are shown beside the evidence: the whole is in `python -m bot reports`
and in the member's own data."""
_SHORT_NOTE = 60
"""As many at least, however long the evidence is."""
_EVIDENCE = 3_500
"""Characters of the evidence and the note together: the rest of Discord's 4,000 is the head's."""
_NAMES = 300
COMPLAINT = "complaint"
NOTE = "note"


def report_form(round_id: int) -> Form:
    """What is wrong with the puzzle, in a choice and in the member's own words."""
    return Form(
        action(Verb.REPORTED, round_id),
        _("Report this puzzle"),
        (
            ChoiceField(
                COMPLAINT,
                _("What is wrong?"),
                tuple(Choice(text, kind, "") for kind, text in _complaints().items()),
            ),
            TextField(
                NOTE,
                _("Anything that helps to see it"),
                placeholder=_("The line you mean, what you expected, on which Python"),
                is_long=True,
                is_required=False,
                max_length=MAX_NOTE,
            ),
        ),
    )


def reported_card() -> Card:
    """Thanks to the reporter."""
    return notice(
        _(
            "Thank you. The moderators have your report, with the run as evidence. You hear back "
            "once they have looked at it."
        ),
        Accent.RIGHT,
    )


def report_card(case: ReportCase) -> Card:
    """One report with its evidence, for moderators, and their two ways to answer it."""
    report, puzzle, truth = case.report, case.puzzle, case.round.truth
    lines = [
        f"## {_('A puzzle was reported')}",
        f"`{puzzle.id}` · [PEP {case.lesson.pep}](<{round_url(case.round)}>)",
        f"**{_complaints()[report.complaint]}** · {relative(report.reported_at)}",
    ]
    if case.alike > 1:
        more = case.alike - 1
        lines.append(
            ngettext("{count} more member reported it.", "{count} more members reported it.", more)
        )
    evidence = f"{inline(puzzle.prompt)}\n{code_block(puzzle.code)}\n{run_told(truth)}"
    options = options_told(puzzle.options, truth)
    if report.note:
        room = min(_NOTE, max(_SHORT_NOTE, _EVIDENCE - len(evidence) - len(options)))
        # Last: a client may take the lines after a quote into it.
        lines.append(f"> {plain(fit(' '.join(report.note.split()), room))}")
    buttons = (
        Button(
            _("Set aside in this server"),
            action(Verb.DECIDE, report.id, Decision.ASIDE),
            Style.DANGER,
        ),
        Button(_("The puzzle is fine"), action(Verb.DECIDE, report.id, Decision.KEPT)),
    )
    return Card(
        (
            Text("\n".join(lines)),
            Divider(),
            Text(evidence),
            Text(options),
            Divider(),
            Buttons(buttons),
        ),
        Accent.WRONG,
    )


def reports_card(case: ReportCase | None, aside: Sequence[str]) -> Card:
    """The oldest report that waits, or that none does; and which puzzles are set aside here."""
    foot = ""
    if aside:
        names = fit(", ".join(f"`{puzzle_id}`" for puzzle_id in aside), _NAMES)
        foot = "-# " + _("Set aside in this server: {names}", names=names)
    if case is None:
        return notice("\n".join(filter(None, (_("No report waits for an answer."), foot))))
    card = report_card(case)
    more = case.waiting - case.alike
    if more > 0:
        foot = "\n".join(
            filter(
                None,
                (ngettext("-# {count} more waits.", "-# {count} more wait.", more), foot),
            )
        )
    return Card((*card.blocks, *([Text(foot)] if foot else [])), card.accent)


def answered_card(case: ReportCase, decision: Decision, actor_id: int) -> Card:
    """What takes the place of a report that was answered."""
    who, puzzle = mention(actor_id), f"`{case.puzzle.id}`"
    told = (
        _("{who} set {puzzle} aside for this server.", who=who, puzzle=puzzle)
        if decision is Decision.ASIDE
        else _("{who} looked at {puzzle}: it stays in play.", who=who, puzzle=puzzle)
    )
    return notice(f"{told}\n-# {_('Whoever reported it hears back.')}")


def put_back_card(puzzle_id: str, *, is_back: bool) -> Card:
    """Whether a puzzle is back in play; what was typed is not shown again."""
    if is_back:
        return notice(_("`{puzzle}` is back in play.", puzzle=puzzle_id), Accent.RIGHT)
    return notice(_("No such puzzle is set aside here. Choose one from the list as you type."))


def decided_card(case: ReportCase) -> Card:
    """What the reporter hears."""
    puzzle = _("your report of the puzzle on PEP {pep}", pep=case.lesson.pep)
    told = (
        _(
            "The moderators looked at {report} and took the puzzle out of play in their server. "
            "Thank you: it will not come back there.",
            report=puzzle,
        )
        if case.report.decision is Decision.ASIDE
        else _(
            "The moderators looked at {report}, and the puzzle stays in play. Thank you for "
            "looking closely.",
            report=puzzle,
        )
    )
    return notice(f"{told}\n{round_url(case.round)}")


def _complaints() -> dict[Complaint, str]:
    return {
        Complaint.WRONG: _("The right answer is not what Python does"),
        Complaint.UNCLEAR: _("More than one answer can be defended"),
        Complaint.EXPLAINED: _("The explanation is wrong"),
        Complaint.OTHER: _("Something else"),
    }
