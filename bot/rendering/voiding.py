"""What moderators see as they withdraw a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.rounds import RoundState
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Style, Text
from bot.rendering.language import _, day, month_of_year, ngettext
from bot.rendering.text import inline

if TYPE_CHECKING:
    from bot.core.results import Voiding


def void_question_card(voiding: Voiding) -> Card:
    """What withdrawing the round takes back, and the button that does it."""
    lines = [f"## {_('Withdraw this round?')}", _what(voiding)]
    if voiding.players:
        lines.append(
            ngettext(
                "{count} member loses the points of it, {points} in all. Streaks are counted as if "
                "this date had had no round.",
                "{count} members lose the points of it, {points} in all. Streaks are counted as if "
                "this date had had no round.",
                voiding.players,
                points=voiding.points,
            )
        )
    else:
        lines.append(_("Nobody has guessed in it."))
    lines.append(_("This can't be taken back, and no other round takes its place."))
    yes = Button(_("Withdraw it"), action(Verb.VOID, voiding.round.id), Style.DANGER)
    no = Button(_("Keep it"), action(Verb.KEEP, "round"))
    return Card((Text("\n".join(lines)), Buttons((yes, no))), Accent.WRONG)


def voided_card(voiding: Voiding) -> Card:
    """The round is withdrawn."""
    lines = [f"## {_('Withdrawn')}", _what(voiding)]
    if voiding.round.state is not RoundState.RESERVED:
        lines.append(_("Its post says so; points, boards and streaks are as if it had not been."))
    if voiding.has_recounted_season:
        month = month_of_year(voiding.round.puzzle_date)
        lines.append(_("The final ranks of {month} were counted anew.", month=month))
    return Card((Text("\n".join(lines)),), Accent.QUIET)


def kept_card() -> Card:
    """A moderator thought better of it."""
    return Card((Text(_("Nothing was changed.")),), Accent.QUIET)


def _what(voiding: Voiding) -> str:
    round_ = voiding.round
    return _(
        "The round of {day} in <#{channel}>: PEP {pep}, {title}.",
        day=day(round_.puzzle_date),
        channel=round_.channel_id,
        pep=round_.pep,
        title=inline(voiding.lesson.title),
    )
