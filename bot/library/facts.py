"""What the PEPs' own headers say, from an extract that travels with the code. Asks no network."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.core.versions import PythonVersion

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PepFacts:
    """One PEP's header. ``versions`` is empty for a PEP that belongs to no release."""

    pep: int
    title: str
    status: str
    versions: tuple[PythonVersion, ...]
    year: int
    category: str


@cache
def pep_facts() -> Mapping[int, PepFacts]:
    """All known PEPs by number, read once."""
    text = files("bot.library").joinpath("facts.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {int(row["pep"]): _facts(row) for row in rows}


def _facts(row: dict[str, str]) -> PepFacts:
    return PepFacts(
        pep=int(row["pep"]),
        title=row["title"],
        status=row["status"],
        versions=tuple(PythonVersion.parse(part) for part in row["versions"].split()),
        year=int(row["year"]),
        category=row["category"],
    )
