"""Whether two snippets are the same puzzle in other clothes. Text only."""

from __future__ import annotations

from difflib import SequenceMatcher

_SAME = 0.92


def alike(one: str, other: str) -> bool:
    """Tell whether two snippets are equal, or differ in a word or two."""
    first, second = one.split(), other.split()
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The quick bounds decide nearly all of the thousands of pairs in a library.
    return (
        matcher.real_quick_ratio() >= _SAME
        and matcher.quick_ratio() >= _SAME
        and matcher.ratio() >= _SAME
    )
