"""Whether a guess was right, what ran, and why: the same for all who chose the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rendering.cards import Text
from bot.rendering.language import _, spoken
from bot.rendering.output import safe_output
from bot.rendering.post import headline
from bot.rendering.text import code_block, inline, letter

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Puzzle
    from bot.core.rounds import Truth
    from bot.rendering.cards import Block


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a verdict says: it is the same for everybody who chose the same and saw it there.

    ``lesson`` stands for the lesson and its puzzle, which are too large to be compared.
    """

    language: str
    lesson_key: str | int
    puzzle_id: str
    truth: Truth
    option: int
    chosen: str
    right: str
    lesson: Lesson = field(compare=False)
    puzzle: Puzzle = field(compare=False)


def verdict_blocks(
    lesson: Lesson, puzzle: Puzzle, truth: Truth, order: tuple[int, ...], option: int
) -> tuple[Block, ...]:
    """Right or wrong, what ran, and why."""
    return _verdict_blocks(
        _Verdict(
            spoken(),
            # A lesson that was not read from a document has no digest. The kept verdict keeps the
            # lesson too, so that no other can have its id.
            lesson.digest or id(lesson),
            puzzle.id,
            truth,
            option,
            letter(order.index(option)),
            letter(order.index(truth.option)),
            lesson,
            puzzle,
        )
    )


@lru_cache(maxsize=256)
def _verdict_blocks(verdict: _Verdict) -> tuple[Block, ...]:
    puzzle, truth, option = verdict.puzzle, verdict.truth, verdict.option
    chosen, right = verdict.chosen, verdict.right
    if option == truth.option:
        head = "## ✅ " + _("Right: {letter}", letter=chosen)
        whys = _("**Why:** {why}", why=inline(puzzle.options[option].why))
    else:
        head = "## ❌ " + _(
            "Not this time: you chose {chosen}, and it was {right}",
            chosen=chosen,
            right=right,
        )
        whys = "\n".join(
            (
                _(
                    "**Why not {letter}:** {why}",
                    letter=chosen,
                    why=inline(puzzle.options[option].why),
                ),
                _(
                    "**Why {letter}:** {why}",
                    letter=right,
                    why=inline(puzzle.options[truth.option].why),
                ),
            )
        )
    return (
        Text(f"-# {headline(verdict.lesson)}\n{head}"),
        Text(_ran(truth)),
        Text(f"{whys}\n{inline(puzzle.explanation)}{_twist(puzzle)}"),
    )


def _ran(truth: Truth) -> str:
    facts = {"python": truth.python, "exception": truth.exception}
    if not truth.stdout:
        if truth.exception:
            return _(
                "It ran in the sandbox on **Python {python}** and stopped with `{exception}`.",
                **facts,
            )
        return _("It ran in the sandbox on **Python {python}** and printed nothing.", **facts)
    if truth.exception:
        told = _(
            "It ran in the sandbox on **Python {python}** and stopped with `{exception}`, after "
            "printing:",
            **facts,
        )
    else:
        told = _("It ran in the sandbox on **Python {python}** and printed:", **facts)
    return f"{told}\n{code_block(safe_output(truth.stdout), '')}"


def _twist(puzzle: Puzzle) -> str:
    twist = puzzle.version_twist
    if twist is None:
        return ""
    return "\n-# " + _("Python {python}: {note}", python=twist.python, note=inline(twist.note))
