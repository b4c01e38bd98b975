"""What members are told of their runs, to the letter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.runs import Limits, Outcome
from bot.rendering.cards import Buttons, Text
from bot.rendering.running import comparison_card, outcome_in_words, run_card, waiting_card
from tests.doubles import a_lesson, ran

LIMITS = Limits(wall_ms=5_000, cpu_ms=2_000, threads=48, output_bytes=32 * 1024)


def told(card):
    return [block.markdown for block in card.blocks if isinstance(block, Text)]


def test_a_run_shows_its_outcome_its_python_its_time_and_its_output():
    head, printed = told(run_card(ran("4\n"), LIMITS, 7))
    assert head == "-# Your run · Python 3.13, 20 ms\n### ✅ It ran to its end."
    assert printed == "It printed:\n```\n4\n```"
    [buttons] = [
        block for block in run_card(ran(""), LIMITS, 7).blocks if isinstance(block, Buttons)
    ]
    assert [(button.label, button.custom_id) for button in buttons.buttons] == [
        ("Edit again", "speedrun:edit:7")
    ]
    assert told(run_card(ran(""), LIMITS, 7))[1] == "It printed nothing."


@pytest.mark.parametrize(
    ("outcome", "limit", "words"),
    [
        (Outcome.TIMEOUT, "wall_ms", "⏹ Stopped: it took longer than 5.0 s."),
        (Outcome.TIMEOUT, "cpu_ms", "⏹ Stopped: it computed for more than 2.0 s."),
        (Outcome.MEMORY, "data_bytes", "⏹ Stopped: it needed more than 256 MB of memory."),
        (
            Outcome.OUTPUT_LIMIT,
            "output_bytes",
            "⏹ Stopped: it printed more than 32 KB. The beginning:",
        ),
        (Outcome.KILLED, "threads", "⏹ Stopped: it started more than 48 threads."),
        (Outcome.KILLED, None, "💥 It crashed Python itself."),
        (
            Outcome.UNAVAILABLE,
            None,
            "It did not run: the sandbox had to be restarted. Try again.",
        ),
        (Outcome.ERROR, None, "It ended with exit code 1."),
    ],
)
def test_each_end_has_its_sentence(outcome, limit, words):
    assert (
        outcome_in_words(replace(ran(), outcome=outcome, limit=limit, exit_code=1), LIMITS) == words
    )


def test_a_refusal_says_what_was_tried_and_an_error_its_name():
    error = replace(ran(), outcome=Outcome.ERROR, exception="OSError")
    assert outcome_in_words(error, LIMITS) == "❌ Ended with OSError."
    refused = replace(error, detail="tried to open a file: no files here")
    assert (
        outcome_in_words(refused, LIMITS)
        == "❌ Ended with OSError: it tried to open a file: no files here."
    )
    hostile = replace(error, exception="a_b_")
    assert outcome_in_words(hostile, LIMITS) == r"❌ Ended with a\_b\_."


def test_a_long_traceback_keeps_where_it_came_from_and_what_it_says():
    frames = "".join(f'  File "main.py", line {n}\n' for n in range(60))
    stderr = f"Traceback (most recent call last):\n{frames}ValueError: the end\n"
    failed = replace(ran(""), outcome=Outcome.ERROR, exception="ValueError", stderr=stderr)
    [_, error] = told(run_card(failed, LIMITS, 0))
    assert error.startswith("To its error stream:\n```\nTraceback (most recent call last):")
    assert error.endswith("ValueError: the end\n```")
    assert "  …\n" in error
    assert len(error.splitlines()) <= 21


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (1, "⏳ You are next in line: about 2 s."),
        (2, "⏳ You are second in line: about 2 s."),
        (3, "⏳ You are third in line: about 2 s."),
        (9, "⏳ You are number 9 in line: about 2 s."),
    ],
)
def test_a_place_in_line_is_told_in_words(position, words):
    assert told(waiting_card(position, 1_200)) == [words]


def on(python, stdout="4\n", **changes):
    return replace(ran(stdout), python=python, **changes)


def test_a_comparison_says_where_the_output_changes():
    stopped = {"outcome": Outcome.ERROR, "exception": "SyntaxError"}
    results = [
        on("2.7", "", **stopped, stderr='  File "main.py"\nSyntaxError: invalid'),
        on("3.12"),
        on("3.13"),
        on("3.14", "5\n"),
    ]
    head, *groups = told(comparison_card(a_lesson(8), results))
    assert "## It changes with the version\nAnother output from Python 3.12, 3.14 on." in head
    assert groups == [
        "**Python 2.7**\n```\nSyntaxError: invalid\n```",
        "**Python 3.12\N{EN DASH}3.13**\n```\n4\n```",
        "**Python 3.14**\n```\n5\n```",
    ]


def test_a_comparison_without_a_change_says_so_once():
    head, group = told(comparison_card(a_lesson(8), [on("3.11"), on("3.13")]))
    assert "## The same on every Python here\nRan on 3.11\N{EN DASH}3.13." in head
    assert group == "**Python 3.11\N{EN DASH}3.13**\n```\n4\n```"
