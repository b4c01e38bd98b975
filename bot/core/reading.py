"""How long a puzzle takes to read. Arithmetic on lengths; what a member makes of it is theirs.

The pace is 238 words a minute, the mean of silent reading of English non-fiction (Brysbaert, "How
many words do we read per minute?", Journal of Memory and Language 109, 2019), six characters a
word with its space. The floor is four times that, some 950 words a minute: well beyond the 600 or
so at which comprehension gives way (Rayner et al., "So Much to Read, So Little Time", Psychological
Science in the Public Interest 17, 2016), and a second for the choice and the press.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.lessons import Puzzle

WORDS_A_MINUTE = 238
CHARACTERS_A_WORD = 6
FLOOR_FACTOR = 4
PRESS_MS = 1_000

_MS_A_CHARACTER = 60_000 / (WORDS_A_MINUTE * CHARACTERS_A_WORD)


def length_of(puzzle: Puzzle) -> int:
    """The characters that a member has before them: prompt, code, input and options."""
    options = sum(len(option.raises or option.stdout or "") for option in puzzle.options)
    return len(puzzle.prompt) + len(puzzle.code) + len(puzzle.stdin) + options


def reading_ms(puzzle: Puzzle) -> int:
    """Milliseconds to read the puzzle once, at the usual pace."""
    return round(length_of(puzzle) * _MS_A_CHARACTER)


def reading_floor_ms(puzzle: Puzzle) -> int:
    """Milliseconds below which nobody can have read the puzzle and chosen."""
    return PRESS_MS + reading_ms(puzzle) // FLOOR_FACTOR
