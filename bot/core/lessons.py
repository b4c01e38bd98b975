"""Lessons, puzzles and options as values. Where they come from is `bot.library`'s business."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.runs import Outcome, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.core.versions import PythonVersion, VersionBounds


class Level(StrEnum):
    """Whom a lesson is for."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the official docs, or the PEP itself."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """The code before or after a PEP, and the versions on which it prints ``stdout``.

    ``fails_after`` names the exception that Pythons newer than ``python.max`` raise;
    ``warns`` the warning category that may appear on stderr; ``needs`` what it uses beyond
    plain computing (``threads``, ``fs``). ``works_below`` is an exception to the rule that a
    snippet does something else below its minimum: the reason, in words.
    """

    label: str
    python: VersionBounds
    code: str
    stdout: str
    fails_after: str | None = None
    warns: str | None = None
    needs: tuple[str, ...] = ()
    works_below: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a member can choose: what is printed, or the exception's type.

    Exactly one of ``stdout`` and ``raises`` is set. ``misconception`` is the shared id of what
    somebody who chooses it believes; the right option has none. No option says that it is right:
    the run does.
    """

    why: str
    stdout: str | None = None
    raises: str | None = None
    misconception: str | None = None

    def matches(self, run: RunResult) -> bool:
        """Tell whether this is what the run did, byte for byte."""
        if self.raises is not None:
            return run.outcome is Outcome.ERROR and run.exception == self.raises
        return run.outcome is Outcome.OK and not run.truncated and run.stdout == self.stdout


@dataclass(frozen=True, slots=True)
class VersionTwist:
    """On which Pythons, outside the puzzle's bounds, the same code does something else, and what.

    Exactly one of ``stdout`` and ``raises`` is set.
    """

    python: VersionBounds
    note: str
    stdout: str | None = None
    raises: str | None = None


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Predict the output. ``id`` is unique over all lessons for ever; ``difficulty`` is 1-5."""

    id: str
    prompt: str
    python: VersionBounds
    difficulty: int
    code: str
    hint: str
    options: tuple[Option, ...]
    explanation: str
    version_twist: VersionTwist | None = None
    warns: str | None = None
    needs: tuple[str, ...] = ()
    works_below: str | None = None
    stdin: str = ""

    def true_option(self, run: RunResult) -> int | None:
        """The index of the one option that the run did, or None where none or several match."""
        matching = [index for index, option in enumerate(self.options) if option.matches(run)]
        return matching[0] if len(matching) == 1 else None


@dataclass(frozen=True, slots=True)
class Related:
    """Another PEP worth reading next, and one line on why."""

    pep: int
    hook: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One PEP, told in 90 seconds. ``digest`` identifies the content it was read from."""

    pep: int
    title: str
    tagline: str
    python: PythonVersion
    year: int
    category: str
    level: Level
    tags: tuple[str, ...]
    status: str
    track: Link
    prose: tuple[str, ...]
    before: Snippet
    after: Snippet
    puzzles: tuple[Puzzle, ...]
    related: tuple[Related, ...]
    sources: tuple[Link, ...]
    superseded_by: int | None = None
    same_output: str | None = None
    """None where before and after print the same; otherwise why they do not."""
    digest: str = ""

    def puzzle(self, puzzle_id: str) -> Puzzle | None:
        """The puzzle of that id, or None."""
        return next((puzzle for puzzle in self.puzzles if puzzle.id == puzzle_id), None)


@dataclass(frozen=True, slots=True)
class Library:
    """All valid lessons by PEP number."""

    lessons: Mapping[int, Lesson] = field(default_factory=dict)

    def get(self, pep: int) -> Lesson | None:
        """The lesson on that PEP, or None."""
        return self.lessons.get(pep)

    def related(self, lesson: Lesson) -> tuple[tuple[Related, Lesson], ...]:
        """Where to go on from a lesson, with the lessons (their titles) that this library holds."""
        return tuple(
            (related, self.lessons[related.pep])
            for related in lesson.related
            if related.pep in self.lessons
        )

    def __iter__(self) -> Iterator[Lesson]:
        return iter(sorted(self.lessons.values(), key=lambda lesson: lesson.pep))

    def __len__(self) -> int:
        return len(self.lessons)
