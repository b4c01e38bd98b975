"""The reveal, the profile and the share card: what they say, in picture and in words."""
# ruff: noqa: RUF001  (look-alike characters are what these tests are about)

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pictures_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.core.lessons import Option, Puzzle
from bot.core.results import PodiumPlace
from bot.core.rounds import Guess, Truth
from bot.rendering.pictures import board, phone, plain, shapes, words
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.facts import (
    ChartFacts,
    ChartOption,
    ChartPlace,
    DayMark,
    Picture,
    ProfileFacts,
    ShareFacts,
    TopicScore,
)
from bot.rendering.pictures.from_core import chart_facts
from bot.rendering.pictures.plain import ALT_LIMIT, units
from bot.rendering.pictures.profile import draw_profile
from bot.rendering.pictures.shapes import Shape
from bot.rendering.pictures.share import draw_share, share_line
from bot.rendering.pictures.theme import DARK, LIGHT

any_text = st.text(st.characters(codec=None), max_size=60)
many = st.integers(0, 10**12)


def sound(picture: Picture) -> bool:
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    picture.alt.encode("utf-8")
    return (
        image.mode == "P"
        and image.size == (picture.width, picture.height)
        and 0 < units(picture.alt) <= ALT_LIMIT
    )


def test_the_smallest_text_of_a_board_is_eight_points_on_a_phone():
    assert phone.shown_points(board.SMALL.size, board.WIDTH) >= 8


def test_every_sign_differs_from_the_others_without_colour():
    masks = {shape: shapes.mask(shape, 24).tobytes() for shape in Shape}
    assert len(set(masks.values())) == len(Shape)
    assert all(any(mask) for mask in masks.values())


# ---- the reveal


def test_the_reveals_alt_text_says_all_that_the_picture_shows():
    assert draw_reveal(samples.REVEAL).alt == (
        "PEP 572: What was guessed. 27 players · median 18.4 s.\n"
        "A (right): 66: 18 guesses, 67%.\n"
        "B: None: 7 guesses, 26%.\n"
        "C: raises NameError: 2 guesses, 7%.\n"
        "D: <re.Match object; span=(6, 8), match='66'>: 0 guesses, 0%.\n"
        "Podium: 1. Ada, 4.2 s; 2. grace_hopper, 6.0 s; 2. 李明 🐍, 6.0 s."
    )


def test_the_right_option_differs_by_more_than_colour():
    """Seen in grey, the picture of another right option is another picture, tick and all."""
    options = tuple(
        replace(option, is_right=option.letter == "B", guesses=5)
        for option in samples.REVEAL.options
    )
    none = tuple(replace(option, is_right=False) for option in options)
    with_tick, without = (
        Image.open(io.BytesIO(draw_reveal(replace(samples.REVEAL, options=chosen)).png)).convert(
            "1", dither=0
        )
        for chosen in (options, none)
    )
    corner = (560, 226, 700, 262)
    assert with_tick.crop(corner).getbbox() is not None
    assert without.crop(corner).getbbox() is None


def test_a_round_without_players_says_so_and_has_no_podium():
    picture = draw_reveal(samples.EMPTY_REVEAL)
    assert "Nobody guessed this time." in picture.alt
    assert picture.height < draw_reveal(samples.REVEAL).height


def test_a_round_that_nobody_had_right_says_so():
    facts = replace(samples.REVEAL, podium=(), median_ms=None)
    assert draw_reveal(facts).alt.endswith("Nobody had it right this time.")


def test_a_podium_of_many_ties_is_cut_and_counted():
    names = tuple(f"member {number}" for number in range(12))
    assert (
        draw_reveal(samples.reveal_with(names)).height
        == draw_reveal(samples.reveal_with(names[:6])).height
    )


@pytest.mark.parametrize("name", samples.HOSTILE_NAMES)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_hostile_names_are_drawn_and_told_harmlessly(name: str, theme):
    picture = draw_reveal(samples.reveal_with((name,)), theme)
    assert sound(picture)
    assert not set(picture.alt) & set("\u202e\u202c\u200b\u2060\ud800\x00\r")


options = st.builds(
    ChartOption, st.sampled_from("ABCD"), any_text, many, st.booleans(), st.booleans()
)
places = st.builds(ChartPlace, st.integers(1, 10**6), any_text, many)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        ChartFacts,
        st.integers(1, 9999),
        any_text,
        st.lists(options, max_size=5).map(tuple),
        st.lists(places, max_size=7).map(tuple),
        many,
        st.none() | many,
    )
)
def test_any_reveal_can_be_drawn(facts: ChartFacts):
    assert sound(draw_reveal(facts))


def test_the_cores_reveal_becomes_a_chart():
    options = (
        Option("why", stdout="66\n"),
        Option("why", raises="TypeError", misconception="x"),
        Option("why", stdout="", misconception="y"),
    )
    bounds = samples.bounds("3.8")
    puzzle = Puzzle("p", "?", bounds, 1, "print(66)", "hint", options, "because")
    day = datetime(2026, 11, 22, tzinfo=UTC)
    guess = Guess(1, 7, 0, True, 4200, 90, day, False)
    facts = SimpleNamespace(
        lesson=samples.WALRUS,
        puzzle=puzzle,
        truth=Truth(0, 3, "66\n", None, "3.13"),
        counts=(4, 2, 0),
        podium=(PodiumPlace(1, guess, 3), PodiumPlace(1, replace(guess, player_id=8), 1)),
        players=6,
        median_ms=5000,
    )
    assert chart_facts(facts, {7: "Ada"}) == ChartFacts(
        572,
        "A title",
        (
            ChartOption("", "66\n", 4, is_right=True),
            ChartOption("", "TypeError", 2, raises=True),
            ChartOption("", "", 0),
        ),
        (ChartPlace(1, "Ada", 4200), ChartPlace(1, "", 4200)),
        6,
        5000,
    )
    assert chart_facts(facts).podium is None


