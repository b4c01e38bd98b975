"""The catalogues fit the texts: the same facts, every form, and commands under their own names."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.rendering.language import LOCALES, languages
from bot.rendering.manual import COMMAND
from scripts.words import found, is_told, updated

LANGUAGES = [language for language in languages() if language != "en"]
_COMMAND = re.compile(r"/(speedrun(?:-admin)?)((?: [\w-]+)*)")
GIVEN_UP = (
    *(r"\b[Ee]infach\b", r"\b[Mm]al eben\b"),  # fillers
    *(r"\bTasten?\b", r"\bButton", r"verfehlt", r"beim Tippen\b", r"[Aa]bgeschaltet|abschalten"),
    *(r"\bauf (\*\*)?Python", r"\bje (Runde|Zeile)\b", r"[Bb]este (Serie|Tage)", r"verborgen"),
)
"""What is said in another word: the head of ``de/LC_MESSAGES/bot.po`` has them all."""
_NAME = re.compile(r"[-_\w]{1,32}")


@cache
def texts():
    return found()


def catalogue(language):
    return updated(LOCALES / language / "LC_MESSAGES" / "bot.po", texts())


def told(language):
    """Every translated message, with its English and its translated forms."""
    for message in catalogue(language):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        if message.id and all(forms):
            yield message, english, forms


def facts(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def names(language):
    """The commands' own names -> how they are called in that language."""
    return {
        english[0]: forms[0]
        for message, english, forms in told(language)
        if message.context == COMMAND
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_facts_of_their_english(language):
    # One form may say "the puzzle" where the other says "the {count} puzzles".
    wrong = [
        (english, form)
        for _, english, forms in told(language)
        for form in forms
        if "{" in english[-1] and facts(form) not in [facts(text) for text in english]
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_commands_are_such_as_discord_takes(language):
    # Those of menus have capitals and spaces, in any language.
    wrong = [
        name
        for english, name in names(language).items()
        if not (_NAME.fullmatch(name) and name == name.lower())
        and not (english != english.lower() and len(name) <= 32)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_commands_as_their_reader_s_discord_shows_them(language):
    known = names(language)
    wrong = []
    for _, english, forms in told(language):
        asked = [path for text in english[-1:] for path in _COMMAND.findall(text)]
        shown = [path for text in forms[-1:] for path in _COMMAND.findall(text)]
        wanted = [(known.get(group, group), _known(path, known)) for group, path in asked]
        given = [(group, _first(path, known.values())) for group, path in shown]
        if wanted != given:
            wrong.append((english[-1], forms[-1]))
    assert wrong == []


def _known(path, known):
    return [known[word] for word in path.split() if word in known]


def _first(path, translated):
    return [word for word in path.split() if word in set(translated)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_bounds_of_descriptions_and_choices_hold(language):
    wrong = [
        forms[0]
        for message, _, forms in told(language)
        if any("commands" in place for place, _ in message.locations) and len(forms[0]) > 100
    ]
    assert wrong == []


@pytest.mark.parametrize("word", GIVEN_UP)
def test_german_keeps_to_one_word_for_each_thing(word):
    wrong = [form for _, _, forms in told("de") for form in forms if re.search(word, form)]
    assert wrong == []


def test_german_has_its_own_quotation_marks():
    wrong = [
        form for _, _, forms in told("de") for form in forms if re.search('["”]|^[^„]*“', form)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_every_form(language):
    missing = [message.id for message in catalogue(language) if message.id and not is_told(message)]
    assert not missing, f"`make words`, then translate in {language}/LC_MESSAGES/bot.po: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_translated_that_is_no_more(language):
    with (LOCALES / language / "LC_MESSAGES" / "bot.po").open("rb") as file:
        kept = read_po(file)
    gone = {key(message) for message in kept} - {key(message) for message in texts()}
    assert not gone, f"`make words` takes these out: {gone}"
    assert not kept.obsolete
    assert not [message.id for message in kept if message.id and message.fuzzy]


def key(message):
    return message.context, message.id
