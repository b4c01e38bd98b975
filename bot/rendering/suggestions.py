"""Suggested puzzles: the form, its refusal, what moderators see, and what the author hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.suggestions import (
    CODE,
    MAX_FIELD,
    NOTES,
    OPTIONS,
    PEP,
    PROMPT,
    Suggestion,
    SuggestionState,
)
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Divider, Style, Text, notice
from bot.rendering.evidence import options_told, run_told
from bot.rendering.forms import Form, TextField
from bot.rendering.language import _, ngettext
from bot.rendering.text import code_block, fit, inline, letter, mention, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.errors import LessonFault

_MAX_FAULTS = 6
_FAULT = 220
_CODE = 1_100
"""Characters of refused code that are given back: more than a puzzle may have."""


def suggest_form() -> Form:
    """A puzzle in five fields."""
    return Form(
        action(Verb.SUGGESTED, "puzzle"),
        _("Suggest a puzzle"),
        (
            TextField(PEP, _("The PEP's number"), placeholder="572", max_length=8),
            TextField(PROMPT, _("The question"), placeholder=_("What is printed?"), max_length=300),
            TextField(
                CODE,
                _("The code"),
                placeholder=_("3 to 18 lines, at most 60 columns, the same output each time"),
                is_long=True,
                max_length=MAX_FIELD,
            ),
            TextField(
                OPTIONS,
                _("3 or 4 options, one a line"),
                placeholder=_(
                    "output | why one thinks so (\\n: new line), or raises: TypeError | why"
                ),
                is_long=True,
                max_length=MAX_FIELD,
            ),
            TextField(
                NOTES,
                _("First line: a hint; below: the explanation"),
                placeholder=_("The hint points at the rule, the explanation states it"),
                is_long=True,
                max_length=1_000,
            ),
        ),
    )


def suggested_card() -> Card:
    """Thanks to the author."""
    return notice(
        _(
            "Thank you. It ran, exactly one option is what it did, and the moderators have it. "
            "You hear back once they have looked at it."
        ),
        Accent.RIGHT,
    )


def suggestion_refused_card(
    faults: Sequence[LessonFault], unproven: Sequence[str], code: str
) -> Card:
    """What is wrong with it, and the code, so that it need not be typed again."""
    lines = [f"## {_('Not yet')}", _("Mend this, and send it again: `/speedrun suggest`")]
    for fault in faults[:_MAX_FAULTS]:
        told = " → ".join(inline(text) for text in (fault.why, fault.way_out) if text)
        lines.append(fit(f"· `{fault.rule}`: {told}", _FAULT))
    if unproven:
        lines.append(_("Not run on this host:"))
        lines += [fit(f"· {inline(why)}", _FAULT) for why in unproven[:_MAX_FAULTS]]
    return Card((Text("\n".join(lines)), Text(code_block(fit(code, _CODE)))), Accent.WRONG)


def suggestion_card(suggestion: Suggestion | None, waiting: int) -> Card:
    """The oldest suggestion with its run, for moderators, and their two ways to answer it."""
    if suggestion is None:
        return notice(_("No suggestion waits for an answer."))
    draft, truth = suggestion.draft, suggestion.truth
    lines = [
        f"## {_('A puzzle was suggested')}",
        f"PEP {draft.pep} · {mention(suggestion.author_id)} · {relative(suggestion.suggested_at)}",
    ]
    if waiting > 1:
        lines.append(ngettext("-# {count} more waits.", "-# {count} more wait.", waiting - 1))
    buttons = (
        Button(
            _("Approve"),
            action(Verb.JUDGE, suggestion.id, SuggestionState.APPROVED),
            Style.PRIMARY,
        ),
        Button(_("Decline"), action(Verb.JUDGE, suggestion.id, SuggestionState.DECLINED)),
    )
    return Card(
        (
            Text("\n".join(lines)),
            Divider(),
            Text(f"{inline(draft.prompt)}\n{code_block(draft.code)}\n{run_told(truth)}"),
            Text(options_told(draft.options, truth)),
            Divider(),
            Buttons(buttons),
        ),
        Accent.PYTHON,
    )


def suggestion_words_card(suggestion: Suggestion) -> Card:
    """The rest of what members would read: hint, whys, explanation."""
    draft = suggestion.draft
    whys = (
        f"**{letter(index)}** {inline(option.why)}" for index, option in enumerate(draft.options)
    )
    hint = _("Hint: {hint}", hint=inline(draft.hint))
    return notice("\n".join((hint, *whys, inline(draft.explanation))))


def suggestion_judged_card(suggestion: Suggestion, actor_id: int) -> Card:
    """What takes the place of a suggestion that was answered."""
    who, pep = mention(actor_id), suggestion.draft.pep
    told = (
        _(
            "{who} approved it: this server's lesson on PEP {pep} has it now.",
            who=who,
            pep=pep,
        )
        if suggestion.state is SuggestionState.APPROVED
        else _("{who} declined the puzzle on PEP {pep}.", who=who, pep=pep)
    )
    return notice(f"{told}\n-# {_('Whoever suggested it hears back.')}")


def suggestion_answer_card(suggestion: Suggestion) -> Card:
    """What the author hears."""
    told = (
        _(
            "The moderators approved your puzzle on PEP {pep}: it comes up in their server, where "
            "your own guess on it earns no points. Thank you!",
            pep=suggestion.draft.pep,
        )
        if suggestion.state is SuggestionState.APPROVED
        else _(
            "The moderators declined your puzzle on PEP {pep}. Thank you for the idea; another "
            "one is welcome.",
            pep=suggestion.draft.pep,
        )
    )
    return notice(told)
