"""Files of what was missed: for Anki, and as CSV. What comes from lessons is made harmless first.

Anki's text format is documented at https://docs.ankiweb.net/importing/text-files.html: headers
begin with "#"; with a GUID, importing again updates a note in place of adding one. A spreadsheet
takes a cell that begins with =, +, - or @ for a formula: such cells get an apostrophe in front, as
https://owasp.org/www-community/attacks/CSV_Injection advises.
"""

from __future__ import annotations

import csv
import html
import io
from typing import TYPE_CHECKING

from bot.rendering.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Option
    from bot.core.reviews import MissedPuzzle

_HEADERS = (
    "#separator:tab",
    "#html:true",
    "#guid column:1",
    "#tags column:4",
)
_COLUMNS = (
    *("date", "pep", "title", "prompt", "code", "input", "options", "guessed", "answer"),
    *("why_not", "why", "explanation", "url"),
)


def anki_file(missed: Sequence[MissedPuzzle]) -> bytes:
    """Notes of guid, front, back and tags, a line each; UTF-8."""
    lines = [*_HEADERS, *("\t".join(_note(one)) for one in missed)]
    return ("\n".join(lines) + "\n").encode()


def csv_file(missed: Sequence[MissedPuzzle]) -> bytes:
    """A row a puzzle under a header; UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(value) for value in _row(one)] for one in missed)
    return text.getvalue().encode("utf-8-sig")


def pep_url(pep: int) -> str:
    """Where the PEP itself is read."""
    return f"https://peps.python.org/pep-{pep:04}/"


def _row(one: MissedPuzzle) -> tuple[str, ...]:
    puzzle, right = one.puzzle, one.truth.option
    return (
        one.round.puzzle_date.isoformat(),
        str(one.lesson.pep),
        one.lesson.title,
        puzzle.prompt,
        puzzle.code,
        puzzle.stdin,
        "\n".join(_told(option) for option in puzzle.options),
        _told(puzzle.options[one.option]),
        _told(puzzle.options[right]),
        puzzle.options[one.option].why,
        puzzle.options[right].why,
        puzzle.explanation,
        pep_url(one.lesson.pep),
    )


def _cell(value: str) -> str:
    is_formula = value.lstrip()[:1] in {"=", "+", "-", "@"} or value[:1] in {"\t", "\r", "\n"}
    return f"'{value}" if is_formula and value else value


def _note(one: MissedPuzzle) -> tuple[str, str, str, str]:
    lesson, puzzle, truth = one.lesson, one.puzzle, one.truth
    read = f"<p>{_text(_('It reads this input:'))}</p>{_code(puzzle.stdin)}" if puzzle.stdin else ""
    options = "".join(f"<li>{_code(_told(option))}</li>" for option in puzzle.options)
    front = (
        f"<p>PEP {lesson.pep}: {_text(lesson.title)}</p><p>{_text(puzzle.prompt)}</p>"
        f"{_code(puzzle.code)}{read}<ul>{options}</ul>"
    )
    ran = _text(_("On Python {python}:", python=truth.python))
    back = (
        f"<p>{ran}</p>{_code(_told(puzzle.options[truth.option]))}"
        f"<p>{_text(puzzle.options[truth.option].why)}</p><p>{_text(puzzle.explanation)}</p>"
        f'<p><a href="{pep_url(lesson.pep)}">PEP {lesson.pep}</a></p>'
    )
    tags = " ".join(("pep-speedrun", f"pep-{lesson.pep}", *map(_tag, lesson.tags)))
    return puzzle.id, front, back, tags


def _told(option: Option) -> str:
    if option.raises is not None:
        return _("raises {exception}", exception=option.raises)
    return option.stdout or _("(prints nothing)")


def _text(text: str) -> str:
    """HTML of one line that holds no tab: a tab would begin the next field."""
    return html.escape(" ".join(text.split()))


def _code(code: str) -> str:
    harmless = html.escape(code.rstrip("\n").expandtabs(4))
    # Every character at which a reader may end a line.
    return f"<pre>{'<br>'.join(harmless.splitlines())}</pre>"


def _tag(tag: str) -> str:
    return html.escape("-".join(tag.split()))
