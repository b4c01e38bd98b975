"""One request to run something, as plain data. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.runs import Limits


class Mode(StrEnum):
    """How a run is started."""

    AUTO = "auto"
    """The zygote where it holds, else exec."""
    ZYGOTE = "zygote"
    """A fork of a Python that is already up."""
    EXEC = "exec"
    """A new Python for this run."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a snippet can see of its surroundings; all of it is constructed, nothing inherited.

    ``hash_seed`` is PYTHONHASHSEED (0 to 4294967295), ``tz`` and ``lang`` are TZ and LANG. ``cwd``
    is the working directory: only looked at in exec mode, where None means the file system's root.
    """

    hash_seed: int = 0
    tz: str = "UTC0"
    lang: str = "C.UTF-8"
    cwd: str | None = None

    def variables(self) -> dict[str, str]:
        """The whole environment of the child."""
        return {
            "PYTHONHASHSEED": str(self.hash_seed),
            "PYTHONIOENCODING": "utf-8",
            "TZ": self.tz,
            "LANG": self.lang,
            "LC_ALL": self.lang,
            # RLIMIT_AS counts reserved addresses, and glibc reserves 64 MB for each arena.
            "MALLOC_ARENA_MAX": "1",
        }


@dataclass(frozen=True, slots=True)
class Job:
    """What to run. ``needs`` holds what the lesson declares: ``"fs"`` is an in-memory ``open``."""

    code: str
    limits: Limits
    stdin: str = ""
    environment: Environment = field(default_factory=Environment)
    needs: frozenset[str] = frozenset()
