"""Fields of the wrong kind, shape or company are told at their line; the rest is read on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import LessonFormatError
from bot.library.files import read_bytes
from bot.library.loading import lesson_faults

PATH = Path("pep-0618.yaml")
GOOD = (Path(__file__).parent / "good" / "field-missing" / "pep-0618.yaml").read_text("utf-8")


def spoil(old, new):
    assert GOOD.count(old) >= 1
    return read_bytes(GOOD.replace(old, new, 1).encode(), PATH)


@pytest.mark.parametrize(
    ("old", "new", "rule", "why"),
    [
        (
            "title: zip that notices a missing partner",
            "title: [a, b]",
            "field-type",
            "has to be a text",
        ),
        ("level: beginner", "level: [beginner]", "field-type", "has to be a text"),
        ("schema: 1", "schema: 2", "field-value", "schema is 2"),
        ("difficulty: 3", "difficulty: 6", "field-value", "allowed are 1 to 5"),
        ("difficulty: 3", "difficulty: hard", "field-type", "whole number"),
        ("tags: [iteration, zip]", "tags: zip", "field-type", "has to be a list"),
        ("tags: [iteration, zip]", "tags: [Iteration]", "field-value", "not kebab-case"),
        ("tags: [iteration, zip]", "tags: [[zip]]", "field-type", "has to be a text"),
        ("category: builtins", "category: magic", "field-value", "allowed: C-API"),
        (
            'python: {version: "3.10", year: 2021}',
            "python: 2021",
            "field-type",
            "mapping of fields",
        ),
        ("before:\n", "same_output: maybe\nbefore:\n", "field-type", "true or false"),
        ("before:\n", "same_output: false\nbefore:\n", "field-missing", "needs why_different"),
        ("before:\n", "why_different: So.\nbefore:\n", "field-value", "needs same_output: false"),
        (
            '  python: {min: "2.7"}\n',
            '  python: {min: "2.7"}\n  fails_after: KeyError\n',
            "field-value",
            "after what",
        ),
        (
            '  python: {min: "2.7"}\n',
            '  python: {min: "2.7"}\n  needs: [network]\n',
            "field-value",
            "threads or fs",
        ),
        (
            '  python: {min: "2.7"}\n',
            "  python: {}\n",
            "field-missing",
            "before.python.min is missing",
        ),
        (
            "      - raises: ValueError\n",
            "      - why_not: x\n",
            "option-form",
            "neither stdout nor raises",
        ),
        ("id: 618-left-over-guest", "id: left-over-guest", "field-value", "618-kebab-case"),
        ("id: 618-left-over-guest", "id: 572-left-over-guest", "field-value", "618-kebab-case"),
        (
            "hint: In which order",
            "hint: |\n      Two\n      lines\n    hint2: x",
            "field-value",
            "one line",
        ),
        ("{pep: 201, hook: Where zip came from}", "201", "field-type", "mapping of fields"),
    ],
)
def test_it_is_told(old, new, rule, why):
    with pytest.raises(LessonFormatError) as caught:
        spoil(old, new)
    assert any(f.rule == rule and why in f.why for f in caught.value.faults), str(caught.value)


def test_a_missing_mapping_is_one_fault_and_not_one_for_each_of_its_fields():
    start, end = GOOD.index("track:\n"), GOOD.index("prose:\n")
    with pytest.raises(LessonFormatError) as caught:
        read_bytes((GOOD[:start] + GOOD[end:]).encode(), PATH)
    assert [fault.why for fault in caught.value.faults] == ["track is missing"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("pep: 618\n", "pep: 9998\n", "known-pep"),
        ('version: "3.10"', 'version: "3.9"', "true-release"),
        ("pep: 618\n", "pep: 622\n", "not-superseded"),
        ("status: Final", "status: Final\nsuperseded_by: 622", "not-superseded"),
        (
            "https://docs.python.org/3/tutorial",
            "https://docs.python.org:444/3/tutorial",
            "official-links",
        ),
        (
            "https://docs.python.org/3/tutorial",
            "https://me@docs.python.org/3/tutorial",
            "official-links",
        ),
        (
            "https://docs.python.org/3/tutorial",
            "https://[docs.python.org/3/tutorial",
            "official-links",
        ),
        (
            "https://docs.python.org/3/tutorial",
            "https://docs.python.org/3/(tutorial",
            "official-links",
        ),
        (
            '"https://docs.python.org/3/library/functions.html#zip"',
            '"https://peps.python.org/"',
            "both-sources",
        ),
        ("      print(next(queue))\n", "      print(\tnext(queue))\n", "code-layout"),
        ("      queue = iter(", "\n      queue = iter(", "code-layout"),
        ("hint: In which order", "hint: In `which order", "prose-inline"),
    ],
)
def test_a_rule_sees_it(old, new, rule):
    text = GOOD.replace(old, new, 1).replace(
        "id: 618-", "id: 622-" if "622\n" in new else "id: 618-"
    )
    if new == "pep: 9998\n":
        text = text.replace("id: 618-", "id: 9998-")
    file = read_bytes(text.encode(), PATH)
    assert rule in {fault.rule for fault in lesson_faults(file)}


def test_a_fault_in_code_points_at_the_line_of_the_code():
    file = spoil("      print(next(queue))\n", "      print(next(queue))  \n")
    (fault,) = lesson_faults(file)
    lines = GOOD.splitlines()
    assert lines[fault.line - 1] == "      print(next(queue))"


def test_what_has_no_place_of_its_own_is_told_at_its_parent():
    file = read_bytes(GOOD.encode(), PATH)
    lines = GOOD.splitlines()
    assert (
        lines[file.line(("puzzles", 0, "options", 2, "stdout")) - 1].strip()
        == "- raises: ValueError"
    )
    assert file.line(()) == 1
