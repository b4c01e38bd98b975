"""A rule that never fires on a spoiled shipped lesson is no rule: every mutation has to be caught.

``pytest tests/library/test_mutations.py -s`` prints the table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import mutations
import pytest
import yaml

from bot.library.check import Report
from bot.library.loading import lesson_faults, lesson_paths, shipped_folder
from bot.library.registry import SHELF_RULES
from bot.library.rules.across import right_by_position
from bot.library.selection import select
from bot.library.trials import LIMITS

# The first lessons stand for all in the default run; the slow one spoils every lesson.
FIRST = ("pep-0484.yaml", "pep-0492.yaml", "pep-0572.yaml", "pep-0634.yaml")
# A spoiled lesson needs no long run.
LIMITS_HERE = replace(LIMITS, wall_ms=2_500, cpu_ms=1_000)
HOME = shipped_folder()


def spoiled(path, mutate, folder):
    """The file of a spoiled copy, or None where the mutation does not apply."""
    lesson = yaml.safe_load(path.read_text("utf-8"))
    if mutate(lesson) is False:
        return None
    target = folder / path.name
    target.write_text(yaml.safe_dump(lesson, sort_keys=False, allow_unicode=True), "utf-8")
    return target


def static_faults(path):
    """What is found without running anything."""
    selection = select([path], [HOME])
    shelf = (fault for rule in SHELF_RULES for fault in rule.faults(selection.shelf))
    return [
        *selection.faults,
        *(fault for file in selection.files for fault in lesson_faults(file)),
        *(fault for fault in shelf if fault.path == path),
    ]


def tell(mutate, tried, caught):
    rules = ", ".join(f"{name} {count}" for name, count in caught.most_common())
    name = mutate.__name__.replace("_", " ")
    print(f"\n{name:30} {len(tried):3} spoiled, all caught by {rules}", end="")


@pytest.mark.parametrize("mutate", mutations.READING, ids=lambda mutate: mutate.__name__)
def test_whoever_reads_the_spoiled_file_sees_it(mutate, tmp_path):
    caught, tried = Counter(), []
    for path in lesson_paths(HOME):
        if static_faults(path):
            continue  # A lesson at which somebody is working proves nothing.
        target = spoiled(path, mutate, tmp_path)
        if target is not None:
            tried.append(path.name)
            rules = {fault.rule for fault in static_faults(target)}
            assert rules, f"{mutate.__name__} went unseen in {path.name}"
            caught.update(rules)
    assert tried
    tell(mutate, tried, caught)


async def caught_by_running(mutate, names, checker, tmp_path, *, enough):
    caught, tried = Counter(), []
    for name in names:
        target = spoiled(HOME / name, mutate, tmp_path)
        if target is None:
            continue
        tried.append(name)
        report: Report = await checker(HOME).check(target, limits=LIMITS_HERE)
        assert report.faults, f"{mutate.__name__} went unseen in {name}"
        caught.update({fault.rule for fault in report.faults})
        if len(tried) == enough:
            break
    assert tried
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
async def test_it_is_seen_in_every_shipped_lesson(mutate, checker, trials, tmp_path):
    skip_without_neighbours(trials)
    names = [path.name for path in lesson_paths(HOME) if not static_faults(path)]
    await caught_by_running(mutate, names, checker, tmp_path, enough=len(names))


def test_right_options_that_all_stand_first_are_a_habit(tmp_path):
    for path in lesson_paths(HOME):
        lesson = yaml.safe_load(path.read_text("utf-8"))
        for puzzle in lesson["puzzles"]:
            puzzle["options"].sort(key=lambda option: "misconception" in option)
        (tmp_path / path.name).write_text(yaml.safe_dump(lesson, sort_keys=False), "utf-8")
    shelf = select([tmp_path], []).shelf
    assert len(shelf.files) >= 4
    assert list(right_by_position.faults(shelf))
