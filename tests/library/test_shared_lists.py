"""The lists that lessons share: room for many lessons, and faults with lines."""

from __future__ import annotations

import pytest

from bot.library.loading import shipped_folder
from bot.library.shared_lists import LISTS, MISCONCEPTIONS, load_list


def test_the_shipped_list_has_no_fault():
    known, faults = load_list(shipped_folder(), MISCONCEPTIONS)
    assert faults == ()
    assert known["cast-converts"].endswith(".")


@pytest.mark.parametrize("name", LISTS)
def test_a_folder_without_a_list_knows_none(tmp_path, name):
    assert load_list(tmp_path, name) == ({}, ())


@pytest.mark.parametrize("name", LISTS)
def test_there_is_room_for_a_few_thousand(tmp_path, name):
    lines = "".join(f"belief-{number}: {'so ' * 20}is it.\n" for number in range(3_000))
    (tmp_path / name).write_text(lines)
    known, faults = load_list(tmp_path, name)
    assert len(known) == 3_000
    assert faults == ()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a-b: It is so.\nA_b: It is so.\n", "field-value", 2),
        ("a-b: It is so.\nc-d: [list]\n", "field-type", 2),
        ("a-b: It is so.\nc-d: 3\n", "field-type", 2),
        (f"a-b: {'x' * 161}\n", "field-length", 1),
        ("a-b: It is so.\n\na-b: It is not.\n", "yaml-duplicate-key", 3),
        ("- a-b\n", "field-type", 1),
        ("a-b: &x It is so.\n", "yaml-alias", 1),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, name, text, rule, line):
    (tmp_path / name).write_text(text)
    _, faults = load_list(tmp_path, name)
    assert [(fault.rule, fault.line) for fault in faults] == [(rule, line)]
