"""The moderators' cards: the longest that they can hold is a message that Discord takes."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from bot.core.queue import Day, Planned
from bot.core.results import Voiding
from bot.core.rounds import RoundState
from bot.core.selection import Pick
from bot.core.settings import GuildSettings
from bot.core.versions import PythonVersion
from bot.rendering.post import withdrawn_card
from bot.rendering.queue import queue_card, queue_day_card
from bot.rendering.reveal import withdrawn_reveal_card
from bot.rendering.voiding import kept_card, void_question_card, voided_card
from tests.doubles import a_round, a_schedule

from .test_limits import BIG, NOW, broken_rules, faults, lessons


@settings(max_examples=20)
@given(lessons)
def test_a_withdrawn_round_says_so_on_every_card(lesson):
    round_ = a_round(id=BIG, guild_id=BIG, channel_id=BIG, state=RoundState.REVEALED)
    voiding = Voiding(round_, lesson, players=10**9, points=10**12)
    assert broken_rules(withdrawn_card(lesson)) == []
    assert broken_rules(void_question_card(voiding)) == []
    assert broken_rules(voided_card(voiding)) == []


@settings(max_examples=20)
@given(lessons)
def test_what_comes_next_fits(lesson):
    taste = GuildSettings(BIG, BIG, a_schedule())
    pick = Pick(lesson, lesson.puzzles[0], PythonVersion(3, 14))
    days = [
        Planned(Day(taste, date(2026, 12, number), NOW), pick, is_queued=True)
        for number in range(1, 29)
    ]
    assert broken_rules(queue_card(days, 1)) == []
    assert broken_rules(queue_card(days, 10**9)) == []
    assert broken_rules(queue_day_card(days[0], has_slots=True)) == []
    nothing = Planned(days[0].day, None, is_queued=False)
    assert faults(queue_card([nothing], 0)) == []
    assert faults(queue_card([], -1)) == []


def test_what_is_said_of_no_lesson_fits():
    assert faults(withdrawn_reveal_card()) == []
    assert faults(kept_card()) == []
