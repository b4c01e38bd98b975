"""`lessons ...` at the command line: what is printed, and the exit code."""

from __future__ import annotations

import argparse
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.cli import lessons
from bot.cli.lesson_preview import preview
from bot.cli.lesson_report import Bar, spans
from bot.core.lessons import Library
from bot.core.versions import PythonVersion
from bot.library.loading import load_library, shipped_folder
from bot.library.registry import RULES
from bot.library.shelf_stats import shelf_stats

HERE = Path(__file__).parent
GOOD = HERE / "good" / "field-missing" / "pep-0618.yaml"


def run(*words):
    parser = argparse.ArgumentParser()
    lessons.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["lessons", *map(str, words)])
    return arguments.handler(arguments)


def test_check_names_file_line_rule_reason_and_way_out(capsys, tmp_path):
    path = tmp_path / "pep-0618.yaml"
    path.write_bytes(GOOD.read_bytes().replace(b"year: 2021", b"year: 1999"))
    line = path.read_text().splitlines().index('python: {version: "3.10", year: 1999}') + 1

    assert run("check", "--matrix", "glance", "--no-cache", path) == 1

    out = capsys.readouterr().out
    assert f"pep-0618.yaml:{line}: true-release: that was in 2021, not 1999" in out
    assert "-> take the version from the PEP's header" in out
    assert re.search(r"faults? in 1 file\b", out)


def test_check_as_json(capsys, tmp_path):
    path = tmp_path / "pep-0618.yaml"
    path.write_bytes(GOOD.read_bytes().replace(b"status: Final", b"status: Draft"))

    assert run("check", "--json", "--matrix", "glance", "--no-cache", path) == 1

    report = json.loads(capsys.readouterr().out)
    fault = next(fault for fault in report["faults"] if fault["rule"] == "true-status")
    assert fault["path"] == str(path)
    assert set(fault) == {"path", "line", "rule", "why", "reason", "way_out"}
    assert fault["reason"]
    assert (report["lessons"], report["puzzles"]) == (1, 1)
    assert report["runs_made"] >= 3


def test_check_of_a_good_file_ends_with_0_and_says_what_ran(capsys, monkeypatch):
    monkeypatch.setattr(lessons, "shipped_folder", lambda: HERE / "company")
    assert run("check", "--matrix", "glance", "--no-cache", GOOD) == 0
    out = capsys.readouterr().out
    assert re.search(r"1 lesson, 1 puzzle: \d+ runs .* on Python [\d., -]+, in", out)
    assert "no faults" in out
    # Nobody has Python 3.0.
    assert re.search(r"not verified on Python .*3\.0", out)


def test_check_of_nothing_is_a_usage_error(capsys):
    assert run("check", "no-such-file.yaml") == 2
    assert "no-such-file.yaml" in capsys.readouterr().err


def test_new_writes_a_skeleton_with_the_facts_and_nothing_over_a_lesson(capsys, tmp_path):
    assert run("new", 701, "--folder", tmp_path) == 0
    made = yaml.safe_load((tmp_path / "pep-0701.yaml").read_text())
    assert made["python"] == {"version": "3.12", "year": 2023}
    assert made["status"] == "Final"
    assert len(made["puzzles"]) == 3
    assert run("new", 701, "--folder", tmp_path) == 1
    assert "there already" in capsys.readouterr().err
    assert run("new", 9999, "--folder", tmp_path) == 1


@pytest.mark.parametrize("pep", [8, 274, 492, 3102])
def test_a_skeleton_has_the_form_of_a_lesson_and_is_not_one_yet(capsys, tmp_path, pep):
    run("new", pep, "--folder", tmp_path)
    capsys.readouterr()
    (path,) = tmp_path.iterdir()
    assert run("check", "--json", "--matrix", "glance", "--no-cache", path) == 1
    rules = {fault["rule"] for fault in json.loads(capsys.readouterr().out)["faults"]}
    # The links' number 0 is all that is out of form.
    assert rules == {"field-value"}


