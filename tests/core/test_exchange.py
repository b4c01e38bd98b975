"""A schedule as plain values: what was written reads back equal, and nothing else is read."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.drafts import Draft, draft_from_document, draft_to_document
from bot.core.errors import InvalidSetting
from bot.core.exchange import settings_from_plain, settings_to_plain
from bot.core.lessons import Level
from bot.core.options import Language
from bot.core.schedule import Schedule
from bot.core.selection import Wish
from bot.core.settings import CodeView, GuildSettings
from tests.doubles import GUILD, a_schedule, at

FROM = at("2000-01-01 00:00")
ids = st.integers(0, 2**63 - 1)
wishes = st.builds(
    Wish,
    st.none() | st.sampled_from(Level),
    st.none() | st.text("abcdefghij-", min_size=1, max_size=40),
)
schedules = st.builds(
    Schedule,
    post_time=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]).map(ZoneInfo),
    weekdays=st.frozensets(st.integers(0, 6)),
    open_for=st.none() | st.integers(1, 168 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    is_paused=st.booleans(),
    effective_from=st.just(FROM),
)
settings = st.builds(
    GuildSettings,
    guild_id=st.just(GUILD),
    channel_id=ids,
    schedule=schedules,
    code=st.sampled_from(CodeView),
    slot=st.just(3),
    wish=wishes,
    weekday_wishes=st.dictionaries(st.integers(0, 6), wishes).map(
        lambda found: tuple(sorted(found.items(), key=lambda item: item[0]))
    ),
    role_id=st.none() | ids,
    has_thread=st.booleans(),
)


def read(plain):
    return settings_from_plain(plain, guild_id=GUILD, slot=3, effective_from=FROM)


@given(settings)
def test_what_was_written_reads_back_equal(wanted):
    assert read(settings_to_plain(wanted)) == wanted


@given(settings, st.sampled_from(Language), st.lists(st.text(max_size=9), max_size=3).map(tuple))
def test_a_draft_reads_back_equal(wanted, language, zones):
    draft = Draft(wanted, language, zones, is_new=False)
    assert draft_from_document(draft_to_document(draft), guild_id=GUILD, slot=3) == draft


PLAIN = settings_to_plain(GuildSettings(GUILD, 5, a_schedule()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("role", GUILD),
        ("channel", -1),
        ("channel", True),
        ("channel", "general"),
        ("channel", 2**63),
        ("time", 900),
        ("time", "25:00"),
        ("timezone", "../../etc/passwd"),
        ("timezone", None),
        ("weekdays", "daily"),
        ("weekdays", ["someday"]),
        ("weekdays", [1]),
        ("open_minutes", 0),
        ("open_minutes", True),
        ("open_minutes", 10**9),
        ("code", "morse"),
        ("code", []),
        ("level", "guru"),
        ("topic", "x" * 41),
        ("topic", ""),
        ("thread", "yes"),
        ("paused", 1),
        ("role", "@everyone"),
        ("on_weekdays", []),
        ("on_weekdays", {"someday": {}}),
        ("on_weekdays", {"mon": "beginner"}),
        ("on_weekdays", {"mon": {"level": "guru"}}),
    ],
)
def test_what_can_t_be_used_is_named(field, value):
    with pytest.raises(InvalidSetting) as refusal:
        read(PLAIN | {field: value})
    assert refusal.value.name in (field, "level", "weekdays", "timezone", "time")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*sorted(PLAIN), "on_weekdays", "level"]), junk))
def test_nothing_is_too_strange_to_be_refused(changes):
    plain = json.loads(json.dumps(PLAIN)) | changes
    with suppress(InvalidSetting):
        read(plain)
