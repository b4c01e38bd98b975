"""Reviews as a player sees them: the puzzle, its result, and when nothing is to be reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.reviews import REVIEWS_A_DAY, Grade
from bot.core.rounds import option_order, practice_seed
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, File, Style, Text
from bot.rendering.language import _, ngettext
from bot.rendering.play import question_blocks
from bot.rendering.text import inline, letter, relative
from bot.rendering.verdict import verdict_blocks

if TYPE_CHECKING:
    from bot.core.reviews import NothingToReview, ReviewPuzzle, ReviewResult


def review_card(review: ReviewPuzzle, player_id: int) -> Card:
    """A puzzle to review, in this player's own order."""
    lesson, puzzle = review.practice.lesson, review.practice.puzzle
    order = option_order(practice_seed(puzzle.id), player_id, len(puzzle.options))
    buttons = tuple(
        Button(
            letter(position), action(Verb.REVIEW, lesson.pep, puzzle.id, position), Style.PRIMARY
        )
        for position in range(len(puzzle.options))
    )
    hint: Text | Buttons
    if review.offer.has_hint:
        hint = Text(f"**{_('Hint:')}** {inline(puzzle.hint)}")
    else:
        verb = action(Verb.REVIEW_HINT, lesson.pep, puzzle.id)
        hint = Buttons((Button(_("Hint"), verb),))
    blocks = question_blocks(lesson, puzzle, order, _("Review: predict the output"))
    foot = _("You missed this PEP. No points: your answer decides when it comes back.")
    if review.number:
        count = _("{number} of {most} today.", number=review.number, most=REVIEWS_A_DAY)
        foot = f"{count} {foot}"
    return Card((*blocks, Text(f"-# {foot}"), Buttons(buttons), hint))


def review_result_card(result: ReviewResult, player_id: int) -> Card:
    """Right or wrong, why, and when the PEP comes back."""
    puzzle = result.practice.puzzle
    order = option_order(practice_seed(puzzle.id), player_id, len(puzzle.options))
    blocks = verdict_blocks(
        result.practice.lesson, puzzle, result.practice.truth, order, result.option
    )
    is_right = result.option == result.practice.truth.option
    return Card(
        (
            *blocks,
            Text(f"-# {_returns(result)}"),
            Buttons((Button(_("Next review"), action(Verb.NEXT_REVIEW)),)),
        ),
        Accent.RIGHT if is_right else Accent.WRONG,
    )


def no_review_card(nothing: NothingToReview) -> Card:
    """Why there is nothing to review now, and when there will be."""
    if nothing.done >= REVIEWS_A_DAY:
        text = _("That was the last review of today (days are counted in UTC).")
    elif nothing.waiting:
        text = _("What is due is in play in an open round, or can't run here. Try again later.")
    elif nothing.next_due_at is not None:
        text = _(
            "Nothing is due. The next PEP comes back {when}.", when=relative(nothing.next_due_at)
        )
    elif nothing.done:
        text = _("Nothing more is due.")
    else:
        text = _("You have missed nothing yet. A PEP that you guess wrong comes back here.")
    if nothing.waiting and nothing.done >= REVIEWS_A_DAY:
        text += " " + ngettext(
            "{count} more PEP waits.", "{count} more PEPs wait.", nothing.waiting
        )
    return Card((Text(text),), Accent.QUIET)


def export_card(name: str, data: bytes, count: int) -> Card:
    """The file of what was missed."""
    told = ngettext(
        "The puzzle that you missed, as a file.",
        "The {count} puzzles that you missed, as a file.",
        count,
    )
    return Card((Text(told), File(name, data)), Accent.QUIET)


def nothing_missed_card() -> Card:
    """There is nothing to export."""
    return Card((Text(_("You have missed nothing yet, so there is nothing to export.")),))


def _returns(result: ReviewResult) -> str:
    if result.grade is None:
        return _("This one was answered before, so nothing was changed.")
    names = {
        Grade.AGAIN: _("Missed again"),
        Grade.HARD: _("Right, with the hint"),
        Grade.GOOD: _("Right"),
        Grade.EASY: _("Right at once"),
    }
    if result.due_at is None:
        return names[result.grade]
    return _(
        "{grade}: it comes back {when}.",
        grade=names[result.grade],
        when=relative(result.due_at),
    )
