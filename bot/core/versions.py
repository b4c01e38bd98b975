"""Python versions as lessons and the sandbox name them: X.Y, never a patch release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_VERSION = re.compile(r"([23])\.(0|[1-9][0-9]?)")


@dataclass(frozen=True, slots=True, order=True)
class PythonVersion:
    """A feature release of Python, such as 3.13; ordered as numbers, so 3.9 < 3.13."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``"3.13"``.

        Raises:
            ValueError: The text is not two numbers with a dot between them.

        """
        match = _VERSION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a Python version such as 3.13")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class VersionBounds:
    """The versions on which a snippet does what its lesson says; both ends belong to it."""

    min: PythonVersion
    max: PythonVersion | None = None

    def __contains__(self, version: PythonVersion) -> bool:
        return self.min <= version and (self.max is None or version <= self.max)

    def __str__(self) -> str:
        if self.max is None:
            return f"{self.min}+"
        return str(self.min) if self.min == self.max else f"{self.min}-{self.max}"
