"""A lesson kept as JSON comes back equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.documents import lesson_from_document, lesson_to_document
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
from bot.core.versions import PythonVersion, VersionBounds
from tests.doubles import a_lesson

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
versions = st.builds(PythonVersion, st.integers(2, 3), st.integers(0, 20))
bounds = st.builds(VersionBounds, versions, st.none() | versions)
maybe = st.none() | text
words = st.lists(text, max_size=3).map(tuple)
few = {"max_size": 2}
snippets = st.builds(
    Snippet,
    label=text,
    python=bounds,
    code=text,
    stdout=text,
    fails_after=maybe,
    warns=maybe,
    needs=words,
    works_below=maybe,
)
puzzles = st.builds(
    Puzzle,
    id=text,
    prompt=text,
    python=bounds,
    difficulty=st.integers(1, 5),
    code=text,
    hint=text,
    options=st.lists(st.builds(Option, text, maybe, maybe, maybe), **few).map(tuple),
    explanation=text,
    version_twist=st.none() | st.builds(VersionTwist, bounds, text, maybe, maybe),
    warns=maybe,
    needs=words,
    works_below=maybe,
    stdin=text,
)
lessons = st.builds(
    Lesson,
    pep=st.integers(1, 9999),
    title=text,
    tagline=text,
    python=versions,
    year=st.integers(1990, 2100),
    category=text,
    level=st.sampled_from(Level),
    tags=words,
    status=text,
    track=st.builds(Link, text, text),
    prose=words,
    before=snippets,
    after=snippets,
    puzzles=st.lists(puzzles, **few).map(tuple),
    related=st.lists(st.builds(Related, st.integers(1, 9999), text), **few).map(tuple),
    sources=st.lists(st.builds(Link, text, text), **few).map(tuple),
    superseded_by=st.none() | st.integers(1, 9999),
    same_output=maybe,
    digest=text,
)


@given(lessons)
def test_any_lesson_comes_back_equal_and_hashable(lesson):
    document = lesson_to_document(lesson)
    back = lesson_from_document(document)
    assert back == lesson
    assert hash(back) == hash(lesson)
    assert isinstance(back.level, Level)
    assert lesson_to_document(back) == document


def test_a_document_is_readable_text():
    assert '"title": "Für später"' in lesson_to_document(a_lesson(title="Für später"))


@pytest.mark.parametrize("document", ["", "{}", "[]", '{"pep": 8}'])
def test_other_text_is_refused(document):
    with pytest.raises((KeyError, TypeError, ValueError)):
        lesson_from_document(document)
