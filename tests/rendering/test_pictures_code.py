"""The before/after picture: what it shows, how large, how legible, how heavy."""
# ruff: noqa: RUF001  (look-alike characters are what these tests are about)

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pictures_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.rendering.pictures import code_picture, code_rows, diff, fonts, phone
from bot.rendering.pictures.code_picture import CODE, MAX_COLUMNS, draw_lesson
from bot.rendering.pictures.highlight import highlight
from bot.rendering.pictures.plain import ALT_LIMIT, units
from bot.rendering.pictures.theme import DARK, LIGHT, Colour, Mark, Role

if TYPE_CHECKING:
    from bot.core.lessons import Lesson
    from bot.rendering.pictures.facts import Picture

any_text = st.text(st.characters(codec=None), max_size=80)
LESSONS = {
    name: getattr(samples, name)
    for name in ("ASYNC", "WALRUS", "LIMIT", "HOSTILE", "OVERLONG", "CLASSIC")
}


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    return image


def colours(picture: Picture) -> set[Colour]:
    found = opened(picture).convert("RGB").getcolors(1 << 24)
    return {colour for _count, colour in found}


def marks(before: str, after: str) -> tuple[str, str]:
    old, new = diff.compare(highlight(before), highlight(after))
    return "".join(m.mark.value for m in old), "".join(m.mark.value for m in new)


# ---- what a reader gets


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_sample_is_a_palette_picture_with_alt_text(name: str, theme):
    picture = draw_lesson(LESSONS[name], theme)
    image = opened(picture)
    assert (image.mode, image.size) == ("P", (picture.width, picture.height))
    assert 0 < units(picture.alt) <= ALT_LIMIT
    picture.alt.encode("utf-8")


def test_the_same_lesson_gives_the_same_bytes():
    for cached in (fonts.font, code_picture.typeset.glyphs.pieces):
        cached.cache_clear()
    first = draw_lesson(samples.HOSTILE)
    assert draw_lesson(samples.HOSTILE) == first


def test_other_processes_and_hash_seeds_draw_the_same_bytes():
    program = (
        "import hashlib, pictures_samples as s\n"
        "from bot.rendering.pictures.code_picture import draw_lesson\n"
        "from bot.rendering.pictures.cache import lesson_key\n"
        "from bot.rendering.pictures.theme import DARK\n"
        "print(hashlib.sha256(draw_lesson(s.LIMIT).png).hexdigest(), lesson_key(s.LIMIT, DARK))"
    )
    here = Path(__file__).parent
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{here}{os.pathsep}{here.parent.parent}"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "4294967295")
    }
    assert len(printed) == 1


def test_threads_that_draw_at_once_draw_the_same_bytes():
    lessons = [samples.HOSTILE, samples.ASYNC] * 4
    one_by_one = [draw_lesson(lesson) for lesson in lessons]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(draw_lesson, lessons)) == one_by_one


def test_a_themes_colours_are_kept_exactly():
    """Reducing a true-colour picture to a palette would give others, and their contrast."""
    found = colours(draw_lesson(samples.ASYNC))
    wanted = {DARK.page, DARK.panel, DARK.accent, DARK.text}
    wanted |= {tint.row for tint in (DARK.added, DARK.removed, DARK.changed)}
    wanted |= {DARK.colour(role) for role in (Role.KEYWORD, Role.STRING, Role.NUMBER)}
    assert wanted <= found


# ---- size on a phone


def test_sixty_columns_fit_in_one_row():
    line = "x" * MAX_COLUMNS
    rows = code_rows.rows(highlight(line), (diff.LineMark(),), MAX_COLUMNS)
    assert [row.columns for row in rows] == [MAX_COLUMNS]


@pytest.mark.parametrize(
    ("columns", "x_height"), [(MAX_COLUMNS, 3.7), (40, 5.3)], ids=["widest", "narrowest"]
)
def test_letters_are_legible_on_a_phone_of_360_points(columns: int, x_height: float):
    """Seven device pixels of x-height is 12-pixel Verdana, the size the web was set in for years.

    The picture is measured as drawn: an "x" of the code, scaled to the message's width.
    """
    picture = draw_lesson(samples.snippets("x" * columns, "y = 1"))
    rows = opened(picture).convert("RGB")
    left = 8 + 30
    strip = rows.crop((left, 90, left + CODE.column, 130))
    inked = [y for y in range(40) if any(strip.getpixel((x, y)) == DARK.text for x in range(14))]
    assert inked
    height = inked[-1] - inked[0] + 1
    in_message = phone.shown_points(height, picture.width)
    assert in_message >= x_height
    assert in_message * phone.DENSITY >= 7
    assert phone.shown_points(height, picture.width, phone.SCREEN_POINTS) >= 5


def test_short_lines_make_the_picture_narrower_and_so_the_letters_larger():
    assert draw_lesson(samples.WALRUS).width < draw_lesson(samples.LIMIT).width <= 900


def test_a_limit_size_lesson_stays_within_sixty_kilobytes():
    assert len(draw_lesson(samples.LIMIT).png) <= 60_000


# ---- what changed


def test_marks_tell_gone_changed_and_new():
    before = "import re\nm = re.search(p, line)\nif m:\n    use(m)\n"
    after = "import re\nif m := re.search(p, line):\n    use(m)\n"
    assert marks(before, after) == (" ~−  ", " ~  ")


