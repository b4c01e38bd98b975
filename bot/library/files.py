"""A lesson file that was read: the lesson, and on which line each of its fields stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.errors import LessonFormatError
from bot.library.nodes import MAX_BYTES, YamlProblem, parse
from bot.library.rules.base import Problem
from bot.library.schema import read_lesson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.core.errors import LessonFault
    from bot.core.lessons import Lesson
    from bot.library.rules.base import Finding, Rule, Where


@dataclass(frozen=True, slots=True)
class LessonFile:
    """One lesson with the lines that it came from."""

    path: Path
    lesson: Lesson
    lines: Mapping[Where, int]
    text_lines: Mapping[Where, int]

    def line(self, where: Where, offset: int = 0) -> int:
        """The line of a field, or of the nearest field around it.

        ``offset`` counts down from the first line of the field's text (0 means the field itself).
        """
        if offset and where in self.text_lines:
            return self.text_lines[where] + offset - 1
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, rule: Rule, finding: Finding) -> LessonFault:
        """A finding of a rule as a located fault."""
        line = self.line(finding.where, finding.offset)
        return Problem(rule, line, finding.why).at(self.path)


def read_bytes(data: bytes, path: Path) -> LessonFile:
    """Read a lesson from the content of a file; ``path`` is only named in faults.

    Raises:
        LessonFormatError: It can't be read as a lesson; all faults are in it.
    """
    try:
        root = parse(data)
    except YamlProblem as error:
        raise LessonFormatError((error.problem.at(path),)) from None
    lesson, notes = read_lesson(root, hashlib.sha256(data).hexdigest())
    if notes.problems:
        ordered = sorted(notes.problems, key=lambda problem: problem.line)
        raise LessonFormatError(tuple(problem.at(path) for problem in ordered))
    return LessonFile(path, lesson, notes.lines, notes.text_lines)


def read_file(path: Path) -> LessonFile:
    """Read one lesson file.

    Raises:
        LessonFormatError: It can't be read as a lesson; all faults are in it.
        OSError: The file can't be opened.
    """
    with path.open("rb") as stream:
        # One byte more than allowed is enough to refuse; a huge file is never read whole.
        return read_bytes(stream.read(MAX_BYTES + 1), path)
