"""Files of what was missed: one note a line, one row a puzzle, and no cell that is a formula."""

from __future__ import annotations

import csv
import html
import io

from hypothesis import given
from hypothesis import strategies as st

from bot.core.lessons import Option
from bot.core.reviews import MissedPuzzle
from bot.rendering.exports import anki_file, csv_file
from tests.doubles import a_lesson, a_puzzle, a_round, a_truth


def missed(**fields):
    lesson = a_lesson(8, title=fields.pop("title", "A title"))
    return MissedPuzzle(a_round(), lesson, a_puzzle(**fields), a_truth(), 0)


def notes(data: bytes) -> list[list[str]]:
    return [line.split("\t") for line in data.decode().splitlines() if not line.startswith("#")]


def test_a_note_has_its_guid_both_sides_and_its_tags():
    [[guid, front, back, tags]] = notes(anki_file([missed(stdin="7\n")]))
    assert guid == "8-one"
    assert "PEP 8: A title" in front
    assert "<pre>print(&#x27;8-one&#x27;)</pre>" in front
    assert "It reads this input:</p><pre>7</pre>" in front
    assert "<li><pre>raises TypeError</pre></li>" in front
    assert "<pre>4</pre><p>So it is.</p><p>Two and two are four.</p>" in back
    assert 'href="https://peps.python.org/pep-0008/"' in back
    assert tags == "pep-speedrun pep-8 names"


def test_the_headers_tell_anki_how_to_read_it():
    head = anki_file([]).decode().splitlines()
    assert head == ["#separator:tab", "#html:true", "#guid column:1", "#tags column:4"]


texts = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", "a\tb\nc\rd\x0be\u2028f", "=1+1", " =1", "\t=1", "&amp;", '"']
)


@given(prompt=texts, code=texts, title=texts, why=texts, printed=texts, extra=texts)
def test_whatever_a_lesson_holds_a_note_is_one_line_of_four_fields(
    prompt, code, title, why, printed, extra
):
    options = (Option(why=why, stdout=printed), Option(why=why, stdout="4\n"))
    one = missed(prompt=prompt, code=code, title=title, options=options, explanation=extra)
    lines = anki_file([one]).decode().split("\n")
    assert len(lines) == 6
    assert [len(note) for note in notes(anki_file([one]))] == [4]
    assert "<script" not in lines[4]


@given(prompt=texts, code=texts, title=texts, why=texts, printed=texts, extra=texts)
def test_no_cell_is_a_formula_and_every_cell_can_be_read_back(
    prompt, code, title, why, printed, extra
):
    options = (Option(why=why, stdout=printed), Option(why=why, stdout="4\n"))
    one = missed(prompt=prompt, code=code, title=title, options=options, explanation=extra)
    text = csv_file([one]).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert all(not cell.lstrip().startswith(tuple("=+-@")) for cell in row.values())
    assert row["prompt"].removeprefix("'") in (prompt, prompt.removeprefix("'"))
    assert row["title"].removeprefix("'") in (title, title.removeprefix("'"))


def test_code_keeps_its_shape():
    [[_, front, _, _]] = notes(anki_file([missed(code="if x:\n\ty = '<b>'\n")]))
    shape = front.partition("<pre>")[2].partition("</pre>")[0]
    assert html.unescape(shape.replace("<br>", "\n")) == "if x:\n    y = '<b>'"
