"""A suggested puzzle as a file: the lesson on its PEP, with the puzzle as its last."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from bot.library.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Lesson, Link, Option, Puzzle, Snippet
    from bot.core.suggestions import PuzzleDraft
    from bot.core.versions import VersionBounds

_DIFFICULTY = 3
"""Nobody has guessed on it yet: the middle."""


def _text(dumper: Any, text: str) -> yaml.ScalarNode:  # noqa: ANN401  (any dumper of yaml's)
    style = "|" if "\n" in text else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


class _Plain(yaml.SafeDumper):
    """No anchors, which the format refuses; texts of several lines as blocks, for people."""

    yaml_representers: ClassVar[dict[Any, Any]] = {**yaml.SafeDumper.yaml_representers, str: _text}

    def ignore_aliases(self, _data: object) -> bool:
        return True


def lesson_with(
    lesson: Lesson, kept: Sequence[Puzzle], draft: PuzzleDraft, true_option: int
) -> bytes:
    """The lesson's file with the puzzles that it keeps, and the draft's last.

    ``true_option`` is the index of the option that came true: the others get a misconception.
    """
    different = {} if lesson.same_output is None else {"same_output": False}
    fields = {
        "schema": SCHEMA,
        "pep": lesson.pep,
        "title": lesson.title,
        "tagline": lesson.tagline,
        "python": {"version": str(lesson.python), "year": lesson.year},
        "category": lesson.category,
        "level": str(lesson.level),
        "status": lesson.status,
        "superseded_by": lesson.superseded_by,
        "tags": list(lesson.tags),
        "track": asdict(lesson.track),
        "prose": list(lesson.prose),
        "before": _snippet(lesson.before),
        "after": _snippet(lesson.after),
        **different,
        "why_different": lesson.same_output,
        "related": [asdict(related) for related in lesson.related],
        "sources": [_link(link) for link in lesson.sources],
        "puzzles": [*map(_puzzle, kept), _drafted(lesson, draft, true_option)],
    }
    text = yaml.dump(_set(fields), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return text.encode()


def _drafted(lesson: Lesson, draft: PuzzleDraft, true_option: int) -> dict[str, Any]:
    return {
        "id": draft.puzzle_id,
        "prompt": draft.prompt,
        "python": {"min": str(lesson.python)},
        "difficulty": _DIFFICULTY,
        "code": draft.code,
        "hint": draft.hint,
        "options": [
            _option(option)
            | ({} if index == true_option else {"misconception": f"suggested-{index + 1}"})
            for index, option in enumerate(draft.options)
        ],
        "explanation": draft.explanation,
    }


def _puzzle(puzzle: Puzzle) -> dict[str, Any]:
    twist = puzzle.version_twist
    return _set(
        {
            "id": puzzle.id,
            "prompt": puzzle.prompt,
            "python": _bounds(puzzle.python),
            "difficulty": puzzle.difficulty,
            "code": puzzle.code,
            "hint": puzzle.hint,
            "options": [_option(option) for option in puzzle.options],
            "explanation": puzzle.explanation,
            "version_twist": None
            if twist is None
            else _set({**asdict(twist), "python": _bounds(twist.python)}),
            "warns": puzzle.warns,
            "needs": list(puzzle.needs) or None,
            "works_below": puzzle.works_below,
            "stdin": puzzle.stdin or None,
        }
    )


def _snippet(snippet: Snippet) -> dict[str, Any]:
    fields = {**asdict(snippet), "python": _bounds(snippet.python)}
    return _set({**fields, "needs": list(snippet.needs) or None})


def _option(option: Option) -> dict[str, Any]:
    return _set(asdict(option))


def _link(link: Link) -> dict[str, Any]:
    return asdict(link)


def _bounds(bounds: VersionBounds) -> dict[str, Any]:
    return _set({"min": str(bounds.min), "max": None if bounds.max is None else str(bounds.max)})


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that are left out of a file."""
    return {key: value for key, value in fields.items() if value is not None}
