"""What a press means: written by us, read from anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import Action, Verb, action, parse

LONGEST_ROUND = 10**18 - 1
arguments = st.from_regex(r"[A-Za-z0-9_.-]{1,80}", fullmatch=True)
ARITY = {
    Verb.GUESS: 2,
    Verb.TRY: 3,
    Verb.DECIDE: 2,
    Verb.JUDGE: 2,
    Verb.SETUP: 2,
    Verb.REVIEW: 3,
    Verb.REVIEW_HINT: 2,
    Verb.NEXT_REVIEW: 0,
    Verb.QUEUE_DO: 2,
    Verb.PAGE: 3,
}
LONGEST_PUZZLE = "9999-" + "x" * 73


@pytest.mark.parametrize(
    ("custom_id", "expected"),
    [
        ("speedrun:start:7", Action(Verb.START, ("7",))),
        ("speedrun:guess:7:2", Action(Verb.GUESS, ("7", "2"))),
        (
            "speedrun:try:492:492-order-of-tasks:0",
            Action(Verb.TRY, ("492", "492-order-of-tasks", "0")),
        ),
        ("speedrun:window:week", Action(Verb.WINDOW, ("week",))),
    ],
)
def test_a_press_is_read_as_it_was_written(custom_id, expected):
    assert parse(custom_id) == expected
    assert expected.custom_id == custom_id


@given(st.sampled_from(Verb), st.data())
def test_every_verb_reads_back_what_it_writes(verb, data):
    count = ARITY.get(verb, 1)
    given_ = tuple(data.draw(arguments) for _ in range(count))
    assert parse(action(verb, *given_)) == Action(verb, given_)


@given(st.text(max_size=60) | st.from_regex(r"speedrun:[a-z]*(:[^:]*)*"))
def test_reading_any_text_gives_an_action_or_none(text):
    found = parse(text)
    if found is not None:
        assert found.custom_id == text
        assert len(found.arguments) == ARITY.get(found.verb, 1)
        assert all(isinstance(found.number(n), int) for n in range(len(found.arguments)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "speedrun",
        "speedrun:start",
        "speedrun:start:",
        "speedrun:start:7:8",
        "speedrun:guess:7",
        "speedrun:explode:7",
        "other:start:7",
        "speedrun:START:7",
        "speedrun:start:7\n",
        "speedrun:start:7 ",
        "speedrun:start:" + "7" * 81,
        "speedrun:start:{7}",
        "speedrun:start:\uff17",
    ],
)
def test_what_is_not_of_our_form_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("007", 7),
        (str(LONGEST_ROUND), LONGEST_ROUND),
        ("-7", -1),
        ("x", -1),
        ("9" * 19, -1),
        ("1.5", -1),
        ("1_0", -1),
    ],
)
def test_an_argument_that_is_no_number_is_nobody_s_id(text, number):
    assert Action(Verb.START, (text,)).number(0) == number


@pytest.mark.parametrize(
    ("text", "snowflake"),
    [
        ("1456074443980800006", 1456074443980800006),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), -1),
        ("9" * 20, -1),
        ("x", -1),
    ],
)
def test_an_id_of_discord_s_has_up_to_nineteen_digits(text, snowflake):
    assert Action(Verb.REMIND_OFF, (text,)).snowflake(0) == snowflake


@pytest.mark.parametrize("verb", Verb)
def test_a_custom_id_fits_discord_s_hundred_characters(verb):
    longest = {
        Verb.GUESS: (LONGEST_ROUND, 7),
        Verb.TRY: (9999, "9999-" + "x" * 74, 7),
        Verb.REVIEW: (9999, LONGEST_PUZZLE[:74], 7),
        Verb.REVIEW_HINT: (9999, LONGEST_PUZZLE[:74]),
        Verb.NEXT_REVIEW: (),
        Verb.DECIDE: (LONGEST_ROUND, "x" * 60),
        Verb.JUDGE: (LONGEST_ROUND, "x" * 60),
        Verb.SETUP: ("x" * 40, 8),
        Verb.QUEUE_DO: ("x" * 40, "x" * 30),
        Verb.PAGE: ("pep-99999", "global", 999_999),
    }
    custom_id = action(verb, *longest.get(verb, (LONGEST_ROUND,)))
    assert len(custom_id) <= 100
    assert parse(custom_id) is not None
