"""Whether two snippets are the same puzzle in other clothes. Text only."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

_SAME = 0.92


def alike(one: str, other: str) -> bool:
    """Tell whether two snippets are equal, or differ in a word or two."""
    first, second = one.split(), other.split()
    # Thousands of pairs are asked in a library: most differ in length, or share few words.
    both = len(first) + len(second)
    if 2 * min(len(first), len(second)) < _SAME * both:
        return False
    shared = sum((Counter(first) & Counter(second)).values())
    if 2 * shared < _SAME * both:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _SAME
