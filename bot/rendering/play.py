"""What a player sees alone: the puzzle, and after the guess its result; scored, and in practice."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.rounds import option_order, practice_seed, round_seed
from bot.core.scoring import HINT_COST, RIGHT_POINTS, SPEED_POINTS, SPEED_WINDOW_MS
from bot.core.windows import Window
from bot.rendering.actions import Verb, action
from bot.rendering.cards import (
    Accent,
    Block,
    Button,
    Buttons,
    Card,
    Divider,
    LinkButton,
    Style,
    Text,
)
from bot.rendering.language import _, number, spoken
from bot.rendering.post import headline, related_menu
from bot.rendering.streaks import result_lines
from bot.rendering.text import (
    code_block,
    days,
    discussion_url,
    inline,
    letter,
    points,
    relative,
    seconds,
)
from bot.rendering.verdict import verdict_blocks

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Library, Option, Puzzle
    from bot.core.results import GuessReceipt, PracticePuzzle, StartReceipt
    from bot.core.rounds import Round


def puzzle_card(receipt: StartReceipt) -> Card:
    """The puzzle in this player's own order, with the clock running."""
    round_, puzzle, start = receipt.round, receipt.puzzle, receipt.start
    count = len(puzzle.options)
    order = option_order(round_seed(round_.id), start.player_id, count)
    since = relative(start.started_at)
    clock = _("Your clock started {when}.", when=since)
    if not start.is_new:
        clock = _("Your clock was running already: it started {when}.", when=since)
    rules = _(
        "One guess, and it is final. Right earns {right}, and up to {speed} more within "
        "{seconds} s.",
        right=RIGHT_POINTS,
        speed=SPEED_POINTS,
        seconds=SPEED_WINDOW_MS // 1000,
    )
    if receipt.is_author:
        rules = _(
            "You suggested this puzzle: your guess earns no points, and your streak goes on with "
            "it."
        )
    buttons = tuple(
        Button(letter(position), action(Verb.GUESS, round_.id, position), Style.PRIMARY)
        for position in range(count)
    )
    hint: tuple[Block, ...]
    if start.has_hint:
        hint = (Text(_("**Hint:** {hint}", hint=inline(puzzle.hint))),)
    else:
        label = _("Hint (costs {points})", points=points(HINT_COST))
        hint = (Buttons((Button(label, action(Verb.HINT, round_.id)),)),)
    blocks = question_blocks(receipt.lesson, puzzle, order, _("Predict the output"))
    return Card((*blocks, Text(f"-# {clock} {rules}"), Buttons(buttons), *hint))


def practice_card(practice: PracticePuzzle, player_id: int) -> Card:
    """An unscored puzzle, in this player's own order."""
    puzzle = practice.puzzle
    order = option_order(practice_seed(puzzle.id), player_id, len(puzzle.options))
    buttons = tuple(
        Button(
            letter(position),
            action(Verb.TRY, practice.lesson.pep, puzzle.id, position),
            Style.PRIMARY,
        )
        for position in range(len(puzzle.options))
    )
    blocks = question_blocks(practice.lesson, puzzle, order, _("Practice: predict the output"))
    foot = Text("-# " + _("Practice: no clock, no points, and you may try again."))
    return Card((*blocks, foot, Buttons(buttons)))