def test_equal_snippets_bear_no_marks_and_no_legend():
    lesson = samples.snippets("x = 1", "x = 1")
    assert DARK.changed.sign not in colours(draw_lesson(lesson)) - {DARK.accent}
    assert marks("x = 1", "x = 1") == (" ", " ")


def test_a_grown_signature_is_known_as_the_same_line():
    before = 'def total(prices, discount=0):\n    """Sum.\n\n    prices: list of float\n    """\n'
    after = (
        "from typing import List\n\n"
        'def total(prices: List[float], discount: int = 0) -> float:\n    """Sum, less it."""\n'
    )
    old, new = marks(before, after)
    assert (old[0], new[2]) == ("~", "~")
    assert old[3] == "−", "prose never becomes code"


def test_blank_lines_bear_no_mark():
    assert marks("tea = 1\n\n\nprint(tea)", "del cup") == ("−  −", "+")


def test_changed_words_are_tinted_and_spaces_around_them_are_not():
    old, new = diff.compare(highlight("x = yield from go(1)"), highlight("x = await go(1)"))
    assert [old[0].words, new[0].words] == [((4, 14),), ((4, 9),)]


def test_signs_of_several_characters_are_one_word():
    _old, new = diff.compare(highlight("n = f(x) + 1"), highlight("n := f(x) + 1"))
    assert new[0].words == ((2, 4),)


def test_an_escape_is_a_word_of_its_own():
    _old, new = diff.compare(highlight(r"x = '%s\nwhile' % e"), highlight("x = 'while' % e"))
    assert new[0].words == ()


def test_a_tint_never_cuts_an_accent_from_its_letter():
    _old, new = diff.compare(highlight("'cafe', 1, 2"), highlight("'cafe\u0301', 1, 2"))
    [(start, end)] = new[0].words
    assert "'cafe\u0301', 1, 2"[start:end] == "cafe\u0301"


# ---- code


def test_highlighting_loses_nothing():
    code = "\n\n@a.b\nclass C:  # ü\n\tx = f'{y!r}'\n\n"
    lines = ["".join(span.text for span in line) for line in highlight(code)]
    assert "\n".join(lines) == code.expandtabs(4)


def test_a_decorator_has_one_colour_to_its_end():
    [line] = highlight("@asyncio.coroutine")
    assert [(span.text, span.role) for span in line] == [("@asyncio.coroutine", Role.NAME)]


def test_python_2_is_coloured_as_python_2():
    roles = {s.text: s.role for line in highlight("print x", python2=True) for s in line}
    assert roles["print"] is Role.KEYWORD
    assert (
        draw_lesson(samples.CLASSIC).png
        != draw_lesson(
            replace(
                samples.CLASSIC,
                before=replace(samples.CLASSIC.before, python=samples.bounds("3.0")),
            )
        ).png
    )


def test_a_long_line_goes_on_below_behind_an_ellipsis_and_indented():
    line = "    total = " + " + ".join(f"part_{number}" for number in range(12))
    rows = code_rows.rows(highlight(line), (diff.LineMark(Mark.ADDED),), MAX_COLUMNS)
    text = ["".join(part.piece.text for part in row.inked) for row in rows]
    assert [row.sign for row in rows] == ["+", "…", "…"]
    assert all(row.columns <= MAX_COLUMNS for row in rows)
    assert all(row.startswith(" " * 6) for row in text[1:])
    assert text[0].rstrip().endswith("+"), "the break is at a space"
    assert "".join(text).replace(" ", "") == line.replace(" ", "")


def test_what_is_too_long_to_draw_is_counted():
    rows = code_picture._rows(
        highlight("\n".join("x = 1" for _ in range(100))), (diff.LineMark(),) * 100
    )
    assert len(rows) == code_picture.MAX_ROWS
    note = "".join(part.piece.text for part in rows[-1].inked)
    assert note == "… 57 more lines, under “Code as text”"


@settings(max_examples=60, deadline=None)
@given(any_text, any_text, any_text)
def test_any_code_and_any_label_can_be_drawn(before: str, after: str, label: str):
    lesson: Lesson = samples.snippets(before, after, (label, label))
    picture = draw_lesson(lesson)
    assert picture.width <= 900
    assert 0 < units(picture.alt) <= ALT_LIMIT
    picture.alt.encode("utf-8")


@settings(deadline=None)
@given(any_text)
def test_rows_never_leave_the_picture(line: str):
    spans = highlight(line)
    rows = code_rows.rows(spans, (diff.LineMark(),) * len(spans), 20)
    assert all(row.columns <= 20 for row in rows)


# ---- alt text


def test_a_short_lessons_alt_text_holds_the_code_and_what_changed():
    alt = draw_lesson(samples.WALRUS).alt
    assert alt.startswith("PEP 572, the code before and after.\nBefore, Python 3.0+ (Python 3.7,")
    assert "6 lines, 1 gone, 1 changed:" in alt
    assert samples.WALRUS.before.code.strip() in alt
    assert samples.WALRUS.after.code.strip() in alt


def test_a_long_lessons_alt_text_holds_what_changed_and_says_where_the_rest_is():
    alt = draw_lesson(samples.LIMIT).alt
    assert "~ return round(gross, 2) if exactly else int(gross)" in alt
    assert alt.endswith("The whole code is under “Code as text”.")


def test_the_alt_text_escapes_what_can_not_be_seen():
    alt = draw_lesson(samples.HOSTILE).alt
    assert "\\u202e" in alt
    assert "\u202e" not in alt
    assert "\\ud800" in alt
