"""What a guess earns: one page of constants and one formula."""

from __future__ import annotations

RIGHT_POINTS = 100
"""A right guess earns this, however long it took."""
SPEED_POINTS = 100
"""A right guess earns up to this on top, falling linearly with time."""
SPEED_WINDOW_MS = 90_000
"""The 90 seconds of the speedrun: after them, speed earns nothing."""
HINT_COST = 25
"""A hint takes this off a right guess."""
WRONG_POINTS = 0
"""A wrong guess earns this; it never costs."""


def points_for(*, is_right: bool, elapsed_ms: int, has_hint: bool) -> int:
    """The points of one guess, 0 to 200; halves are rounded down, in nobody's favour."""
    if not is_right:
        return WRONG_POINTS
    left_ms = max(0, SPEED_WINDOW_MS - max(0, elapsed_ms))
    speed = SPEED_POINTS * left_ms // SPEED_WINDOW_MS
    return RIGHT_POINTS + speed - (HINT_COST if has_hint else 0)
