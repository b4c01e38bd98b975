r"""A puzzle that a member suggests, as values. Reads what they typed; runs nothing.

The form has a line an option, ``what it prints | why``, or ``raises: TypeError | why``; ``\n``
stands for a line break in what is printed. The last field's first line is the hint.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.core.errors import InvalidSetting
from bot.core.lessons import Option
from bot.core.rounds import Truth
from bot.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.errors import LessonFault
    from bot.core.lessons import Lesson

MAX_OPEN = 3
"""Suggestions of one member that wait in one server."""
MAX_A_DAY = 10
"""Suggestions that one server takes in a day."""
MAX_FIELD = 4_000
"""Characters of a field of the form, Discord's limit."""
PEP, PROMPT, CODE, OPTIONS, NOTES = "pep", "prompt", "code", "options", "notes"
_RAISES = "raises:"
_SUGGESTED = "-suggested-"


class SuggestionState(StrEnum):
    """What became of it."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class PuzzleDraft:
    """What a member wrote; no option says that it is right."""

    pep: int
    prompt: str
    code: str
    options: tuple[Option, ...]
    hint: str
    explanation: str

    @property
    def fingerprint(self) -> str:
        """The same for the same code on the same PEP."""
        return hashlib.sha256(f"{self.pep}\n{self.code}".encode()).hexdigest()

    @property
    def puzzle_id(self) -> str:
        """The puzzle's id, should it be approved."""
        return f"{self.pep}{_SUGGESTED}{self.fingerprint[:12]}"


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft's check: the lesson on its PEP with it as last puzzle, ``source`` its file.

    ``lesson`` and ``truth`` are None where there are faults or something was ``unproven``.
    """

    lesson: Lesson | None = None
    source: bytes = b""
    truth: Truth | None = None
    faults: tuple[LessonFault, ...] = ()
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One member's suggestion; ``truth`` is the run when it was made."""

    id: int
    guild_id: int
    author_id: int
    draft: PuzzleDraft
    truth: Truth
    state: SuggestionState
    suggested_at: datetime


def suggested_as(puzzle_id: str) -> str | None:
    """How the fingerprint begins of the suggestion that a puzzle came from; None: from none."""
    return puzzle_id.partition(_SUGGESTED)[2] or None


def read_draft(fields: Mapping[str, str]) -> PuzzleDraft:
    """What a form says.

    Raises:
        InvalidSetting: A field can't be read; it says which one and why.
    """
    # Half a surrogate pair is no character: it can't be stored, hashed or run.
    fields = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    for name in (PEP, PROMPT, CODE, OPTIONS, NOTES):
        text = fields.get(name, "")
        if len(text) > MAX_FIELD or not text.strip():
            raise InvalidSetting(
                name,
                later("it is empty, or too long"),
                later("write something, at most {most} characters"),
                most=MAX_FIELD,
            )
    number = fields[PEP].strip().removeprefix("PEP").strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):
        raise InvalidSetting(PEP, later("it is no number of a PEP"), later("write it as 572"))
    lines = [line.rstrip() for line in _lines(fields[CODE])]
    hint, *rest = (line.strip() for line in _lines(fields[NOTES].strip()))
    explanation = " ".join(filter(None, rest))
    if not explanation:
        raise InvalidSetting(
            NOTES,
            later("the explanation is missing"),
            later("write the hint into the first line, and below it why it is so"),
        )
    return PuzzleDraft(
        pep=int(number),
        prompt=" ".join(fields[PROMPT].split()),
        code="\n".join(lines).strip("\n") + "\n",
        options=tuple(_option(line) for line in _lines(fields[OPTIONS]) if line.strip()),
        hint=hint,
        explanation=explanation,
    )


def draft_to_document(draft: PuzzleDraft, truth: Truth) -> str:
    """Both as JSON text; `draft_from_document` gives equal ones back."""
    return json.dumps({"draft": asdict(draft), "truth": asdict(truth)}, sort_keys=True)


def draft_from_document(document: str) -> tuple[PuzzleDraft, Truth]:
    """Read what `draft_to_document` wrote.

    Raises:
        KeyError, TypeError, ValueError: The text was not written by it.
    """
    found: dict[str, Any] = json.loads(document)
    options = tuple(Option(**option) for option in found["draft"]["options"])
    return PuzzleDraft(**{**found["draft"], "options": options}), Truth(**found["truth"])


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _option(line: str) -> Option:
    happens, bar, why = line.rpartition("|")
    happens, why = happens.strip(), why.strip()
    if not bar or not why:
        raise InvalidSetting(
            OPTIONS,
            later("a line does not say why"),
            later("write each as: what it prints | why one would think so"),
        )
    if happens.startswith(_RAISES):
        return Option(why=why, raises=happens.removeprefix(_RAISES).strip())
    printed = happens.replace("\\n", "\n")
    return Option(why=why, stdout=f"{printed}\n" if printed else "")
