"""What the doctor says: one finding a line, how bad it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(IntEnum):
    """How bad it is; the worst one is the command's exit code."""

    OK = 0
    WARNING = 1
    """The bot runs; something is less than it could be."""
    FAULT = 2
    """The bot does not run, or does not post."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do where it is not well."""

    subject: str
    level: Level
    says: str
    way_out: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "subject": self.subject,
            "level": self.level.name.lower(),
            "says": self.says,
            "way_out": self.way_out,
        }


def ok(subject: str, says: str) -> Finding:
    """It is well."""
    return Finding(subject, Level.OK, says)


def warning(subject: str, says: str, way_out: str) -> Finding:
    """The bot runs all the same."""
    return Finding(subject, Level.WARNING, says, way_out)


def fault(subject: str, says: str, way_out: str) -> Finding:
    """The bot does not run like this, or does not post."""
    return Finding(subject, Level.FAULT, says, way_out)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level there is; OK where there is nothing."""
    return max((finding.level for finding in findings), default=Level.OK)
