"""What running rules share: the rule, and how a run is judged and told. No rule lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.lessons import Puzzle, Snippet
from bot.core.runs import Outcome, RunResult
from bot.library.rules.base import Finding, Rule, unmarked_option

if TYPE_CHECKING:
    from bot.core.errors import LessonFault
    from bot.library.trials import Evidence

RunCheck = Callable[["Evidence"], Iterator[Finding]]

_QUOTED = 60


@dataclass(frozen=True, slots=True)
class RunRule(Rule):
    """A rule that the runs of a snippet or puzzle obey or break."""

    check: RunCheck = field(kw_only=True)

    def faults(self, evidence: Evidence) -> Iterator[LessonFault]:
        """What is wrong with this subject."""
        file = evidence.subject.file
        for finding in self.check(evidence):
            yield file.fault(self, finding)


def run_rule(name: str, *, reason: str, way_out: str) -> Callable[[RunCheck], RunRule]:
    """Make a rule of a function that yields what the evidence shows to be wrong."""

    def make(check: RunCheck) -> RunRule:
        return RunRule(name, reason, way_out, check=check)

    return make


def ended(run: RunResult) -> bool:
    """Whether the run ended by itself and so tells something; other ends have their own rule."""
    return run.outcome in (Outcome.OK, Outcome.ERROR)


def did(run: RunResult) -> tuple[str, str | None]:
    """What a run did, for comparing: its output and the exception that ended it."""
    return run.stdout, run.exception if run.outcome is Outcome.ERROR else None


def holds(item: Snippet | Puzzle, run: RunResult) -> bool:
    """Whether a run outside the bounds does what is promised inside them."""
    if isinstance(item, Snippet):
        return run.outcome is Outcome.OK and run.stdout == item.stdout
    right = unmarked_option(item)
    return right is not None and item.options[right].matches(run)


def told(run: RunResult) -> str:
    """What a run did, as the rest of a sentence: ``prints '3'``."""
    if run.outcome is Outcome.ERROR:
        return f"raises {run.exception}"
    return f"prints {quoted(run.stdout)}" if run.stdout else "prints nothing"


def quoted(text: str) -> str:
    """An output on one line, cut where it is long."""
    return repr(text if len(text) <= _QUOTED else text[: _QUOTED - 3] + "...")
