"""Every card of reminders is a message that Discord takes, whatever a server is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.core.reminders import AtTime, BeforeClose, DueReminder, Reminder
from bot.rendering.language import languages, speaking
from bot.rendering.reminders import (
    reminder_card,
    reminder_off_card,
    reminder_set_card,
    reminders_card,
)
from tests.doubles import a_round

from .test_limits import BIG, NOW, broken_rules, full

LONGEST_ZONE = ZoneInfo("America/Argentina/ComodRivadavia")


@pytest.mark.parametrize("language", languages())
@given(full(60), full(100))
def test_reminders_fit(language, title, server):
    round_ = a_round(id=BIG, guild_id=BIG, channel_id=BIG, message_id=BIG, pep=9999)
    at_time = Reminder(BIG, BIG, language, AtTime(time(23, 59), LONGEST_ZONE), NOW)
    before = replace(at_time, when=BeforeClose(timedelta(minutes=15)), due_at=None)
    several = [replace(at_time, guild_id=BIG - n) for n in range(9)]
    with speaking(language):
        cards = [
            reminder_card(DueReminder(BIG, language, round_, title), server),
            reminder_set_card(at_time),
            reminder_set_card(before),
            reminders_card(several, dict.fromkeys(range(BIG - 9, BIG + 1), server)),
            reminders_card([], {}),
            reminder_off_card(was_on=True),
            reminder_off_card(was_on=False),
        ]
    assert [broken_rules(card) for card in cards] == [[]] * len(cards)
