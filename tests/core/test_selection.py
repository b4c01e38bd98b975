"""Which puzzle comes next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.selection import Pick, PostedPuzzle, newest_python, next_pick
from bot.core.versions import PythonVersion, VersionBounds
from tests.doubles import PY313, a_lesson, a_puzzle, library_of

PY38, PY310 = PythonVersion(3, 8), PythonVersion(3, 10)
FIVE = library_of(*(a_lesson(pep, ("one", "two", "three")) for pep in (8, 20, 257, 484, 492)))


def posts(library, count, seed=1, **options):
    history = []
    for _ in range(count):
        pick = next_pick(
            library, history, **({"pythons": [PY313], "set_aside": (), "seed": seed} | options)
        )
        history.append(PostedPuzzle(pick.lesson.pep, pick.puzzle.id))
    return history


@given(st.integers(1, 2**63), st.integers(1, 6))
def test_a_lesson_repeats_only_when_all_others_were_posted(seed, size):
    library = library_of(*(a_lesson(100 + n, ("a", "b")) for n in range(size)))
    peps = [posted.pep for posted in posts(library, 3 * size, seed)]
    for start in range(2 * size + 1):
        assert len(set(peps[start : start + size])) == size


def test_a_puzzle_repeats_only_when_its_lesson_has_no_other():
    ids = [posted.puzzle_id for posted in posts(FIVE, 15)]
    assert len(set(ids)) == 15
    assert posts(FIVE, 30)[15:] == posts(FIVE, 30)[:15]


def test_a_lesson_s_puzzles_come_in_the_file_s_order():
    first = [p.puzzle_id for p in posts(FIVE, 15) if p.pep == 8]
    assert first == ["8-one", "8-two", "8-three"]


def test_guilds_begin_with_different_lessons_but_each_guild_always_with_the_same():
    firsts = {posts(FIVE, 1, seed)[0].pep for seed in range(40)}
    assert len(firsts) == 5
    assert posts(FIVE, 5, 7) == posts(FIVE, 5, 7)


def test_a_lesson_that_is_new_in_the_library_comes_before_any_repeat():
    old = library_of(a_lesson(8), a_lesson(20))
    history = posts(old, 2)
    new = library_of(a_lesson(8), a_lesson(20), a_lesson(492))
    pick = next_pick(new, history, pythons=[PY313], set_aside=(), seed=1)
    assert pick.lesson.pep == 492


def test_a_lesson_that_left_the_library_is_forgotten():
    history = [PostedPuzzle(999, "999-gone"), PostedPuzzle(8, "8-one")]
    pick = next_pick(library_of(a_lesson(8)), history, pythons=[PY313], set_aside=(), seed=1)
    assert pick.puzzle.id == "8-two"


def test_a_puzzle_set_aside_is_passed_over():
    library = library_of(a_lesson(8))
    pick = next_pick(library, [], pythons=[PY313], set_aside={"8-one"}, seed=1)
    assert pick == Pick(library.get(8), library.get(8).puzzle("8-two"), PY313)
    assert next_pick(library, [], pythons=[PY313], set_aside={"8-one", "8-two"}, seed=1) is None


def test_a_lesson_whose_puzzles_all_rest_makes_way():
    library = library_of(a_lesson(8), a_lesson(20))
    aside = {"8-one", "8-two"}
    assert {p.pep for p in posts(library, 4, set_aside=aside)} == {20}


def test_one_pep_can_be_asked_for_however_recent_it_is():
    history = [PostedPuzzle(20, "20-one")]
    options = {"pythons": [PY313], "set_aside": (), "seed": 1}
    assert next_pick(FIVE, history, pep=20, **options).puzzle.id == "20-two"
    assert next_pick(FIVE, history, pep=3000, **options) is None


def test_an_empty_library_has_no_pick():
    assert next_pick(library_of(), [], pythons=[PY313], set_aside=(), seed=1) is None


def test_the_newest_python_within_the_bounds_runs_the_puzzle():
    puzzle = a_puzzle(python=VersionBounds(PY38, PY310))
    assert newest_python(puzzle, [PY38, PY310, PY313]) == PY310
    assert newest_python(puzzle, [PY313]) is None
    assert newest_python(puzzle, []) is None


def test_a_puzzle_without_its_python_makes_way_for_the_next():
    old = a_puzzle("8-old", python=VersionBounds(PY38, PY310))
    library = library_of(a_lesson(8, puzzles=(old, a_puzzle("8-new"))))
    options = {"set_aside": (), "seed": 1}
    assert next_pick(library, [], pythons=[PY310], **options).python == PY310
    assert next_pick(library, [], pythons=[PY313], **options).puzzle.id == "8-new"
    assert next_pick(library, [], pythons=[], **options) is None
