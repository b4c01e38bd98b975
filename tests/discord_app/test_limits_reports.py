"""What is shown of reported puzzles, at the limits of what it may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.core.reports import MAX_NOTE, Complaint, Decision, Report, ReportCase
from bot.discord_app.layout import build_form
from bot.rendering.actions import parse
from bot.rendering.forms import MAX_LABEL, MAX_TITLE
from bot.rendering.language import languages, speaking
from bot.rendering.reports import (
    answered_card,
    decided_card,
    put_back_card,
    report_card,
    report_form,
    reported_card,
    reports_card,
)

from .test_limits import BIG, NOW, a_limit_round, faults, full, lessons


@given(lessons, full(MAX_NOTE))
@settings(max_examples=20)
def test_a_report_is_never_cut_and_never_refused(lesson, note):
    report = Report(BIG, BIG, BIG, BIG, Complaint.EXPLAINED, note, Decision.OPEN, NOW)
    case = ReportCase(report, a_limit_round(lesson), lesson, lesson.puzzles[0], 10**6, 10**7)
    for language in languages():
        with speaking(language):
            assert faults(report_card(case)) == []
            assert faults(reports_card(case, ["0701-a-long-name-of-a-puzzle"] * 5)) == []
            for decision in (Decision.ASIDE, Decision.KEPT):
                assert faults(answered_card(case, decision, BIG)) == []
                decided = replace(case, report=replace(report, decision=decision))
                assert faults(decided_card(decided)) == []


@pytest.mark.parametrize("language", languages())
def test_the_rest_fits_in_every_language(language):
    with speaking(language):
        assert faults(reports_card(None, [])) == []
        assert faults(reported_card()) == []
        for is_back in (True, False):
            assert faults(put_back_card("0701-name", is_back=is_back)) == []
        form = report_form(BIG)
        assert len(form.title) <= MAX_TITLE
        assert all(len(field.label) <= MAX_LABEL for field in form.fields)
        payload = build_form(form).to_dict()
        assert parse(payload["custom_id"]) is not None
        menu = payload["components"][0]["component"]
        assert all(len(option["label"]) <= 100 for option in menu["options"])
        placeholder = payload["components"][1]["component"]["placeholder"]
        assert len(placeholder) <= 100


@given(full(100))
@settings(max_examples=10)
def test_many_puzzles_set_aside_are_told_as_far_as_they_fit(name):
    card = reports_card(None, [name] * 400)
    assert faults(card) == []
