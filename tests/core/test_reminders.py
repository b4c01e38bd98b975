"""A reminder's instants: each local date once, whatever daylight saving does."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reminders import AtTime
from tests.doubles import at

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("America/Santiago", "Pacific/Apia", "Africa/Casablanca"),
)


@pytest.mark.parametrize(
    ("zone", "local", "after", "due"),
    [
        ("UTC", time(19, 30), "2026-03-02 10:00", "2026-03-02 19:30"),
        ("UTC", time(19, 30), "2026-03-02 19:30", "2026-03-03 19:30"),
        ("Europe/Berlin", time(19, 30), "2026-03-02 10:00", "2026-03-02 18:30"),
        # 2026-03-29: 02:30 is skipped, and comes as 03:30 summer time.
        ("Europe/Berlin", time(2, 30), "2026-03-29 00:00", "2026-03-29 01:30"),
        # 2026-10-25: 02:30 comes twice; the first is in summer time.
        ("Europe/Berlin", time(2, 30), "2026-10-24 23:00", "2026-10-25 00:30"),
        ("Europe/Berlin", time(2, 30), "2026-10-25 00:30", "2026-10-26 01:30"),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", time(12, 0), "2011-12-29 22:00", "2011-12-30 22:00"),
    ],
)
def test_the_next_instant(zone, local, after, due):
    assert AtTime(local, ZoneInfo(zone)).next_after(at(after)) == at(due)


instants = st.integers(0, 19 * 365 * 24 * 60).map(
    lambda minutes: at("2011-01-01 00:00") + timedelta(minutes=minutes)
)


@given(st.sampled_from(ZONES), st.times(), instants)
def test_it_comes_once_a_date_in_order_and_never_before(zone, local, after):
    when = AtTime(local.replace(second=0, microsecond=0, tzinfo=None), ZoneInfo(zone))
    dates, instant = [], after
    for _ in range(4):
        due = when.next_after(instant)
        assert instant < due <= instant + timedelta(hours=50)
        dates.append(due.astimezone(when.zone).date())
        instant = due
    assert dates == sorted(set(dates))
