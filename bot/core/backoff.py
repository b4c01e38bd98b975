"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(minutes=10)
LASTING_DELAY = timedelta(minutes=30)
"""A missing permission does not come back within seconds, and each refused request counts toward
the 10,000 in ten minutes after which Discord bans the address."""


def retry_delay(attempts: int, *, is_lasting: bool) -> timedelta:
    """The wait after the ``attempts``-th failure in a row, counted from 1: doubling, capped."""
    if is_lasting:
        return LASTING_DELAY
    doublings = min(max(attempts, 1) - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def reconnect_delay(failures: int, jitter: float) -> timedelta:
    """The wait before the next connection after ``failures`` in a row, counted from 1.

    Doubling from two seconds to five minutes, and between half of that and all of it by ``jitter``
    (0 to 1), so that all the bots that one outage threw out don't come back in one moment. Even at
    the shortest a day holds fewer than the 1,000 IDENTIFYs that Discord allows.
    """
    longest = min(2.0 ** min(failures, 10), 300.0)
    return timedelta(seconds=longest * (0.5 + jitter / 2))
