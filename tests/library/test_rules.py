"""Every rule catches its faulty file, at the right line, and leaves the nearest good one alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.versions import PythonVersion
from bot.library.registry import RULES, RUN_RULES
from bot.library.trials import LIMITS, Matrix

HERE = Path(__file__).parent
COMPANY = HERE / "company"
# The sleeper among the faulty files should not hold everybody up.
SPECIAL_LIMITS = {"ends-in-time": replace(LIMITS, wall_ms=700)}
# Whether a warning ever comes is known only where all Pythons were asked.
SPECIAL_MATRIX = {"warns-really": Matrix.FULL, "ends-in-time": Matrix.GLANCE}


def lessons_of(kind, rule):
    return sorted((HERE / kind / rule.name).glob("*.yaml"))


def header(path):
    first, second = path.read_bytes().split(b"\n", 2)[:2]
    wants = re.search(rb"wants: (.*)", first)
    pythons = re.search(rb"pythons: (.*)", second)
    return (
        wants[1].decode() if wants else "",
        [PythonVersion.parse(text) for text in pythons[1].decode().split()] if pythons else [],
    )


def matrix_for(rule):
    """What is seen without running needs no more than a glance at the rest."""
    usual = Matrix.QUICK if rule in RUN_RULES else Matrix.GLANCE
    return SPECIAL_MATRIX.get(rule.name, usual)


def skip_without(pythons, trials):
    absent = [str(python) for python in pythons if python not in trials.interpreters()]
    if absent:
        pytest.skip(f"needs Python {', '.join(absent)}")


def test_every_rule_has_a_faulty_and_a_good_file():
    for rule in RULES:
        assert lessons_of("faulty", rule), rule.name
        assert lessons_of("good", rule), rule.name


def test_no_folder_belongs_to_no_rule():
    names = {rule.name for rule in RULES}
    for kind in ("faulty", "good"):
        assert {path.name for path in (HERE / kind).iterdir()} == names


def test_rules_have_names_of_their_own_and_say_why_and_what_to_do():
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
        assert rule.reason.endswith(".")
        assert rule.way_out
        assert not rule.way_out.endswith(".")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
async def test_the_rule_catches_its_faulty_file_and_points_at_the_line(rule, checker, trials):
    wants, pythons = header(lessons_of("faulty", rule)[0])
    skip_without(pythons, trials)

    report = await checker(COMPANY).check(
        *lessons_of("faulty", rule),
        limits=SPECIAL_LIMITS.get(rule.name, LIMITS),
        matrix=matrix_for(rule),
    )

    caught = [fault for fault in report.faults if fault.rule == rule.name]
    assert caught, [str(fault) for fault in report.faults]
    lines = [
        fault.path.read_bytes().decode("utf-8", "replace").splitlines()[fault.line - 1]
        for fault in caught
    ]
    assert any(wants in line for line in lines), (wants, lines)
    assert all(fault.why and fault.way_out for fault in caught)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
async def test_the_rule_leaves_the_nearest_good_file_alone(rule, checker, trials):
    _, pythons = header(lessons_of("good", rule)[0])
    skip_without(pythons, trials)

    report = await checker(COMPANY).check(*lessons_of("good", rule), matrix=matrix_for(rule))

    assert [str(fault) for fault in report.faults] == []
    assert report.lessons >= 1
