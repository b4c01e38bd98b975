"""The lessons that come with the bot obey every rule."""

from __future__ import annotations

import pytest

from bot.library.bench import Bench
from bot.library.check import check_lessons
from bot.library.facts import pep_facts
from bot.library.loading import lesson_paths, load_library, shipped_folder
from bot.library.selection import select
from bot.library.trials import Matrix

HOME = shipped_folder()


async def check(trials, cache, matrix):
    report = await check_lessons(select([HOME], []), Bench(trials, cache), matrix=matrix)
    assert [str(fault) for fault in report.faults] == []
    return report


@pytest.mark.asyncio(loop_scope="session")
async def test_every_shipped_lesson_passes_at_a_glance(trials, checker):
    report = await check(trials, checker(HOME).cache, Matrix.GLANCE)
    assert report.lessons == len(lesson_paths(HOME)) >= 4
    assert report.puzzles >= 3 * report.lessons


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("matrix", [Matrix.QUICK, Matrix.FULL])
async def test_every_shipped_lesson_passes(all_trials, checker, matrix):
    await check(all_trials, checker(HOME).cache, matrix)


def test_the_library_loads_whole_and_resolves_its_links():
    library, faults = load_library([HOME])
    assert faults == ()
    for lesson in library:
        related = library.related(lesson)
        assert [related.pep for related, _ in related] == [r.pep for r in lesson.related]
        assert all(other.title for _, other in related)


@pytest.mark.parametrize("pep", [492, 572, 484, 634])
def test_the_four_first_lessons_are_there(pep):
    library, _ = load_library([HOME])
    assert len(library.get(pep).puzzles) >= 3
    assert library.get(pep).puzzle(library.get(pep).puzzles[0].id) is library.get(pep).puzzles[0]


def test_the_facts_are_those_of_the_headers():
    facts = pep_facts()
    assert len(facts) > 300
    assert [str(version) for version in facts[274].versions] == ["2.7", "3.0"]
    assert facts[622].status == "Superseded"
    assert facts[492].year == 2015
