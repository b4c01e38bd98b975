"""A rule that never fires on a spoiled shipped lesson is no rule: every mutation has to be caught.

``pytest tests/library/test_mutations.py -s`` prints the table.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import cache

import mutations
import pytest
import yaml

from bot.library.check import Report
from bot.library.loading import lesson_faults, lesson_paths, read_paths, shipped_folder
from bot.library.rules.across import SHELF_RULES, Shelf, right_by_position
from bot.library.selection import select
from bot.library.trials import LIMITS, Matrix

# The first lessons stand for all in the default run; the slow one spoils every lesson.
FIRST = ("pep-0484.yaml", "pep-0492.yaml", "pep-0572.yaml", "pep-0634.yaml")
# A spoiled lesson needs no long run.
LIMITS_HERE = replace(LIMITS, wall_ms=2_500, cpu_ms=1_000)
HOME = shipped_folder()
# Which lesson a habit of all lessons is told of is no matter of that lesson.
NO_HABITS = [rule for rule in SHELF_RULES if not rule.name.startswith("right-by-")]
# The same in C where the wheel has it: some hundred lessons are taken apart and written again.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def spoiled(path, mutate, folder):
    """The file of a spoiled copy, or None where the mutation does not apply."""
    lesson = yaml.load(path.read_text("utf-8"), LOADER)
    sound = deepcopy(lesson)
    if mutate(lesson) is False or lesson == sound:
        return None
    target = folder / path.name
    target.write_text(yaml.dump(lesson, None, DUMPER, sort_keys=False, allow_unicode=True), "utf-8")
    return target


@cache
def home(names):
    """The company in which a spoiled lesson is looked at; None stands for all that ship."""
    return select([HOME] if names is None else [HOME / name for name in names], [])


def static_faults(path, company=FIRST):
    """What is found in a file in the company of the shipped lessons, without running anything."""
    reading = read_paths([path])
    mine = {file.lesson.pep for file in reading.files}
    shipped = home(company)
    others = [file for file in shipped.files if file.lesson.pep not in mine]
    shelf = Shelf([*reading.files, *others], shipped.shelf.misconceptions)
    together = (fault for rule in NO_HABITS for fault in rule.faults(shelf))
    return [
        *reading.faults,
        *(fault for file in reading.files for fault in lesson_faults(file)),
        *(fault for fault in together if fault.path == path),
    ]


@cache
def sound_lessons():
    """The shipped lessons but those at which somebody is working: they prove nothing."""
    return [path for path in lesson_paths(HOME) if not static_faults(path, None)]


def tell(mutate, tried, caught):
    rules = ", ".join(f"{name} {count}" for name, count in caught.most_common())
    name = mutate.__name__.replace("_", " ")
    # The table that -s shows.
    print(f"\n{name:30} {len(tried):3} spoiled, all caught by {rules}", end="")  # noqa: T201


def caught_by_reading(mutate, paths, company, tmp_path):
    caught, tried = Counter(), []
    for path in paths:
        target = spoiled(path, mutate, tmp_path)
        if target is not None:
            tried.append(path.name)
            rules = {fault.rule for fault in static_faults(target, company)}
            assert rules, f"{mutate.__name__} went unseen in {path.name}"
            caught.update(rules)
    assert tried
    tell(mutate, tried, caught)


@pytest.mark.parametrize("mutate", mutations.READING, ids=lambda mutate: mutate.__name__)
def test_whoever_reads_the_spoiled_file_sees_it(mutate, tmp_path):
    caught_by_reading(mutate, [HOME / name for name in FIRST], FIRST, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("mutate", mutations.READING, ids=lambda mutate: mutate.__name__)
def test_it_is_seen_by_reading_in_every_second_lesson(mutate, tmp_path):
    # The other half for the next mutation, so that each lesson is spoiled in half of all ways.
    half = sound_lessons()[mutations.READING.index(mutate) % 2 :: 2]
    caught_by_reading(mutate, half, None, tmp_path)


async def caught_by_running(mutate, names, checker, tmp_path, *, enough):
    caught, tried = Counter(), []
    matrix = Matrix.GLANCE if mutate in mutations.SEEN_AT_A_GLANCE else Matrix.QUICK
    for name in names:
        target = spoiled(HOME / name, mutate, tmp_path)
        if target is None:
            continue
        tried.append(name)
        report: Report = await checker(HOME).check(target, limits=LIMITS_HERE, matrix=matrix)
        assert report.faults, f"{mutate.__name__} went unseen in {name}"
        caught.update({fault.rule for fault in report.faults})
        if len(tried) == enough:
            break
    if not tried:
        pytest.skip("none of these lessons can be spoiled so")
    tell(mutate, tried, caught)


def skip_without_neighbours(trials):
    if len(trials.interpreters()) < 5:
        pytest.skip("bounds are proved only where Pythons on both sides are to be had")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("mutate", mutations.RUNNING, ids=lambda mutate: mutate.__name__)
async def test_whoever_runs_the_spoiled_snippet_sees_it(mutate, checker, trials, tmp_path):
    skip_without_neighbours(trials)
    # One lesson for each mutation, in turn, so that all are used and none is run too often.
    turn = mutations.RUNNING.index(mutate) % len(FIRST)
    await caught_by_running(mutate, FIRST[turn:] + FIRST[:turn], checker, tmp_path, enough=1)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("mutate", mutations.SLOW, ids=lambda mutate: mutate.__name__)
async def test_whoever_runs_it_sees_it_in_lessons_of_every_kind(mutate, checker, trials, tmp_path):
    skip_without_neighbours(trials)
    # Every eighth lesson, another eighth for each mutation: all of them take a quarter of an hour.
    names = [path.name for path in sound_lessons()][mutations.SLOW.index(mutate) % 8 :: 8]
    await caught_by_running(mutate, names, checker, tmp_path, enough=len(names))


def test_right_options_that_all_stand_first_are_a_habit(tmp_path):
    for path in [HOME / name for name in FIRST]:
        lesson = yaml.load(path.read_text("utf-8"), LOADER)
        for puzzle in lesson["puzzles"]:
            puzzle["options"].sort(key=lambda option: "misconception" in option)
        (tmp_path / path.name).write_text(yaml.dump(lesson, None, DUMPER, sort_keys=False), "utf-8")
    shelf = select([tmp_path], []).shelf
    assert len(shelf.files) == len(FIRST)
    assert list(right_by_position.faults(shelf))