def test_a_chart_without_letters_and_podium_has_signs_and_says_the_same():
    options = tuple(replace(option, letter="") for option in samples.REVEAL.options)
    picture = draw_reveal(replace(samples.REVEAL, options=options, podium=None))
    assert sound(picture)
    assert picture.height < draw_reveal(samples.REVEAL).height
    assert picture.alt == (
        "PEP 572: What was guessed. 27 players · median 18.4 s.\n"
        "Right: 66: 18 guesses, 67%.\n"
        "None: 7 guesses, 26%.\n"
        "raises NameError: 2 guesses, 7%.\n"
        "<re.Match object; span=(6, 8), match='66'>: 0 guesses, 0%."
    )


# ---- the profile


def test_the_profiles_alt_text_says_all_that_the_picture_shows():
    alt = draw_profile(samples.PROFILE).alt
    assert alt.startswith(
        "grace_hopper. Place 4 of 187 players in this server.\n"
        "12,840 points, 171 of 214 right.\nMedian time 14.2 s.\n"
        "Streak 23 days, best 61 days.\nThe last 12 months: "
    )
    assert "Strongest: typing 31 of 33, asyncio 22 of 25, iterators 18 of 21." in alt
    assert "Worth a review: descriptors 3 of 9" in alt


def test_a_new_player_gets_a_card_without_topics():
    picture = draw_profile(samples.NEW_PROFILE)
    assert "No place in this server yet." in picture.alt
    assert picture.height < draw_profile(samples.PROFILE).height


def test_each_kind_of_day_has_a_shape_of_its_own():
    day = samples.TODAY - timedelta(days=100)
    cards = {
        draw_profile(replace(samples.NEW_PROFILE, days=((day, mark),))).png for mark in DayMark
    }
    assert len(cards) == len(DayMark)


def test_days_outside_the_year_are_not_drawn():
    days = tuple((samples.TODAY + timedelta(days=shift), DayMark.RIGHT) for shift in (1, -400))
    outside = draw_profile(replace(samples.NEW_PROFILE, days=days))
    assert outside == draw_profile(samples.NEW_PROFILE)


topics = st.lists(st.builds(TopicScore, any_text, many, many), max_size=4).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        ProfileFacts,
        name=any_text,
        points=many,
        right=many,
        played=many,
        median_ms=st.none() | many,
        streak=many,
        best_streak=many,
        rank=st.none() | st.integers(1, 10**9),
        players=many,
        today=st.dates(min_value=samples.TODAY.replace(year=2020)),
        days=st.lists(st.tuples(st.dates(), st.sampled_from(DayMark)), max_size=9).map(tuple),
        strongest=topics,
        weakest=topics,
        scope=any_text,
    )
)
def test_any_profile_can_be_drawn(facts: ProfileFacts):
    assert sound(draw_profile(facts))


# ---- the share card and line


def test_the_share_line_is_plain_words_and_gives_nothing_away():
    assert share_line(samples.SHARE) == (
        "PEP Speedrun #128 · PEP 572 · Right, 10–20 s · 23 days in a row"
    )
    lost = replace(samples.SHARE, is_right=False, elapsed_ms=400_000, streak=0)
    assert share_line(lost) == (
        "PEP Speedrun #128 · PEP 572 · Not this time, over 5 min · A new streak starts tomorrow"
    )


def test_the_share_cards_alt_text_is_its_line_and_title():
    assert draw_share(samples.SHARE).alt == f"{share_line(samples.SHARE)}. Assignment expressions"


@pytest.mark.parametrize(
    ("elapsed_ms", "name"),
    [
        (0, "under 10 s"),
        (9_999, "under 10 s"),
        (10_000, "10–20 s"),
        (59_999, "30–60 s"),
        (60_000, "1–2 min"),
        (299_999, "2–5 min"),
        (300_000, "over 5 min"),
    ],
)
def test_time_bands_meet_without_a_gap(elapsed_ms: int, name: str):
    assert words.band(elapsed_ms)[1] == name


@settings(max_examples=40, deadline=None)
@given(st.builds(ShareFacts, many, many, st.booleans(), many, many, any_text))
def test_any_share_can_be_drawn_and_its_line_is_one_line(facts: ShareFacts):
    assert sound(draw_share(facts))
    assert "\n" not in share_line(facts)
    assert len(share_line(facts)) < 200


# ---- names and words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u200bb\x00c\nd", "ab c d"),
        ("Z\u0335\u0321\u0317a\u0335", "Za"),
        ("Ame\u0301lie Nguyê\u0303n", "Amélie Nguyễn"),
        ("𝓑𝓮𝓵𝓵𝓪", "Bella"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤"),
        ("\ud800", "\ufffd"),
        ("\u200d \u2060", "instead"),
        ("", "instead"),
    ],
)
def test_names_are_made_harmless(name: str, shown: str):
    assert plain.name(name, "instead") == shown


@given(any_text)
def test_a_harmless_name_is_one_visible_line_and_stays_as_it_is(name: str):
    shown = plain.name(name, "instead")
    assert shown.strip()
    assert shown.isprintable() or set("\u200d") >= {
        char for char in shown if not char.isprintable()
    }
    shown.encode("utf-8")
    assert plain.name(shown, "instead") == shown


@given(any_text, st.integers(1, 50))
def test_shortened_text_fits_as_clients_count(text: str, limit: int):
    assert units(plain.shorten(text, limit)) <= limit


def test_one_is_singular():
    assert words.played(1, None) == "1 player"
    assert words.streak(1) == "1 day in a row"
    assert words.more_lines(1).startswith("1 more line,")
