"""Any text is cut into pieces that can be drawn; what can't be drawn is said, never left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.pictures import fonts, glyphs, typeset
from bot.rendering.pictures.cmap import coverage
from bot.rendering.pictures.fonts import EMOJI, HAN, HANGUL, Weight
from bot.rendering.pictures.glyphs import Kind, pieces

any_text = st.text(st.characters(codec=None), max_size=60)


def kinds(text: str) -> list[Kind]:
    return [piece.kind for piece in pieces(text, Weight.MEDIUM)]


def texts(text: str) -> list[str]:
    return [piece.text for piece in pieces(text, Weight.MEDIUM)]


@pytest.mark.parametrize("file", sorted(path.name for path in fonts.FOLDER.glob("*.ttf")))
def test_every_bundled_font_is_used_and_has_its_licence_beside_it(file: str):
    assert file in {*Weight, *fonts.FALLBACKS}
    family = file.partition("-")[0].removesuffix(".ttf")
    licences = [path.name.partition("-")[0] for path in fonts.FOLDER.glob("*-LICENSE.txt")]
    assert any(family.startswith(licence) or licence == "DroidSansFallback" for licence in licences)
    assert file.partition("-")[2] in (fonts.FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("char", "file"),
    [
        ("a", Weight.MEDIUM),
        ("ж", Weight.MEDIUM),
        ("⊕", "DejaVuSansMono.ttf"),
        ("⠿", "DejaVuSans.ttf"),
        ("好", HAN),
        ("あ", HAN),
        ("한", HANGUL),
        ("🐍", EMOJI),
        ("ก", "NotoSansThai-Regular.ttf"),
        ("ह", "NotoSansDevanagari-Regular.ttf"),
    ],
)
def test_a_character_is_drawn_with_a_font_that_has_it(char: str, file: str):
    [piece] = pieces(char, Weight.MEDIUM)
    assert piece.file == file
    assert ord(char) in coverage(fonts.FOLDER / piece.file)


@pytest.mark.parametrize(
    "char",
    [
        *("\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\x00", "\x1b", "\u00a0", "\ud800"),
        *("\ue000", "\U0010ffff", "\u0c85", "\U00013000", "\u2028"),
    ],
)
def test_what_is_invisible_or_in_no_font_becomes_a_chip_with_its_code_point(char: str):
    assert texts(f"a{char}b") == ["a", f"U+{ord(char):04X}", "b"]
    assert kinds(f"a{char}b") == [Kind.PLAIN, Kind.CHIP, Kind.PLAIN]


def test_an_accent_stays_with_its_letter():
    assert texts("e\u0301x") == ["\u00e9", "x"]
    assert texts("\u0301") == ["\u25cc\u0301"], "one without a letter gets a dotted circle"


def test_accents_beyond_three_are_counted_instead_of_piled_up():
    [letter, chip] = pieces("q" + "\u0301" * 40, Weight.MEDIUM)
    assert letter.text == "q\u0301\u0301\u0301"
    assert (chip.text, chip.kind) == ("+37 marks", Kind.CHIP)


def test_wide_signs_take_two_columns():
    assert [piece.columns for piece in pieces("好한🐍", Weight.MEDIUM)] == [2, 2, 2]


@pytest.mark.parametrize("emoji", ["👍🏽", "🇩🇪", "❤\ufe0f", "👩\u200d👩\u200d👧"])
def test_an_emoji_of_several_characters_is_one_piece(emoji: str):
    assert texts(f"'{emoji}'") == ["'", emoji, "'"]


def test_arabic_is_shaped_as_one_run_from_right_to_left():
    [_quote, run, _end] = pieces("'مرحبا بالعالم'", Weight.MEDIUM)
    assert (run.kind, run.rtl, run.text) == (Kind.RUN, True, "مرحبا بالعالم")


def test_without_shaping_every_script_is_still_laid_out(monkeypatch: pytest.MonkeyPatch):
    """Pillow's wheels need the system's FriBiDi; a slim container has none."""
    fonts.can_shape.cache_clear()
    for cached in (fonts.font, glyphs.pieces):
        cached.cache_clear()
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    try:
        assert not fonts.can_shape()
        assert kinds("שלום नमस्ते 👍🏽") == [
            *(Kind.RUN, Kind.PLAIN, Kind.RUN, Kind.PLAIN, Kind.GLYPH)
        ]
    finally:
        for cached in (fonts.can_shape, fonts.font, glyphs.pieces):
            cached.cache_clear()


@given(any_text)
def test_pieces_account_for_every_character_of_any_text(text: str):
    made = pieces(text, Weight.MEDIUM)
    assert all(piece.columns >= 1 and piece.text for piece in made)
    if text.isascii() and text.isprintable():
        assert "".join(texts(text)) == text
    assert bool(made) == bool(text)


@given(any_text, st.integers(1, 40))
def test_fitted_text_never_takes_more_room_than_it_has(text: str, room: int):
    assert glyphs.width(typeset.fit(text, room)) <= room


@given(any_text, st.integers(2, 40), st.integers(1, 3))
def test_flowed_and_wrapped_text_keeps_to_its_lines(text: str, room: int, lines: int):
    for made in (typeset.flow(text, room, lines), typeset.wrap(text, room, lines)):
        assert len(made) <= lines
        assert all(glyphs.width(line) <= room for line in made)


def test_fitted_text_is_cut_after_a_word_and_says_so():
    [plain, dots] = typeset.fit("the quick brown fox jumps", 20)
    assert plain.text + dots.text == "the quick brown fox…"


def test_flowed_text_keeps_its_spaces_and_marks_the_cut():
    rows = typeset.flow("ab  cd  ef  gh", 4, 2)
    assert ["".join(piece.text for piece in row) for row in rows] == ["ab  ", "cd …"]
