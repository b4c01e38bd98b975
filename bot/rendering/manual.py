"""The help: how a day goes, and which commands there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.scoring import HINT_COST, RIGHT_POINTS, SPEED_POINTS, SPEED_WINDOW_MS
from bot.rendering.cards import Card, Divider, Text
from bot.rendering.language import _, pgettext

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMAND = "command"
"""The catalogues' context of commands' names."""


def help_card(commands: Iterable[tuple[str, str]]) -> Card:
    """``commands`` are the members' own, as they are declared: ``speedrun play`` and what it is."""
    rules = Text("\n".join(("## PEP Speedrun", *_rules())))
    listed = "\n".join(f"`/{command_name(path)}` {_(told)}" for path, told in commands)
    return Card((rules, Divider(), Text(listed)))


def command_name(path: str) -> str:
    """A command as the reader's Discord calls it: ``speedrun play``, ``speedrun spielen``."""
    return " ".join(pgettext(COMMAND, word) for word in path.split())


def _rules() -> tuple[str, ...]:
    return (
        _(
            "Each day one Python Enhancement Proposal, told in 90 seconds, and a puzzle: "
            "predict the output."
        ),
        f"### {_('A round')}",
        _(
            "**Start the clock** shows you the puzzle, and your time runs until you guess. "
            "One guess a round, and it is final. What is right is what the puzzle printed "
            "when it ran in the bot's sandbox."
        ),
        f"### {_('Points')}",
        _(
            "A right guess earns {right} points, and up to {speed} more for speed, falling to "
            "none at {seconds} s. The hint costs {hint}. A wrong guess earns none and costs none.",
            right=RIGHT_POINTS,
            speed=SPEED_POINTS,
            seconds=SPEED_WINDOW_MS // 1000,
            hint=HINT_COST,
        ),
        f"### {_('Streaks')}",
        _(
            "Your streak counts the days in a row on which you guessed, right or wrong. A day "
            "without a round breaks nothing. Seven days played earn a freeze, and two at most are "
            "held: one covers one day that you missed, by itself."
        ),
    )
