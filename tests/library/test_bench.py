"""Runs are planned, made once, kept and counted; what was not verified is said. Fake sandbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.lessons import VersionTwist
from bot.core.runs import Limits, Outcome, RunResult
from bot.core.versions import PythonVersion, VersionBounds
from bot.library.bench import Bench
from bot.library.cache import RunCache
from bot.library.check import check_lessons
from bot.library.files import read_file
from bot.library.registry import RUN_RULES
from bot.library.selection import select
from bot.library.trials import LIMITS, Matrix, subjects

HERE = Path(__file__).parent
FILE = HERE / "good" / "field-missing" / "pep-0618.yaml"
P = PythonVersion.parse
ALL = [P(text) for text in ("2.7", "3.9", "3.10", "3.11", "3.12")]


class FakeSandbox:
    """Prints ``Alan 1`` or what the lesson declares; remembers what it was asked."""

    def __init__(self, pythons=ALL, outcomes=()):
        self.pythons = pythons
        self.outcomes = list(outcomes)
        self.asked = []

    def interpreters(self):
        return self.pythons

    def identity(self, python):
        return f"{python}.1"

    async def try_out(self, code, limits, trial, *, stdin, needs):
        self.asked.append((code, trial))
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.OK
        stdout = "Alan\n1\n" if "queue" in code else "someone is standing\n"
        if "strict" in code and trial.python < P("3.10"):
            outcome, stdout = Outcome.ERROR, ""
        failed = outcome is not Outcome.OK
        return RunResult(
            outcome, stdout, "", 1 if failed else 0, "TypeError" if failed else None, 1.0, False,
            str(trial.python),
        )  # fmt: skip


def plan_of(name, matrix, pythons=ALL):
    found = {subject.where: subject for subject in subjects(read_file(FILE))}
    return found[name].plan(pythons, matrix)


def test_quick_takes_the_ends_and_full_takes_all():
    quick = plan_of(("after",), Matrix.QUICK)
    full = plan_of(("after",), Matrix.FULL)
    assert [str(python) for python in quick.inside] == ["3.10", "3.12"]
    assert [str(python) for python in full.inside] == ["3.10", "3.11", "3.12"]
    assert (quick.whole, full.whole) == (False, True)
    # Two Pythons with three surroundings, and three with six; and the one below the minimum.
    assert len(list(quick.trials())) == 2 * 3 + 1
    assert len(list(full.trials())) == 3 * 6 + 1
    assert quick.below == full.below == P("3.9")


def test_a_glance_is_one_run():
    (trial,) = plan_of(("after",), Matrix.GLANCE).trials()
    assert trial.python == P("3.12")


def test_nothing_in_bounds_means_nothing_inside():
    plan = plan_of(("after",), Matrix.FULL, [P("2.7")])
    assert plan.inside == ()
    assert plan.below == P("2.7")


async def test_a_second_check_runs_nothing(tmp_path):
    cache = RunCache(tmp_path)
    chosen = select([FILE], [HERE / "company"])
    first = await check_lessons(chosen, Bench(FakeSandbox(), cache))
    again = FakeSandbox()
    second = await check_lessons(chosen, Bench(again, cache))
    assert first.runs_made > 0
    assert first.runs_cached == 0
    assert again.asked == []
    assert (second.runs_made, second.runs_cached) == (0, first.runs_made)
    assert first.faults == second.faults == ()


def with_other_code(subject):
    return replace(subject, item=replace(subject.item, code=subject.item.code + "\n")), LIMITS


def with_other_needs(subject):
    return replace(subject, item=replace(subject.item, needs=("fs",))), LIMITS


def with_other_limits(subject):
    return subject, replace(LIMITS, cpu_ms=1)


async def test_a_fault_is_never_taken_from_the_cache(tmp_path):
    chosen = select([FILE], [HERE / "company"])
    cache = RunCache(tmp_path)
    broken = await check_lessons(chosen, Bench(FakeSandbox(outcomes=[Outcome.ERROR]), cache))
    mended = await check_lessons(chosen, Bench(FakeSandbox(), cache))
    assert broken.faults
    assert mended.faults == ()
    assert 0 < mended.runs_made < broken.runs_made


@pytest.mark.parametrize("change", [with_other_code, with_other_needs, with_other_limits])
def test_what_a_result_depends_on_is_in_its_name(tmp_path, change):
    cache = RunCache(tmp_path)
    subject = next(iter(subjects(read_file(FILE))))
    run = RunResult(Outcome.OK, "tea\n", "", 0, None, 1.0, False, "3.11")
    cache.save(subject, LIMITS, {"key": run})
    assert cache.load(subject, LIMITS)["key"].stdout == "tea\n"
    assert cache.load(*change(subject)) == {}


def test_a_damaged_or_missing_cache_is_empty(tmp_path):
    cache = RunCache(tmp_path / "deep" / "down")
    subject = next(iter(subjects(read_file(FILE))))
    assert cache.load(subject, Limits()) == {}
    cache.save(
        subject, Limits(), {"key": RunResult(Outcome.OK, "", "", 0, None, 1.0, False, "3.11")}
    )
    (kept,) = (tmp_path / "deep" / "down").iterdir()
    for damage in ("{", "[]", '{"key": {"outcome": "ok"}}', '{"key": 3}'):
        kept.write_text(damage)
        assert cache.load(subject, Limits()) == {}


def test_results_that_may_differ_next_time_are_not_kept(tmp_path):
    cache = RunCache(tmp_path)
    subject = next(iter(subjects(read_file(FILE))))
    late = RunResult(Outcome.TIMEOUT, "", "", None, None, 1.0, False, "3.11")
    cache.save(subject, LIMITS, {"key": late})
    assert cache.load(subject, LIMITS) == {}


async def test_one_time_out_gets_a_second_chance():
    lucky = FakeSandbox(outcomes=[Outcome.TIMEOUT])
    report = await check_lessons(select([FILE], [HERE / "company"]), Bench(lucky))
    assert report.faults == ()
    unlucky = FakeSandbox(outcomes=[Outcome.TIMEOUT] * 60)
    report = await check_lessons(select([FILE], [HERE / "company"]), Bench(unlucky))
    assert "ends-in-time" in {fault.rule for fault in report.faults}


async def test_sleeping_through_the_two_seconds_is_told_though_the_clock_allows_more():
    class Sleepy(FakeSandbox):
        async def try_out(self, code, limits, trial, *, stdin, needs):
            run = await super().try_out(code, limits, trial, stdin=stdin, needs=needs)
            # The very first run is slow by accident, which proves nothing about its snippet.
            slow = "queue" in code or not self.asked[1:]
            return replace(run, duration_ms=2_500.0 if slow else 90.0)

    report = await check_lessons(select([FILE], [HERE / "company"]), Bench(Sleepy()))
    told = [str(fault) for fault in report.faults]
    assert len(told) == 1
    assert "ends-in-time: every run takes 2.5 s or more" in told[0]


async def test_what_was_not_verified_is_said():
    sandbox = FakeSandbox([P("3.9")], outcomes=[Outcome.UNAVAILABLE] * 3)
    report = await check_lessons(select([FILE], [HERE / "company"]), Bench(sandbox))
    assert "618 after: no Python of 3.10+ is here" in report.not_run
    assert any(text.startswith("618 before on Python 3.9") for text in report.not_run)
    assert report.missing[P("3.10")] == ("618 before", "618 after", "618-left-over-guest")
    assert P("3.9") not in report.missing


async def test_progress_ends_where_the_plan_does():
    told = []
    bench = Bench(FakeSandbox(), progress=lambda done, planned: told.append((done, planned)))
    report = await check_lessons(select([FILE], [HERE / "company"]), bench)
    assert told[-1] == (report.runs_made, report.runs_made)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


class Scripted(FakeSandbox):
    """Does on each Python what the script says: what is printed, or (None, an exception)."""

    def __init__(self, script):
        super().__init__([P(text) for text in script])
        self.script = {P(text): does for text, does in script.items()}

    async def try_out(self, code, limits, trial, *, stdin, needs):
        does = self.script[trial.python]
        ok = isinstance(does, str)
        return RunResult(
            Outcome.OK if ok else Outcome.ERROR, does if ok else "", "", 0 if ok else 1,
            None if ok else does[1], 1.0, False, str(trial.python),
        )  # fmt: skip


async def rules_broken_by(script, where=("before",), matrix=Matrix.FULL, **changes):
    """Which running rules a snippet breaks that has these fields and runs by this script."""
    subject = next(s for s in subjects(read_file(FILE)) if s.where == where)
    subject = replace(subject, item=replace(subject.item, **changes))
    (evidence,) = await Bench(Scripted(script)).try_all([subject], matrix)
    return {fault.rule for rule in RUN_RULES for fault in rule.faults(evidence)}


SAYS = "someone is standing\n"
FAILS = (None, "ImportError")


@pytest.mark.parametrize(
    ("script", "changes", "broken"),
    [
        ({"3.9": SAYS, "3.10": SAYS}, {}, set()),
        ({"3.9": SAYS, "3.10": FAILS}, {"python": ("2.7", "3.9")}, set()),
        ({"3.9": SAYS, "3.10": SAYS}, {"python": ("2.7", "3.9")}, {"ends-above-max"}),
        # The Python right above is missing: one further up still proves that max is too low.
        ({"3.9": SAYS, "3.12": SAYS}, {"python": ("2.7", "3.9")}, {"ends-above-max"}),
        (
            {"3.9": SAYS, "3.10": FAILS},
            {"python": ("2.7", "3.9"), "fails_after": "KeyError"},
            {"ends-above-max"},
        ),
        (
            {"3.9": SAYS, "3.10": FAILS},
            {"python": ("2.7", "3.9"), "fails_after": "ImportError"},
            set(),
        ),
        ({"3.9": SAYS, "3.10": SAYS}, {"python": ("3.10", None)}, {"begins-at-min"}),
        ({"3.9": SAYS, "3.10": SAYS}, {"python": ("3.10", None), "works_below": "So."}, set()),
        (
            {"3.9": FAILS, "3.10": SAYS},
            {"python": ("3.10", None), "works_below": "So."},
            {"begins-at-min"},
        ),
        ({"3.9": "other\n", "3.10": SAYS}, {}, {"prints-as-declared", "same-on-all-versions"}),
        ({"3.9": FAILS}, {}, {"prints-as-declared"}),
    ],
)
async def test_bounds_are_facts(script, changes, broken):
    if "python" in changes:
        low, high = changes["python"]
        changes = {**changes, "python": VersionBounds(P(low), P(high) if high else None)}
    assert await rules_broken_by(script, **changes) == broken


@pytest.mark.parametrize(
    ("old_says", "twist", "broken"),
    [
        ("Grace\n1\n", {"stdout": "Grace\n1\n"}, set()),
        ((None, "ValueError"), {"raises": "ValueError"}, set()),
        ("Grace\n1\n", {"stdout": "Alan\n2\n"}, {"twist-holds"}),
        # The twist says the truth, but it is the same as everywhere.
        ("Alan\n1\n", {"stdout": "Alan\n1\n"}, {"twist-holds", "begins-at-min"}),
    ],
)
async def test_a_twist_is_run_too(old_says, twist, broken):
    told = VersionTwist(python=VersionBounds(P("2.7"), P("2.7")), note="So.", **twist)
    found = await rules_broken_by(
        {"2.7": old_says, "3.10": "Alan\n1\n"},
        where=("puzzles", 0),
        python=VersionBounds(P("3.0")),
        version_twist=told,
    )
    assert found == broken


async def test_an_output_that_changes_is_told_with_what_was_different():
    class Moody(FakeSandbox):
        async def try_out(self, code, limits, trial, *, stdin, needs):
            run = await super().try_out(code, limits, trial, stdin=stdin, needs=needs)
            return replace(run, stdout="home\n") if trial.condition.elsewhere else run

    report = await check_lessons(select([FILE], [HERE / "company"]), Bench(Moody()))
    told = [fault.why for fault in report.faults if fault.rule == "same-every-time"]
    assert len(told) == 3
    assert "with hash seed 4294967295, elsewhere" in told[0]
