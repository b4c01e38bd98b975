"""Cards about members and moderators at the limits of what they may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.core.audit import AuditEntry, Deed
from bot.core.privacy import KEEP_DEPARTED, PrivacyState
from bot.core.results import Share, ShareWay
from bot.core.reviews import NothingToReview
from bot.rendering.audit import LOG_PAGE, log_card
from bot.rendering.cards import Picture
from bot.rendering.language import languages, speaking
from bot.rendering.pictures.from_core import share_facts
from bot.rendering.pictures.share import draw_share
from bot.rendering.privacy import delete_card, export_card, privacy_card
from bot.rendering.reviews import no_review_card, nothing_missed_card
from bot.rendering.sharing import line_card, shared_card
from tests.doubles import a_guess

from .test_limits import BIG, NOW, a_limit_round, faults, full, lessons


@given(full(2_000), full(2_000))
@settings(max_examples=20)
def test_a_page_of_the_log_is_never_cut(subject, after):
    entry = AuditEntry(BIG, BIG, BIG, Deed.REPORT_CLOSED, subject, after, after, NOW)
    for language in languages():
        with speaking(language):
            assert faults(log_card([entry] * (LOG_PAGE + 1))) == []
    assert faults(log_card([])) == []


@pytest.mark.parametrize("language", languages())
def test_what_is_stored_fits(language):
    with speaking(language):
        for due_at in (None, NOW):
            for is_hidden in (True, False):
                state = PrivacyState(BIG, BIG, is_hidden, due_at)
                assert faults(privacy_card(state, KEEP_DEPARTED)) == []
        assert faults(delete_card()) == []
        assert faults(export_card(b"{}")) == []


@given(lessons)
@settings(max_examples=12)
def test_a_share_fits_as_a_picture_and_as_a_line(lesson):
    guess = a_guess(round_id=BIG, player_id=BIG, elapsed_ms=10**9)
    share = Share(a_limit_round(lesson), lesson, guess, 10**6, 9999, ShareWay.POST)
    drawn = draw_share(share_facts(share))
    assert faults(shared_card(share)) == []
    assert faults(shared_card(share, Picture("share.png", drawn.png, drawn.alt))) == []
    for way in ShareWay:
        assert faults(line_card(replace(share, way=way))) == []


@pytest.mark.parametrize("language", languages())
def test_an_empty_review_fits(language):
    with speaking(language):
        assert faults(nothing_missed_card()) == []
        for done, waiting in ((10**6, 0), (0, 10**6), (0, 0)):
            assert faults(no_review_card(NothingToReview(done, waiting, NOW))) == []
