"""The one list of all rules, for the checker, the docs and the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.library.rules.across import SHELF_RULES
from bot.library.rules.bounds import OUTSIDE_RULES
from bot.library.rules.facts import FACT_RULES
from bot.library.rules.format import FORMAT_RULES
from bot.library.rules.puzzles import PUZZLE_RULES
from bot.library.rules.running import INSIDE_RULES
from bot.library.rules.text import TEXT_RULES

if TYPE_CHECKING:
    from bot.library.rules.base import Rule

LESSON_RULES = (*TEXT_RULES, *PUZZLE_RULES, *FACT_RULES)
"""Rules that one lesson's text obeys or breaks."""

RUN_RULES = (*INSIDE_RULES, *OUTSIDE_RULES)
"""Rules that the runs of a snippet obey or break."""

RULES: tuple[Rule, ...] = (*FORMAT_RULES, *LESSON_RULES, *SHELF_RULES, *RUN_RULES)
"""Every rule, in the order in which they are checked."""
