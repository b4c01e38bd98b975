"""Nodes to `core.Lesson`: which field goes where, in which form. Notes all problems, raises none.

What a field says is not judged here (that is `rules`); only that it can be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.lessons import (
    Lesson,
    Level,
    Link,
    Option,
    Puzzle,
    Related,
    Snippet,
    VersionTwist,
)
from bot.library.reader import KEBAB, FieldReader, Notes
from bot.library.rules import format as rules

if TYPE_CHECKING:
    from bot.core.versions import PythonVersion
    from bot.library.nodes import Node
    from bot.library.rules.base import Where

SCHEMA = 1
CATEGORIES = (
    "builtins",
    "C-API",
    "packaging",
    "platform",
    "process",
    "runtime",
    "stdlib",
    "style",
    "syntax",
    "typing",
)
STATUSES = (
    "Accepted",
    "Active",
    "April Fool!",
    "Deferred",
    "Draft",
    "Final",
    "Provisional",
    "Rejected",
    "Superseded",
    "Withdrawn",
)
NEEDS = re.compile(r"threads|fs")
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,79}")
_HIGHEST_PEP = 9999


def read_lesson(root: Node, digest: str) -> tuple[Lesson, Notes]:
    """Read a file's nodes; the lesson is whole only where ``notes.problems`` is empty."""
    notes = Notes()
    top = FieldReader(root, (), notes)
    top.number("schema", SCHEMA, SCHEMA)
    pep = top.number("pep", 1, _HIGHEST_PEP)
    version, year = _release(top)
    lesson = Lesson(
        pep=pep,
        title=top.text("title", limit=60),
        tagline=top.text("tagline", limit=140),
        python=version,
        year=year,
        category=top.choice("category", CATEGORIES),
        level=_level(top),
        tags=top.words("tags", 1, 5, pattern=KEBAB, what="kebab-case"),
        status=top.choice("status", STATUSES),
        superseded_by=top.number("superseded_by", 1, _HIGHEST_PEP)
        if top.has("superseded_by")
        else None,
        track=_link(top.mapping("track")),
        prose=top.words("prose", 2, 3, pattern=None, what=""),
        before=_snippet(top.mapping("before")),
        after=_snippet(top.mapping("after")),
        same_output=_why_different(top),
        puzzles=top.each("puzzles", 1, 8, lambda node, where: _puzzle(node, where, notes, pep)),
        related=top.each("related", 2, 3, lambda node, where: _related(node, where, notes)),
        sources=top.each(
            "sources", 2, 6, lambda node, where: _link(FieldReader(node, where, notes))
        ),
        digest=digest,
    )
    top.close()
    return lesson, notes


def _release(top: FieldReader) -> tuple[PythonVersion, int]:
    reader = top.mapping("python")
    release = reader.version("version"), reader.number("year", 1990, 2100)
    reader.close()
    return release


def _level(top: FieldReader) -> Level:
    text = top.choice("level", list(Level))
    return Level(text) if text in list(Level) else Level.BEGINNER


def _why_different(top: FieldReader) -> str | None:
    """The two fields on differing output say one thing, so they come together or not at all."""
    same = top.flag("same_output", default=True)
    why = top.optional_text("why_different", limit=200)
    if same and why is not None:
        top.fail(rules.FIELD_VALUE, "why_different", "why_different needs same_output: false")
    if not same and why is None:
        top.fail(rules.FIELD_MISSING, "same_output", "same_output: false needs why_different")
    return None if same else why or "-"


def _link(reader: FieldReader) -> Link:
    link = Link(title=reader.text("title", limit=80), url=reader.text("url", limit=300))
    reader.close()
    return link


def _related(node: Node, where: Where, notes: Notes) -> Related:
    reader = FieldReader(node, where, notes)
    related = Related(pep=reader.number("pep", 1, _HIGHEST_PEP), hook=reader.text("hook", limit=90))
    reader.close()
    return related


def _snippet(reader: FieldReader) -> Snippet:
    snippet = Snippet(
        label=reader.text("label", limit=60),
        python=reader.bounds("python"),
        code=reader.text("code", lines=True),
        stdout=reader.text("stdout", lines=True),
        fails_after=_type_name(reader, "fails_after"),
        warns=_type_name(reader, "warns"),
        needs=_needs(reader),
        works_below=reader.optional_text("works_below", limit=200),
    )
    if snippet.fails_after is not None and snippet.python.max is None:
        reader.fail(rules.FIELD_VALUE, "fails_after", "fails_after needs python.max: after what?")
    reader.close()
    return snippet


def _type_name(reader: FieldReader, key: str) -> str | None:
    if not reader.has(key):
        return None
    return reader.word(key, _TYPE_NAME, "the name of an exception's or warning's type")


def _needs(reader: FieldReader) -> tuple[str, ...]:
    if not reader.has("needs"):
        return ()
    return reader.words("needs", 1, 2, pattern=NEEDS, what="threads or fs")


def _puzzle(node: Node, where: Where, notes: Notes, pep: int) -> Puzzle:
    reader = FieldReader(node, where, notes)
    puzzle = Puzzle(
        id=reader.word("id", re.compile(rf"{pep}(-[a-z0-9]+)+"), f"{pep}-kebab-case"),
        prompt=reader.text("prompt", limit=300),
        python=reader.bounds("python"),
        difficulty=reader.number("difficulty", 1, 5),
        code=reader.text("code", lines=True),
        hint=reader.text("hint", limit=200),
        options=reader.each("options", 3, 4, lambda node, where: _option(node, where, notes)),
        explanation=reader.text("explanation", limit=600),
        version_twist=_twist(reader),
        warns=_type_name(reader, "warns"),
        needs=_needs(reader),
        works_below=reader.optional_text("works_below", limit=200),
        stdin=reader.optional_text("stdin", limit=400, lines=True) or "",
    )
    reader.close()
    return puzzle


def _option(node: Node, where: Where, notes: Notes) -> Option:
    reader = FieldReader(node, where, notes)
    stdout, raises = _what_happens(reader)
    option = Option(
        stdout=stdout,
        raises=raises,
        why=reader.text("why", limit=200),
        misconception=reader.word("misconception", KEBAB, "kebab-case")
        if reader.has("misconception")
        else None,
    )
    reader.close()
    return option


def _what_happens(reader: FieldReader) -> tuple[str | None, str | None]:
    """What an option or a twist says the run does: (stdout, raises), exactly one of them set."""
    stdout = reader.optional_text("stdout", lines=True)
    raises = _type_name(reader, "raises")
    if (stdout is None) == (raises is None):
        both = "both stdout and raises" if stdout is not None else "neither stdout nor raises"
        key = "raises" if stdout is not None else "why"
        reader.fail(rules.OPTION_FORM, key, f"there is {both} here")
    return stdout, raises


def _twist(parent: FieldReader) -> VersionTwist | None:
    if not parent.has("version_twist"):
        return None
    reader = parent.mapping("version_twist")
    stdout, raises = _what_happens(reader)
    twist = VersionTwist(
        python=reader.bounds("python"),
        note=reader.text("note", limit=200),
        stdout=stdout,
        raises=raises,
    )
    reader.close()
    return twist
