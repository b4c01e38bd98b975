"""Whether two snippets are the same puzzle in other clothes. Text only."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

_SAME = 0.92


def alike(one: str, other: str) -> bool:
    """Tell whether two snippets are equal, or differ in a word or two."""
    first, second = _words(one), _words(other)
    needed = _SAME * (len(first) + len(second))
    # Thousands of pairs are asked in a library: most differ in length, or share few words.
    if 2 * min(len(first), len(second)) < needed:
        return False
    if 2 * (_counts(one) & _counts(other)).total() < needed:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _SAME


@lru_cache(maxsize=4_096)
def _words(code: str) -> tuple[str, ...]:
    return tuple(code.split())


@lru_cache(maxsize=4_096)
def _counts(code: str) -> Counter[str]:
    return Counter(_words(code))