def result_card(
    receipt: GuessReceipt,
    *,
    is_recalled: bool = False,
    can_edit: bool = False,
    can_compare: bool = False,
) -> Card:
    """Right or wrong, what ran, why, the time, the points, the rank, the streak.

    ``can_edit`` and ``can_compare`` say whether this host could do what the buttons offer.
    """
    guess, round_, puzzle = receipt.guess, receipt.round, receipt.puzzle
    if round_.truth is None:
        raise ValueError(f"round {round_.id} was never run")
    order = option_order(round_seed(round_.id), guess.player_id, len(puzzle.options))
    earned, time = points(guess.points), seconds(guess.elapsed_ms)
    parts = (
        _("**{points}** in {time}, hint taken", points=earned, time=time)
        if guess.has_hint
        else _("**{points}** in {time}", points=earned, time=time),
        _(
            "rank **{rank}** of {players} today",
            rank=number(receipt.rank),
            players=number(receipt.players),
        ),
        _("streak **{days}**", days=days(receipt.streak.length)),
    )
    standing = "\n".join((" · ".join(parts), *result_lines(receipt)))
    if guess.is_author_s:
        standing += "\n-# " + _("You suggested this puzzle, so it earns you no points.")
    if not guess.is_right:
        standing += "\n-# " + _("`/speedrun review` brings this PEP back to you, spaced out.")
    lead: tuple[Block, ...] = ()
    if is_recalled:
        lead = (Text(_("You have guessed in this round already; your first guess stands.")),)
    blocks = verdict_blocks(receipt.lesson, puzzle, round_.truth, order, guess.option)
    return Card(
        (
            *lead,
            *blocks,
            Divider(),
            Text(standing),
            *_result_buttons(spoken(), round_, can_edit=can_edit, can_compare=can_compare),
        ),
        Accent.RIGHT if guess.is_right else Accent.WRONG,
    )


@lru_cache(maxsize=256)
def _result_buttons(
    _language: str, round_: Round, *, can_edit: bool, can_compare: bool
) -> tuple[Buttons, Buttons]:
    """What can be done with a result, and with a puzzle once it is no secret; at most five a row.

    Kept, since a round's players all get the same in one language.
    """
    with_result = (
        Button(_("Share"), action(Verb.SHARE, round_.id), Style.PRIMARY),
        Button(_("Today's leaderboard"), action(Verb.BOARD, Window.TODAY)),
        LinkButton(_("Discuss"), discussion_url(round_)),
    )
    edit = (Button(_("Edit & run"), action(Verb.EDIT, round_.id)),)
    compare = (Button(_("Compare versions"), action(Verb.COMPARE, round_.id)),)
    report = Button(_("Report this puzzle"), action(Verb.REPORT, round_.id))
    with_puzzle = (*(edit if can_edit else ()), *(compare if can_compare else ()), report)
    return Buttons(with_result), Buttons(with_puzzle)


def practice_result_card(
    practice: PracticePuzzle, library: Library, player_id: int, option: int
) -> Card:
    """Right or wrong in practice, what ran, why."""
    puzzle = practice.puzzle
    order = option_order(practice_seed(puzzle.id), player_id, len(puzzle.options))
    blocks = verdict_blocks(practice.lesson, puzzle, practice.truth, order, option)
    menu = related_menu(practice.lesson, library, action(Verb.RELATED, 0))
    is_right = option == practice.truth.option
    return Card(
        (*blocks, Text("-# " + _("Practice: nothing was counted.")), *([menu] if menu else [])),
        Accent.RIGHT if is_right else Accent.WRONG,
    )


def outcome_text(option: Option) -> str:
    """What an option says will happen, as a block of its own."""
    if option.raises is not None:
        return _("Python stops with `{exception}`.", exception=option.raises)
    if not option.stdout:
        return _("Nothing is printed.")
    return code_block(option.stdout, "")


def question_blocks(
    lesson: Lesson, puzzle: Puzzle, order: tuple[int, ...], title: str
) -> list[Block]:
    """The prompt with its code, and the options in that order."""
    # Text blocks are few: Discord counts components, and a screen reader stops at each.
    options = "\n".join(
        f"**{letter(position)}**\n{outcome_text(puzzle.options[index])}"
        for position, index in enumerate(order)
    )
    code = code_block(puzzle.code)
    stdin = ""
    if puzzle.stdin:
        stdin = f"\n{_('It reads this input:')}\n{code_block(puzzle.stdin, '')}"
    return [
        Text(f"-# {headline(lesson)}\n## {title}\n{inline(puzzle.prompt)}\n{code}{stdin}"),
        Divider(),
        Text(options),
    ]
