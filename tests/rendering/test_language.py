"""Texts are looked up by their English words; facts are filled in afterwards."""

import asyncio
from datetime import date

import pytest

from bot.rendering import language
from bot.rendering.language import (
    _,
    day,
    languages,
    ngettext,
    number,
    speak,
    speaking,
    spoken,
    weekday,
)
from bot.rendering.text import points, seconds


def test_facts_are_filled_in_and_a_text_without_facts_is_left_as_it_is():
    assert _("Posted PEP {pep}.", pep=492) == "Posted PEP 492."
    assert _("A set: {1, 2}") == "A set: {1, 2}"


def test_plural_forms_know_their_count():
    assert ngettext("{count} point", "{count} points", 1) == "1 point"
    assert ngettext("{count} point", "{count} points", 3) == "3 points"


@pytest.mark.parametrize("code", ["tlh", "", "../de", "zh-TW", "en-US", "EN_gb"])
def test_a_language_without_a_catalogue_is_english(code):
    with speaking(code):
        assert spoken() == "en"
        assert _("Share") == "Share"


@pytest.mark.parametrize("code", ["de", "DE", "de-AT", "de_CH"])
def test_a_region_speaks_its_language(code):
    with speaking(code):
        assert spoken() == "de"
        assert _("Share") == "Teilen"
    assert _("Share") == "Share"


def test_numbers_times_and_dates_follow_the_language():
    shown = [number(1_204), number(2.5, 1), seconds(23_400), points(1_204)]
    assert shown == ["1,204", "2.5", "23.4 s", "1,204 points"]
    assert (day(date(2026, 3, 2)), day(date(2026, 3, 2), has_year=False)) == (
        "2 Mar 2026",
        "2 March",
    )
    assert weekday(0) == "Mon"
    with speaking("de"):
        shown = [number(1_204), number(2.5, 1), seconds(23_400), points(1_204)]
        assert shown == ["1.204", "2,5", "23,4 s", "1.204 Punkte"]
        assert day(date(2026, 3, 2), has_year=False) == "2. März"
        assert weekday(0) == "Mo"


async def test_each_task_speaks_its_own_language_and_its_threads_with_it():
    async def answer(code: str) -> str:
        speak(code)
        await asyncio.sleep(0)
        return await asyncio.to_thread(_, "Share")

    tasks = [asyncio.create_task(answer(code)) for code in ("de", "en-US", "de")]
    assert await asyncio.gather(*tasks) == ["Teilen", "Share", "Teilen"]
    assert spoken() == "en"


def test_every_folder_of_a_catalogue_is_a_language():
    assert languages() == ("en", "de")
    assert all(
        (language.LOCALES / code / "LC_MESSAGES" / "bot.po").is_file() for code in languages()[1:]
    )
