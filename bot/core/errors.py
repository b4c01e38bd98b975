"""What can go wrong, as types that carry the facts. Sentences for people are made at the edge.

Three families: `SpeedrunError` is a member's or moderator's (the edge answers with a sentence),
`ConfigError` and `LessonFormatError` are the operator's or author's, `SandboxUnavailable` and
`AnnounceFailed` are the environment's (state is kept, the work is tried again).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SpeedrunError(Exception):
    """Something a player or moderator asked for can't be done."""


class SandboxUnavailable(Exception):  # noqa: N818  (named as people say it)
    """The sandbox can't run this here; ``reason`` is one sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LessonFault:
    """One broken rule in a lesson file, located. ``line`` counts from 1; ``way_out`` says what to do."""

    path: Path
    line: int
    rule: str
    why: str
    way_out: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.rule}: {self.why}"
        return f"{text} ({self.way_out})" if self.way_out else text


class LessonFormatError(Exception):
    """A lesson file that can't be read as one; every fault found is in ``faults``."""

    def __init__(self, faults: tuple[LessonFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ConfigError(Exception):
    """The environment's settings can't be used; ``problems`` names every one, with a way out."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
