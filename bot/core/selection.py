"""Which puzzle comes next. A lesson repeats only when every other one has been posted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.core.lessons import Lesson, Level, Library, Puzzle
    from bot.core.versions import PythonVersion


@dataclass(frozen=True, slots=True)
class PostedPuzzle:
    """A puzzle that a guild has had; a history lists them from the oldest to the newest."""

    pep: int
    puzzle_id: str


@dataclass(frozen=True, slots=True)
class Pick:
    """The next lesson and puzzle, and the Python to run it on."""

    lesson: Lesson
    puzzle: Puzzle
    python: PythonVersion


@dataclass(frozen=True, slots=True)
class Wish:
    """Which lessons are wanted: of one level, of one topic (a category or a tag), both, or all."""

    level: Level | None = None
    topic: str | None = None

    def fits(self, lesson: Lesson) -> bool:
        """Whether the lesson is one of those."""
        return (self.level is None or lesson.level is self.level) and (
            self.topic is None or self.topic in (lesson.category, *lesson.tags)
        )


ANYTHING = Wish()


def newest_python(puzzle: Puzzle, pythons: Iterable[PythonVersion]) -> PythonVersion | None:
    """The newest of the host's Pythons inside the puzzle's bounds; None where it must rest."""
    return max((version for version in pythons if version in puzzle.python), default=None)


def next_pick(
    library: Library,
    history: Sequence[PostedPuzzle],
    *,
    pythons: Collection[PythonVersion],
    set_aside: Collection[str],
    seed: int,
    pep: int | None = None,
    wish: Wish = ANYTHING,
) -> Pick | None:
    """The pick that was longest ago, or never, posted in this guild; None where none can run.

    Lessons never posted come first, in an order that ``seed`` (the guild's id) shuffles, then the
    one posted longest ago; within a lesson likewise its puzzles, in the file's order. Of
    ``history``, oldest first, each lesson's and puzzle's last turn counts. ``set_aside``
    holds the ids of puzzles that are not to be posted. ``pep`` asks for one lesson, whatever is
    wished for; a wish that no lesson of this host fulfils gives way: another lesson is better
    than none.
    """
    lessons = [library.get(pep)] if pep is not None else library.lessons.values()
    last_of_lesson = {posted.pep: index for index, posted in enumerate(history)}
    last_of_puzzle = {posted.puzzle_id: index for index, posted in enumerate(history)}

    def turn(lesson: Lesson) -> tuple[int, bytes]:
        last = last_of_lesson.get(lesson.pep)
        if last is not None:
            return last, b""
        return -1, hashlib.sha256(f"{seed}/{lesson.pep}".encode()).digest()

    def rank(lesson: Lesson) -> tuple[bool, tuple[int, bytes]]:
        return pep is None and not wish.fits(lesson), turn(lesson)

    for lesson in sorted((lesson for lesson in lessons if lesson is not None), key=rank):
        for puzzle in sorted(lesson.puzzles, key=lambda puzzle: last_of_puzzle.get(puzzle.id, -1)):
            python = newest_python(puzzle, pythons)
            if python is not None and puzzle.id not in set_aside:
                return Pick(lesson, puzzle, python)
    return None
