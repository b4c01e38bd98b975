"""Lessons as JSON text and back, so that a round keeps the exact lesson it was posted with.

An open round outlives restarts, upgrades and edits of its lesson file; what members saw, and what
they were judged by, must not change under them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.core.lessons import Lesson, Level, Link, Option, Puzzle, Related, Snippet, VersionTwist
from bot.core.versions import PythonVersion, VersionBounds


def lesson_to_document(lesson: Lesson) -> str:
    """The lesson as JSON text; `lesson_from_document` gives an equal lesson back."""
    return json.dumps(asdict(lesson), ensure_ascii=False, sort_keys=True)


def lesson_from_document(document: str) -> Lesson:
    """Read what `lesson_to_document` wrote.

    Raises:
        KeyError, TypeError, ValueError: The text was not written by it.
    """
    fields: dict[str, Any] = json.loads(document)
    return Lesson(
        **{
            **fields,
            "python": PythonVersion(**fields["python"]),
            "level": Level(fields["level"]),
            "tags": tuple(fields["tags"]),
            "track": Link(**fields["track"]),
            "prose": tuple(fields["prose"]),
            "before": _snippet(fields["before"]),
            "after": _snippet(fields["after"]),
            "puzzles": tuple(_puzzle(puzzle) for puzzle in fields["puzzles"]),
            "related": tuple(Related(**related) for related in fields["related"]),
            "sources": tuple(Link(**source) for source in fields["sources"]),
        }
    )


def _bounds(fields: dict[str, Any]) -> VersionBounds:
    upper = fields["max"]
    return VersionBounds(
        PythonVersion(**fields["min"]), None if upper is None else PythonVersion(**upper)
    )


def _snippet(fields: dict[str, Any]) -> Snippet:
    return Snippet(
        **{**fields, "python": _bounds(fields["python"]), "needs": tuple(fields["needs"])}
    )


def _puzzle(fields: dict[str, Any]) -> Puzzle:
    twist = fields["version_twist"]
    return Puzzle(
        **{
            **fields,
            "python": _bounds(fields["python"]),
            "options": tuple(Option(**option) for option in fields["options"]),
            "needs": tuple(fields["needs"]),
            "version_twist": None
            if twist is None
            else VersionTwist(**{**twist, "python": _bounds(twist["python"])}),
        }
    )
