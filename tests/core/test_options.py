"""A guild's options: read, refused with a way out, and back again."""

import pytest

from bot.core.errors import InvalidSetting
from bot.core.options import (
    GuildOptions,
    Language,
    format_option,
    option_names,
    options_from,
    parse_option,
)


def test_what_was_never_changed_has_its_default():
    assert options_from({}) == GuildOptions()


def test_every_option_s_default_is_read_back_as_it_is_shown():
    for name in option_names():
        default = getattr(GuildOptions(), name)
        assert parse_option(name, format_option(default)) == default


def test_a_stored_value_counts_and_what_this_release_does_not_know_is_passed_over():
    stored = {"language": "de", "from_the_future": "on"}
    assert options_from(stored).language is Language.GERMAN
    assert options_from({"language": "tlh"}) == GuildOptions()


@pytest.mark.parametrize(("name", "text"), [("language", "tlh"), ("colour", "red")])
def test_a_bad_option_is_refused_with_the_choices(name, text):
    with pytest.raises(InvalidSetting) as refused:
        parse_option(name, text)
    assert refused.value.way_out.startswith("choose one of ")
