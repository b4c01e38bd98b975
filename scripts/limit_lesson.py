"""A lesson whose every field is as long as the format allows: what a message must bear at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_PEP = 9999
_LINE = 'print("a line of sixty columns, the most that a lesson has")\n'
_OUT = "a line of sixty columns, the most that a lesson has\n"
_WORDS = "Every field of this lesson is as long as the format lets it be, to see what that does. "
_BOUNDS = {"min": "3.8"}


class _Plain(yaml.SafeDumper):
    """Without anchors and aliases, which lesson files may not have."""

    def ignore_aliases(self, _: object) -> bool:
        """Whatever comes twice is written twice."""
        return True


def write_limit_lesson(folder: Path) -> None:
    """Write the lesson's file; the schema takes it, its runs hold, and nobody would want it."""
    lesson = {
        "schema": 1,
        "pep": LIMIT_PEP,
        "title": _text(60),
        "tagline": _text(140),
        "python": {"version": "3.8", "year": 2019},
        "category": "syntax",
        "level": "advanced",
        "status": "Final",
        "tags": ["limits", "length", "layout", "words", "lines"],
        "track": {"title": _text(80), "url": "https://docs.python.org/3/" + "x" * 120},
        "prose": [_text(330)] * 3,
        "before": _snippet(),
        "after": {**_snippet(), "code": _LINE * 3 + "\n" + _LINE * 11, "stdout": _OUT * 14},
        "puzzles": [_puzzle()],
        "related": [{"pep": 492, "hook": _text(90)}, {"pep": 572, "hook": _text(90)}],
        "sources": [{"title": f"Source {n}", "url": "https://peps.python.org/"} for n in (1, 2)],
    }
    text = yaml.dump(lesson, Dumper=_Plain, sort_keys=False, allow_unicode=True)
    (folder / f"pep-{LIMIT_PEP}.yaml").write_text(text, encoding="utf-8")


def _text(limit: int) -> str:
    return (_WORDS * 8)[: limit - 1].rstrip(" ,") + "."


def _snippet() -> dict[str, object]:
    return {"label": _text(60), "python": _BOUNDS, "code": _LINE * 15, "stdout": _OUT * 15}


def _puzzle() -> dict[str, object]:
    row = "33 columns of output a line, full\n"
    return {
        "id": "9999-limits",
        "prompt": _text(300),
        "python": _BOUNDS,
        "difficulty": 5,
        "code": 'row = "33 columns of output a line, full"\n' + "print(row)\n" * 11 + "# end\n" * 6,
        "hint": _text(200),
        "options": [
            {"stdout": row * 11, "why": _text(200)},
            {"stdout": row * 10, "why": _text(200), "misconception": "off-by-one"},
            {"stdout": row * 9 + "None\n", "why": _text(200), "misconception": "prints-none"},
            {"raises": "ModuleNotFoundError", "why": _text(200), "misconception": "an-error"},
        ],
        "explanation": _text(600),
    }
