"""The points of one guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.scoring import points_for

times = st.integers(-5_000, 10**12)


@pytest.mark.parametrize(
    ("is_right", "elapsed_ms", "has_hint", "expected"),
    [
        (True, 0, False, 200),
        (True, -40, False, 200),
        (True, 1, False, 199),
        (True, 45_000, False, 150),
        (True, 89_100, False, 101),
        (True, 89_101, False, 100),
        (True, 90_000, False, 100),
        (True, 3_600_000, False, 100),
        (True, 0, True, 175),
        (True, 90_000, True, 75),
        (False, 0, False, 0),
        (False, 0, True, 0),
    ],
)
def test_a_right_guess_earns_a_hundred_and_up_to_as_much_for_speed(
    is_right, elapsed_ms, has_hint, expected
):
    assert points_for(is_right=is_right, elapsed_ms=elapsed_ms, has_hint=has_hint) == expected


@given(times, times, st.booleans())
def test_slower_never_earns_more(one, other, has_hint):
    fast, slow = sorted((one, other))
    quick = points_for(is_right=True, elapsed_ms=fast, has_hint=has_hint)
    assert quick >= points_for(is_right=True, elapsed_ms=slow, has_hint=has_hint)


@given(st.booleans(), times, st.booleans())
def test_points_stay_within_their_bounds(is_right, elapsed_ms, has_hint):
    points = points_for(is_right=is_right, elapsed_ms=elapsed_ms, has_hint=has_hint)
    assert points == 0 if not is_right else 75 <= points <= 200
    without = points_for(is_right=is_right, elapsed_ms=elapsed_ms, has_hint=False)
    assert without - points == (25 if is_right and has_hint else 0)
