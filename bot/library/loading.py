"""Folders of lesson files to a `core.Library`. A broken file is left out and named, never fatal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import LessonFault, LessonFormatError
from bot.core.lessons import Library
from bot.library.files import LessonFile, read_file
from bot.library.registry import LESSON_RULES
from bot.library.rules import format as rules
from bot.library.rules.base import Finding
from bot.library.shared_lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.library.rules.base import LessonRule

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading some files gave: those that are lessons, and the faults of all."""

    files: tuple[LessonFile, ...]
    faults: tuple[LessonFault, ...]


def shipped_folder() -> Path:
    """Where the bot's own lessons are: inside the wheel, or at the top of a checkout."""
    bundled = _PACKAGE / "_bundled" / "lessons"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "lessons"


def load_library(folders: Sequence[Path]) -> tuple[Library, tuple[LessonFault, ...]]:
    """Load every lesson of these folders.

    A file that breaks a rule of form, or one that would break a message (an *essential* rule), is
    left out, and so is a second lesson on a PEP, or one with a puzzle id that is taken: earlier
    folders win. Whatever is missing or unreadable is a fault too. Never raises for what it finds.
    """
    reading = read_paths(path for folder in folders for path in lesson_paths(folder))
    faults = [*_missing(folders), *reading.faults]
    lessons = {}
    for file in reading.files:
        broken = [
            fault for rule in LESSON_RULES if rule.essential for fault in _breaches(file, rule)
        ]
        faults += broken
        if not broken:
            lessons[file.lesson.pep] = file.lesson
    return Library(lessons), tuple(faults)


def read_paths(paths: Iterable[Path]) -> Reading:
    """Read lesson files; of two that claim the same PEP or puzzle id the first is kept."""
    files: list[LessonFile] = []
    faults: list[LessonFault] = []
    for path in paths:
        try:
            file = read_file(path)
        except LessonFormatError as error:
            faults += error.faults
        except OSError as error:
            why = f"the file can't be read: {error.strerror or error}"
            faults.append(LessonFault(path, 1, rules.YAML_ENCODING.name, why, "check its rights"))
        else:
            taken = list(_taken(file, files))
            faults += taken
            faults += _misnamed(file)
            if not taken:
                files.append(file)
    return Reading(tuple(files), tuple(faults))


def lesson_paths(folder: Path) -> list[Path]:
    """The lesson files of a folder, sorted; an unreadable or missing folder has none."""
    try:
        found = sorted(folder.glob("*.yaml"))
    except OSError:
        return []
    return [path for path in found if path.name not in LISTS]


def lesson_faults(file: LessonFile) -> Iterator[LessonFault]:
    """All faults that a lesson's text shows, without running it."""
    for rule in LESSON_RULES:
        yield from _breaches(file, rule)


def _breaches(file: LessonFile, rule: LessonRule) -> Iterator[LessonFault]:
    return (file.fault(rule, finding) for finding in rule.check(file))


def _missing(folders: Sequence[Path]) -> Iterator[LessonFault]:
    for folder in folders:
        if not folder.is_dir():
            why = "this folder of lessons is not there"
            yield LessonFault(folder, 1, rules.FILE_NAME.name, why, "mend the path")


def _taken(file: LessonFile, before: Sequence[LessonFile]) -> Iterator[LessonFault]:
    """What of this file another one has already."""
    for other in before:
        if other.lesson.pep == file.lesson.pep:
            why = f"PEP {file.lesson.pep} has a lesson in {other.path.name}"
            yield file.fault(rules.DUPLICATE_PEP, Finding(("pep",), why))
    ids = {puzzle.id: other.path for other in before for puzzle in other.lesson.puzzles}
    for index, puzzle in enumerate(file.lesson.puzzles):
        if puzzle.id in ids:
            why = f"{puzzle.id} is taken, in {ids[puzzle.id].name}"
            yield file.fault(rules.DUPLICATE_PUZZLE_ID, Finding(("puzzles", index, "id"), why))
        ids[puzzle.id] = file.path


def _misnamed(file: LessonFile) -> Iterator[LessonFault]:
    wanted = f"pep-{file.lesson.pep:04d}.yaml"
    if file.path.name != wanted:
        yield file.fault(rules.FILE_NAME, Finding(("pep",), f"this file should be called {wanted}"))
