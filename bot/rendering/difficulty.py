"""How hard a puzzle has turned out to be, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.difficulty import HARDEST
from bot.rendering.language import _, ngettext, number

if TYPE_CHECKING:
    from bot.core.difficulty import Difficulty

_WORTH_TELLING = 0.5
"""Levels between the author's word and the answers that are told."""


def difficulty_line(difficulty: Difficulty) -> str:
    """As "Difficulty 3.4 of 5, by 231 first answers"; the author's word until there are enough."""
    if not difficulty.is_known:
        return _(
            "Difficulty {level} of {most}, as its author says", level=difficulty.prior, most=HARDEST
        )
    line = ngettext(
        "Difficulty {level} of {most}, by {count} first answer",
        "Difficulty {level} of {most}, by {count} first answers",
        difficulty.answers,
        level=number(difficulty.level, 1),
        most=HARDEST,
    )
    moved = difficulty.level - difficulty.prior
    if moved >= _WORTH_TELLING:
        return _("{line}: harder than its author thought", line=line)
    if moved <= -_WORTH_TELLING:
        return _("{line}: easier than its author thought", line=line)
    return line
