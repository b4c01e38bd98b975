"""What moderators judge a puzzle by: what its run did, and which option that made true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.language import _
from bot.rendering.output import safe_output
from bot.rendering.play import outcome_text
from bot.rendering.text import code_block, letter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.lessons import Option
    from bot.core.rounds import Truth


def options_told(options: Iterable[Option], truth: Truth | None) -> str:
    """The options in the lesson's own order, each with a sign; none is right without a run."""
    right = None if truth is None else truth.option
    return "\n".join(
        f"{'✔' if index == right else '✘'} **{letter(index)}**\n{outcome_text(option)}"
        for index, option in enumerate(options)
    )


def run_told(truth: Truth | None) -> str:
    """What the puzzle did in the sandbox."""
    if truth is None:
        return _("It was never run.")
    head = _("The sandbox ran it on Python {python}.", python=truth.python)
    if truth.exception:
        head += " " + _("It stopped with `{exception}`.", exception=truth.exception)
    if not truth.stdout:
        return f"{head} {_('It printed nothing.')}"
    return f"{head} {_('It printed:')}\n{code_block(safe_output(truth.stdout), '')}"
