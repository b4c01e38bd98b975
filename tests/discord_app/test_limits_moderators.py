"""The moderators' cards: the longest that they can hold is a message that Discord takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.drafts import Draft
from bot.core.errors import LessonFault
from bot.core.lessons import Level
from bot.core.queue import Day, Planned
from bot.core.results import Voiding
from bot.core.rounds import RoundState
from bot.core.selection import Pick, Wish
from bot.core.settings import GuildSettings
from bot.core.versions import PythonVersion
from bot.core.workbench import MAX_OWN_LESSONS, OwnLesson
from bot.discord_app.layout import build_form
from bot.discord_app.permissions import NEEDED
from bot.rendering.actions import parse
from bot.rendering.forms import MAX_LABEL, MAX_TITLE
from bot.rendering.language import languages, speaking
from bot.rendering.own_lessons import lesson_added_card, lesson_refused_card, own_lessons_card
from bot.rendering.post import withdrawn_card
from bot.rendering.queue import queue_card, queue_day_card
from bot.rendering.reveal import withdrawn_reveal_card
from bot.rendering.sentences import permission_missing
from bot.rendering.setup import Page, clock_form, setup_card, welcome_card
from bot.rendering.voiding import kept_card, void_question_card, voided_card
from tests.doubles import a_round, a_schedule

from .test_limits import BIG, NOW, broken_rules, faults, full, lessons


@settings(max_examples=20)
@given(lessons)
def test_a_withdrawn_round_says_so_on_every_card(lesson):
    round_ = a_round(id=BIG, guild_id=BIG, channel_id=BIG, state=RoundState.REVEALED)
    voiding = Voiding(round_, lesson, players=10**9, points=10**12, has_recounted_season=True)
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
    assert broken_rules(queue_day_card(days[1], days)) == []
    nothing = Planned(days[0].day, None, is_queued=False)
    assert faults(queue_card([nothing], 0)) == []
    assert faults(queue_card([], -1)) == []


@pytest.mark.parametrize("page", Page)
@pytest.mark.parametrize("language", languages())
def test_every_page_of_the_set_up_fits(page, language):
    wishes = tuple((day, Wish(Level.INTERMEDIATE, "x" * 40)) for day in range(7))
    taste = GuildSettings(
        *(BIG, BIG, a_schedule(zone=ZoneInfo("America/Argentina/ComodRivadavia"))),
        role_id=BIG,
        has_thread=True,
        wish=Wish(Level.INTERMEDIATE, "x" * 40),
        weekday_wishes=wishes,
    )
    draft = Draft(taste, zones=tuple(f"{number}/{'x' * 90}" for number in range(25)))
    with speaking(language):
        notes = [permission_missing(BIG, name) for name in NEEDED.values()]
        assert faults(setup_card(draft, page, notes)) == []
        assert faults(welcome_card()) == []
        form = clock_form(draft)
    assert len(form.title) <= MAX_TITLE
    assert all(len(field.label) <= MAX_LABEL for field in form.fields)
    assert parse(form.custom_id) is not None
    build_form(form)


@settings(max_examples=20)
@given(lessons, st.lists(full(400), max_size=40))
def test_a_server_s_own_lessons_fit_and_so_do_their_faults(lesson, words):
    found = [LessonFault(Path("lesson.yaml"), 10**6, "x" * 30, text, text) for text in words]
    assert broken_rules(lesson_refused_card(found, words)) == []
    own = OwnLesson(lesson, 10**6, "x", BIG, NOW)
    assert broken_rules(lesson_added_card(own)) == []
    assert broken_rules(own_lessons_card([own] * MAX_OWN_LESSONS)) == []
    assert faults(own_lessons_card([])) == []


def test_what_is_said_of_no_lesson_fits():
    assert faults(withdrawn_reveal_card()) == []
    assert faults(kept_card()) == []
