"""Texts are looked up by their English words; facts are filled in afterwards."""

from bot.rendering.language import _, ngettext, speaking


def test_facts_are_filled_in_and_a_text_without_facts_is_left_as_it_is():
    assert _("Posted PEP {pep}.", pep=492) == "Posted PEP 492."
    assert _("A set: {1, 2}") == "A set: {1, 2}"


def test_plural_forms_know_their_count():
    assert ngettext("{count} point", "{count} points", 1) == "1 point"
    assert ngettext("{count} point", "{count} points", 3) == "3 points"


def test_a_language_without_a_catalogue_is_english():
    with speaking("tlh"):
        assert _("Help") == "Help"
