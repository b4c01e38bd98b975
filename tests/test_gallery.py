"""The gallery's cards can be made: its script runs rarely, and what it calls changes."""

from __future__ import annotations

import pytest

from bot.library.loading import load_library, shipped_folder
from bot.rendering.cards import Card
from bot.rendering.language import languages, speaking
from scripts.kinds import german_day, rarer_kinds
from scripts.kinds_for_moderators import steering


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_card_can_be_made_in_every_language(language):
    library, _ = load_library([shipped_folder()])
    lesson = next(iter(library))
    people = range(1, 11)
    with speaking(language):
        made = (
            german_day(lesson, library, people),
            rarer_kinds(lesson, people),
            steering(library, people, 7),
        )
    assert all(isinstance(card, Card) for cards in made for card in cards.values())
