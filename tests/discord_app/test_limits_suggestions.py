"""What is shown of suggested puzzles, at the limits of what it may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.core.errors import LessonFault
from bot.core.rounds import Truth
from bot.core.suggestions import PuzzleDraft, Suggestion, SuggestionState
from bot.discord_app.layout import build_form
from bot.rendering.actions import parse
from bot.rendering.forms import MAX_LABEL, MAX_TITLE
from bot.rendering.language import languages, speaking
from bot.rendering.suggestions import (
    suggest_form,
    suggested_card,
    suggestion_answer_card,
    suggestion_card,
    suggestion_judged_card,
    suggestion_refused_card,
    suggestion_words_card,
)

from .test_limits import BIG, NOW, faults, full, lessons


@given(lessons)
@settings(max_examples=20)
def test_a_suggestion_is_never_cut_and_never_refused(lesson):
    puzzle = lesson.puzzles[0]
    draft = PuzzleDraft(
        9999, puzzle.prompt, puzzle.code, puzzle.options, puzzle.hint, puzzle.explanation
    )
    stdout = puzzle.options[0].stdout or ""
    truth = Truth(0, len(puzzle.options), stdout, "E" * 80, "3.14")
    for language in languages():
        with speaking(language):
            for state in SuggestionState:
                found = Suggestion(BIG, BIG, BIG, draft, truth, state, NOW)
                assert faults(suggestion_card(found, 10**6)) == []
                assert faults(suggestion_words_card(found)) == []
                assert faults(suggestion_judged_card(found, BIG)) == []
                assert faults(suggestion_answer_card(found)) == []


@given(full(4_000), full(4_000))
@settings(max_examples=20)
def test_a_refusal_fits_whatever_was_typed(why, code):
    fault = LessonFault(Path("lesson.yaml"), 1, "one-true-option", why, why)
    assert faults(suggestion_refused_card([fault] * 40, [], code)) == []
    assert faults(suggestion_refused_card([], [why] * 40, code)) == []


@pytest.mark.parametrize("language", languages())
def test_the_form_and_the_rest_fit_in_every_language(language):
    with speaking(language):
        assert faults(suggestion_card(None, 0)) == []
        assert faults(suggested_card()) == []
        form = suggest_form()
        assert len(form.title) <= MAX_TITLE
        assert all(len(field.label) <= MAX_LABEL for field in form.fields)
        assert all(len(field.placeholder) <= 100 for field in form.fields)
        payload = build_form(form).to_dict()
        assert parse(payload["custom_id"]) is not None
        assert len(payload["components"]) <= 5
