"""The colours keep the contrast that the design promises, on every ground they can stand on."""

from __future__ import annotations

from itertools import product

import pytest

from bot.rendering.pictures.theme import (
    DARK,
    MINIMUM_CONTRAST,
    THEMES,
    Mark,
    Role,
    Theme,
    contrast,
    rgb,
)

themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def test_contrast_is_the_one_that_wcag_defines():
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert contrast(DARK.text, DARK.text) == 1


@themes
@pytest.mark.parametrize("role", Role)
def test_every_token_colour_reads_on_every_ground_of_code(theme: Theme, role: Role):
    grounds = {theme.panel}
    for mark in Mark:
        grounds |= {theme.tint(mark).row, theme.tint(mark).word}
    worst = min(contrast(theme.colour(role), ground) for ground in grounds)
    assert worst >= MINIMUM_CONTRAST, f"{role}: {worst:.2f}"


@themes
@pytest.mark.parametrize("mark", Mark)
def test_every_gutter_sign_reads_on_its_row_and_in_the_legend(theme: Theme, mark: Mark):
    tint = theme.tint(mark)
    assert contrast(tint.sign, tint.row) >= MINIMUM_CONTRAST
    assert contrast(tint.sign, theme.page) >= MINIMUM_CONTRAST


@themes
def test_every_other_text_reads_on_what_it_stands_on(theme: Theme):
    pairs = [
        *product((theme.text, theme.muted), (theme.page, theme.panel, theme.faint)),
        (theme.on_accent, theme.accent),
        (theme.page, theme.added.sign),
        (theme.added.sign, theme.panel),
    ]
    for colour, ground in pairs:
        assert contrast(colour, ground) >= MINIMUM_CONTRAST, (colour, ground)


@themes
def test_signs_and_bars_are_told_from_their_ground(theme: Theme):
    """WCAG 1.4.11 asks 3:1 of graphics that carry meaning."""
    for colour in (theme.added.sign, theme.changed.sign, theme.removed.sign, theme.muted):
        assert contrast(colour, theme.panel) >= 3
    for colour in (theme.added.sign, theme.muted, theme.accent):
        assert contrast(colour, theme.faint) >= 3


def test_every_mark_has_a_shape_of_its_own():
    assert len({mark.value for mark in Mark}) == len(Mark)
