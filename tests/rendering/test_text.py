"""Times, plurals, escapes and fences, to the letter."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.text import (
    code_block,
    days,
    fit,
    inline,
    letter,
    mention,
    moment,
    plain,
    points,
    relative,
    seconds,
)
from tests.doubles import at

# A code block as Discord's clients read it.
FENCE = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n].*?)\n*```", re.DOTALL | re.IGNORECASE)
markdown = st.text(alphabet="`*_~|>#[]()@<-\\ab 1\n", max_size=30)


@pytest.mark.parametrize(
    ("elapsed_ms", "expected"),
    [
        (0, "0.0 s"),
        (40, "0.0 s"),
        (23_449, "23.4 s"),
        (90_000, "90.0 s"),
        (119_900, "119.9 s"),
        (120_000, "2 min 00 s"),
        (125_999, "2 min 05 s"),
        (7_199_000, "119 min 59 s"),
        (7_200_000, "2 h 00 min"),
        (90_061_000, "25 h 01 min"),
    ],
)
def test_a_time_is_short_and_exact_enough(elapsed_ms, expected):
    assert seconds(elapsed_ms) == expected


def test_a_count_has_its_noun():
    assert points(0) == "0 points"
    assert points(1) == "1 point"
    assert points(1_204) == "1,204 points"
    assert days(1) == "1 day"


def test_instants_and_members_are_discord_s_to_show():
    assert relative(at("2026-03-02 09:00")) == "<t:1772442000:R>"
    assert moment(at("2026-03-02 09:00")) == "<t:1772442000:F>"
    assert mention(42) == "<@42>"
    assert [letter(position) for position in range(4)] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("a longer text", 9, "a longer…"),
        # The only space comes so early that most of the room would be lost.
        ("a longer text", 8, "a longe…"),
        ("a longer text", 10, "a longer…"),
        ("unbroken-word", 5, "unbr…"),
        ("", 3, ""),
    ],
)
def test_a_text_is_cut_between_words_and_the_cut_is_marked(text, limit, expected):
    assert fit(text, limit) == expected


@given(st.text(max_size=80), st.integers(1, 40))
def test_a_fitted_text_is_never_longer_and_begins_as_it_did(text, limit):
    fitted = fit(text, limit)
    assert len(fitted) <= limit
    assert fitted == text or (fitted.endswith("…") and text.startswith(fitted[:-1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("**bold** _it_ ~~no~~ ||psst||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|psst\|\|"),
        ("@everyone <@42> <#1>", r"\@everyone \<\@42\> \<#1\>"),
        ("[text](https://example.org)", r"\[text\](https://example.org)"),
        ("# big\n- item", "\\# big\n\\- item"),
        ("C# and x-y", "C# and x-y"),
        ("back\\slash `tick`", r"back\\slash \`tick\`"),
    ],
)
def test_plain_text_is_shown_as_it_is(text, expected):
    assert plain(text) == expected


@given(markdown)
def test_no_mark_of_markdown_is_left_unescaped_and_no_word_is_changed(text):
    shown = plain(text)
    assert re.sub(r"\\(.)", r"\1", shown, flags=re.DOTALL) == text
    assert not re.search(r"[`*_~|<>\[\]@]", re.sub(r"\\.", "", shown, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`await` it", "`await` it"),
        ("the `__context__` of *it*", r"the `__context__` of \*it\*"),
        ("__context__", r"\_\_context\_\_"),
        ("an odd ` tick *", r"an odd \` tick \*"),
        ("`a` and `b`", "`a` and `b`"),
    ],
)
def test_a_sentence_keeps_its_code_and_nothing_else_of_markdown(text, expected):
    assert inline(text) == expected


def test_code_stands_between_fences():
    assert code_block("x = 1\n") == "```py\nx = 1\n```"
    assert code_block("4\n", "") == "```\n4\n```"


@pytest.mark.parametrize("code", ["", "\n", "\n\n\n"])
def test_a_block_of_nothing_does_not_swallow_what_follows_it(code):
    text = f"**A**\n{code_block(code, '')}\n**B**\n{code_block('4', '')}"
    assert [match[2].strip() for match in FENCE.finditer(text)] == ["", "4"]


@given(st.text(alphabet="`\nab \\", max_size=20), st.sampled_from(["py", ""]))
def test_no_code_can_close_its_fence(code, language):
    block = code_block(code, language)
    assert block.startswith(f"```{language}\n")
    assert block.endswith("\n```")
    assert "```" not in block[3:-3]
    after = f"{block}\n**B**\n{code_block('4', '')}"
    blocks = list(FENCE.finditer(after))
    assert len(blocks) == 2
    assert blocks[1][2] == "4"
    assert block[len(language) + 4 : -4].replace("\u200b", "").strip() == code.strip()


def test_single_backticks_and_all_else_are_left_as_they_are():
    assert code_block("echo `date`", "") == "```\necho `date`\n```"
    assert "\u200b" not in code_block("f'{x!r}' @everyone <@1>")