def test_a_skeleton_with_links_is_caught_by_its_todos(capsys, tmp_path):
    run("new", 492, "--folder", tmp_path)
    capsys.readouterr()
    (path,) = tmp_path.iterdir()
    path.write_text(
        path.read_text().replace("pep: 0,", "pep: 572,", 1).replace("pep: 0,", "pep: 484,")
    )
    run("check", "--json", "--matrix", "glance", "--no-cache", path)
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert sum(fault["rule"] == "nothing-to-do" for fault in faults) > 20


def test_preview_shows_every_part(capsys):
    assert run("preview", "492") == 0
    out = capsys.readouterr().out
    for part in (
        "PEP 492 · Speedrun · Python 3.5 (2015)",
        "Before:",
        "After:",
        "Puzzle 1:",
        "Hint:",
    ):
        assert part in out
    assert "Or speedrun another PEP" in out
    assert "[right]" in out
    assert "\x1b[" not in out


def test_preview_in_colour_marks_code_and_says_when_nothing_is_printed():
    library, _ = load_library([shipped_folder()])
    lesson = library.get(484)
    silent = replace(lesson.puzzles[1].options[0], stdout="")
    puzzle = replace(lesson.puzzles[1], options=(silent, *lesson.puzzles[1].options[1:]))
    shown = preview(replace(lesson, puzzles=(puzzle,)), Library({}), colour=True)
    assert "\x1b[" in shown
    assert "(nothing is printed)" in shown
    assert "no lesson yet" in shown
    assert "Twist [3.14+]" in shown


def test_preview_of_a_broken_file_says_why(capsys, tmp_path):
    path = tmp_path / "pep-0618.yaml"
    path.write_text("pep: [\n")
    assert run("preview", path) == 1
    assert "yaml-syntax" in capsys.readouterr().err


def test_preview_as_a_picture_saves_it_and_prints_its_alt_text(capsys, tmp_path):
    path = tmp_path / "pep.png"
    assert run("preview", "572", "--png", path) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    out = capsys.readouterr().out
    assert "pixels. Its alt text:\nPEP 572, the code before and after." in out
    assert run("preview", "572", "--png", tmp_path / "no" / "folder.png") == 1
    assert "can't be written: No such file or directory" in capsys.readouterr().err


def test_stats_count_lessons_and_puzzles(capsys):
    assert run("stats", "--json") == 0
    stats = json.loads(capsys.readouterr().out)
    assert stats["lessons"] >= 4
    assert stats["puzzles"] >= 12
    assert sum(stats["key_positions"].values()) == stats["puzzles"]
    assert len(stats["habits"]) == 7
    assert run("stats") == 0
    assert "by category" in capsys.readouterr().out


def test_stats_name_the_puzzles_that_rest_here_and_what_they_need():
    library, _ = load_library([shipped_folder()])
    resting = shelf_stats(list(library), [PythonVersion(3, 9)]).resting
    assert resting["634-green-light"] == "3.10+"
    assert "492-two-knocks" not in resting


def test_list_has_a_line_for_each_lesson(capsys):
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    library, _ = load_library([shipped_folder()])
    assert [int(line.split()[0]) for line in lines] == [lesson.pep for lesson in library]


def test_rules_are_all_listed_with_reason_and_way_out(capsys):
    assert run("rules") == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line and line[0] != " "] == [r.name for r in RULES]
    assert out.count("Way out:") == len(RULES)


def test_the_bar_is_silent_where_nobody_watches():
    stream = io.StringIO()
    Bar(stream).show(1, 2)
    assert stream.getvalue() == ""


def test_the_bar_is_wiped_at_the_end():
    stream = io.StringIO()
    stream.isatty = lambda: True
    bar = Bar(stream)
    bar.show(1, 4)
    bar.show(4, 4)
    assert "1 of 4 runs" in stream.getvalue()
    assert stream.getvalue().endswith(" \r")


@pytest.mark.parametrize(
    ("versions", "text"),
    [
        ([], ""),
        (["2.7"], "2.7"),
        (["2.7", "3.6", "3.7", "3.8"], "2.7, 3.6-3.8"),
        (["3.9", "3.10", "3.12"], "3.9-3.10, 3.12"),
    ],
)
def test_versions_are_told_in_spans(versions, text):
    assert spans([PythonVersion.parse(version) for version in versions]) == text
