import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.output import code_block, safe_output

NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "@everyone",
                "@here",
                "@EVERYONE",
                "<@123>",
                "<@&1>",
                "<#42>",
                "```",
                "``",
                "`",
                "\x1b[31m",
                "\x1b]0;title\x07",
                "\x9b1m",
                "\u202e",
                "\u2066",
                "\u200b",
                "\u200d",
                "\ufeff",
                "\x00",
                "\r",
                "\r\n",
                "\n",
                "\u2028",
                "\u2029",
                "\x85",
                "\t",
                "\u0300",
                "\u0300" * 9,
                "\ufe0f",
                "\u3164",
                "\u00a0",
                "\ud800",
                "x" * 300,
                "\n" * 40,
                "</play:1>",
                "<t:1>",
                "<a:b:1>",
                "\x1b",
                "\x1b\x1b[",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)
CAPTURED = st.one_of(
    NASTY, st.binary(max_size=400), NASTY.map(lambda t: t.encode("utf-8", "surrogatepass"))
)


@given(CAPTURED, st.integers(1, 12), st.integers(1, 40), st.integers(1, 300))
def test_whatever_was_printed_stays_inside_its_block_and_its_caps(captured, lines, columns, chars):
    shown = safe_output(captured, max_lines=lines, max_columns=columns, max_chars=chars)
    assert len(shown) <= chars
    assert shown.count("\n") < lines
    assert all(len(line) <= columns for line in shown.split("\n"))
    assert "``" not in shown
    assert not re.search(r"@(everyone|here)|<[@#/]|<t:", shown, re.IGNORECASE)
    assert code_block(shown).count("```") == 2
    for character in shown.replace("\n", ""):
        assert character == " " or unicodedata.category(character) not in {
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Zl",
            "Zp",
            "Zs",
        }
    assert not re.search("[\u0300-\u036f]{3}", shown)
    shown.encode("utf-8")


@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="`@<"), max_size=60
    )
)
def test_ordinary_text_is_shown_as_it_is(text):
    assert safe_output(text) == text


@given(CAPTURED)
def test_what_was_made_safe_stays_as_it_is_when_it_is_made_safe_again(captured):
    once = safe_output(captured)
    assert safe_output(once) == once


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("hi\n", "hi"),
        ("", ""),
        ("\n", ""),
        ("a\n\nb\n", "a\n\nb"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("\x1b[31mred\x1b[0m plain", "red plain"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("safe \u202etxt.exe", "safe \\u202etxt.exe"),
        ("a\x00b\rc\x08d", "a\\x00b\\rc\\x08d"),
        ("one\u2028two\x85three", "one\\u2028two\\x85three"),
        ("a" + "\u0300" * 50, "a\u0300\u0300"),
        ("@everyone and @here", "\uff20everyone and \uff20here"),
        ("<@123> <@&5> <#7>", "\u2039\uff20123> \u2039\uff20&5> \u2039#7>"),
        ("a\tb", "a   b"),
        ("mail@example.org 3 < 4", "mail@example.org 3 < 4"),
        ("<class 'int'>", "<class 'int'>"),
        ("<__main__.A object>", "<__main__.A object>"),
    ],
)
def test_each_trick_is_shown_for_what_it_is(printed, shown):
    assert safe_output(printed) == shown


def test_a_fence_inside_the_output_does_not_close_the_block():
    block = code_block(safe_output("before\n```\n@everyone outside\n```"), "text")
    assert block.startswith("```text\nbefore\n")
    assert block.count("```") == 2


def test_the_beginning_is_kept_and_an_ellipsis_stands_for_the_rest():
    assert safe_output("\n".join(map(str, range(9))), max_lines=4) == "0\n1\n2\n…"
    assert safe_output("abcdefgh", max_columns=5) == "abcd…"
    assert safe_output("abc\ndef\nghi", max_chars=8) == "abc\ndef…"


def test_five_megabytes_on_one_line_come_out_as_one_short_line():
    shown = safe_output("x" * 5_000_000)
    assert shown == "x" * 99 + "…" + "\n…"


def test_a_cap_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        safe_output("x", max_lines=0)
