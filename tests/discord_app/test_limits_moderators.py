"""The moderators' cards: the longest that they can hold is a message that Discord takes."""

from __future__ import annotations

from hypothesis import given, settings

from bot.core.results import Voiding
from bot.core.rounds import RoundState
from bot.rendering.post import withdrawn_card
from bot.rendering.reveal import withdrawn_reveal_card
from bot.rendering.voiding import kept_card, void_question_card, voided_card
from tests.doubles import a_round

from .test_limits import BIG, broken_rules, faults, lessons


@settings(max_examples=20)
@given(lessons)
def test_a_withdrawn_round_says_so_on_every_card(lesson):
    round_ = a_round(id=BIG, guild_id=BIG, channel_id=BIG, state=RoundState.REVEALED)
    voiding = Voiding(round_, lesson, players=10**9, points=10**12)
    assert broken_rules(withdrawn_card(lesson)) == []
    assert broken_rules(void_question_card(voiding)) == []
    assert broken_rules(voided_card(voiding)) == []


def test_what_is_said_of_no_lesson_fits():
    assert faults(withdrawn_reveal_card()) == []
    assert faults(kept_card()) == []
