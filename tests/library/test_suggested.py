"""A lesson is written out with a suggested puzzle, and reads back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.suggestions import read_draft
from bot.library.files import read_bytes, read_file
from bot.library.loading import lesson_paths, shipped_folder
from bot.library.suggested import lesson_with

FIELDS = {
    "prompt": "What: # now?",
    "code": "x = 2\nif x:\n\n    print('  x')\n",
    "options": "  1 | yes\n\\n 2\\n | no\nnull | 3.10",
    "notes": "`Look`: here\n- not a list",
}


@pytest.mark.parametrize("path", lesson_paths(shipped_folder()), ids=lambda path: path.stem)
def test_every_shipped_lesson_is_written_back_as_it_was(path):
    lesson = read_file(path).lesson
    draft = read_draft(FIELDS | {"pep": str(lesson.pep)})
    kept = lesson.puzzles[:7]
    found = read_bytes(lesson_with(lesson, kept, draft, 1), Path("lesson.yaml")).lesson
    *others, made = found.puzzles
    assert replace(found, puzzles=(), digest="") == replace(lesson, puzzles=(), digest="")
    assert tuple(others) == kept
    assert (made.prompt, made.code, made.hint) == (draft.prompt, draft.code, draft.hint)
    assert [one.stdout for one in made.options] == [one.stdout for one in draft.options]
    assert [one.misconception is None for one in made.options] == [False, True, False]
