"""What moderators write, read or refused with a way out."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import InvalidSetting
from bot.core.settings import parse_open_hours, parse_post_time, parse_time_zone, parse_weekdays

anything = st.text(max_size=30) | st.text("0123456789:.h ", max_size=6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00", time(9)),
        ("9:00", time(9)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        (" 18:30 ", time(18, 30)),
        ("18h30", time(18, 30)),
        ("18.30", time(18, 30)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_of_day_is_read(text, expected):
    assert parse_post_time(text) == expected


@pytest.mark.parametrize(
    "text", ["", "9", "24:00", "12:60", "-1:00", "12:5", "noon", "\uff19:00", "12:00:00", "1 2:00"]
)
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(InvalidSetting) as refusal:
        parse_post_time(text)
    assert (refusal.value.name, refusal.value.way_out) == ("time", "write it as 09:00 or 18:30")
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia", "EST5EDT"])
def test_a_time_zone_is_read(name):
    assert parse_time_zone(f" {name} ").key == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "/",
        "Europe",
        "Europe/Atlantis",
        "../../etc/passwd",
        "/etc/passwd",
        "Europe/../UTC",
        "UTC\0",
        "zone.tab",
        "Europe/__init__.py",
        "x" * 5000,
        "\ud800",
        "🐍",
        "right/Europe/Berlin",  # counts leap seconds: every post 27 s off
        "posix/Europe/Berlin",
        "localtime",  # this machine's, whichever it is
        "posixrules",
        "Factory",
    ],
)
def test_what_is_no_time_zone_is_refused(text):
    with pytest.raises(InvalidSetting) as refusal:
        parse_time_zone(text)
    assert refusal.value.name == "timezone"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", range(7)),
        ("daily", range(7)),
        ("Every Day", range(7)),
        (" ALL ", range(7)),
        ("weekdays", range(5)),
        ("weekends", (5, 6)),
        ("mon, wed, fri", (0, 2, 4)),
        ("Tu;Th", (1, 3)),
        ("sunday", (6,)),
        ("mon mon mon", (0,)),
        ("mon+tue & wed/thu", (0, 1, 2, 3)),
        ("mon, ", (0,)),
        ("mon,", (0,)),
        (", mon", (0,)),
    ],
)
def test_weekdays_are_read(text, expected):
    assert parse_weekdays(text) == frozenset(expected)


@pytest.mark.parametrize("text", ["t", "someday", "mon, x", "mondays", "1", "mon\0tue", ",", "; ,"])
def test_a_word_that_names_no_day_is_refused(text):
    with pytest.raises(InvalidSetting) as refusal:
        parse_weekdays(text)
    assert refusal.value.name == "weekdays"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(None, None), (0, None), (1, timedelta(hours=1)), (168, timedelta(days=7))],
)
def test_hours_of_a_round_are_read(hours, expected):
    assert parse_open_hours(hours) == expected


@pytest.mark.parametrize("hours", [-1, 169, 10**9])
def test_hours_out_of_bounds_are_refused(hours):
    with pytest.raises(InvalidSetting, match="out of bounds"):
        parse_open_hours(hours)


@given(anything)
def test_any_text_is_read_or_refused_with_a_way_out(text):
    for parse in (parse_post_time, parse_time_zone, parse_weekdays):
        try:
            parse(text)
        except InvalidSetting as refusal:
            assert refusal.why  # noqa: PT017  (either outcome is right; no third is)
            assert refusal.way_out  # noqa: PT017


@given(st.times().map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_every_minute_of_the_day_can_be_written(moment):
    assert parse_post_time(f"{moment:%H:%M}") == moment
    assert parse_post_time(f"{moment:%H%M}") == moment


@given(st.frozensets(st.integers(0, 6), min_size=1))
def test_any_set_of_days_can_be_written(days):
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    assert parse_weekdays(", ".join(names[day][:3] for day in days)) == days
