"""An announcer that measures is the announcer inside, and notes how each call went."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import AnnounceFailed
from bot.discord_app.measured import MeasuredAnnouncer
from tests.doubles import FakeAnnouncer, FixedClock, RecordingMeter, a_lesson, a_round, at

NOW = at("2026-03-02 09:00")


async def test_each_call_is_done_inside_and_noted():
    inside, meter = FakeAnnouncer(FixedClock(NOW)), RecordingMeter()
    announcer = MeasuredAnnouncer(inside, meter)
    round_, lesson = a_round(), a_lesson()
    posted = await announcer.post(round_, lesson)
    assert await announcer.find_post(round_) == posted
    assert await announcer.begin_thread(round_, lesson, posted.message_id)
    assert await announcer.find_reveal(round_) is None
    await announcer.retire_post(replace(round_, message_id=posted.message_id), lesson)
    kinds = [kind for _, kind, outcome in meter.noted if outcome == "ok"]
    assert kinds == ["post", "find", "thread", "find", "retire"]


@pytest.mark.parametrize(("is_lasting", "outcome"), [(True, "refused"), (False, "failed")])
async def test_a_failure_is_raised_and_noted(is_lasting, outcome):
    inside, meter = FakeAnnouncer(FixedClock(NOW)), RecordingMeter()
    inside.refuse("post", AnnounceFailed("no", is_lasting=is_lasting))
    with pytest.raises(AnnounceFailed):
        await MeasuredAnnouncer(inside, meter).post(a_round(), a_lesson())
    assert meter.noted == [("announcement", "post", outcome)]
