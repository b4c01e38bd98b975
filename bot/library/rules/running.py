"""Rules on what snippets do inside their bounds. They judge the evidence, and make no runs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.core.lessons import Puzzle, Snippet
from bot.core.runs import Outcome
from bot.library.rules.base import Finding, unmarked_option
from bot.library.rules.evidence import did, ended, quoted, run_rule, told
from bot.library.rules.puzzles import OUTPUT_BYTES, OUTPUT_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.runs import RunResult
    from bot.core.versions import PythonVersion
    from bot.library.trials import Evidence, Trial

LONGEST_MS = 2_000

_LEAKS = (
    (re.compile(r"\b0x[0-9a-fA-F]{6,}"), "a memory address"),
    (re.compile(r"(?:/(?:tmp|usr|home|root|opt|var|proc|lib)/|\bmain\.py\b|[A-Z]:\\)"), "a path"),
    (
        re.compile(r"\b20[2-9]\d-[01]\d-[0-3]\d[ T][0-2]\d:[0-5]\d:[0-5]\d\.\d{3,}"),
        "a moment in time",
    ),
)
_WARNING = re.compile(r"^\S*?:?\d*:? ?(\w+(?:\.\w+)*): ", re.MULTILINE)


@run_rule(
    "ends-in-time",
    reason="A run gets 2 seconds; the bot must know the answer before it posts.",
    way_out="do less, sleep less",
)
def ends_in_time(evidence: Evidence) -> Iterator[Finding]:
    """No run times out, runs out of memory, floods its output or is killed."""
    for trial, run in evidence.inside():
        if run.outcome not in (Outcome.OK, Outcome.ERROR, Outcome.UNAVAILABLE):
            detail = f": {run.detail}" if run.detail else ""
            why = f"on Python {trial.python} the run ended with {run.outcome}{detail}"
            yield Finding((*evidence.subject.where, "code"), why)
            return
    # The quickest run counts: a busy machine slows some down, but hardly all of them.
    quickest = min((run.duration_ms for _, run in evidence.inside()), default=0)
    if quickest > LONGEST_MS:
        why = f"every run takes {quickest / 1000:.1f} s or more"
        yield Finding((*evidence.subject.where, "code"), why)


@run_rule(
    "same-every-time",
    reason="The answer may not depend on hash seed, folder, time zone, locale or luck.",
    way_out="sort what has no order, seed what is random, print nothing that changes",
)
def same_every_time(evidence: Evidence) -> Iterator[Finding]:
    """All runs on one Python do the same."""
    for python in evidence.plan.inside:
        runs = [(t, run) for t, run in evidence.inside() if t.python == python and ended(run)]
        kinds = Counter(did(run) for _, run in runs)
        if len(kinds) > 1:
            first, other = _two_that_differ(runs)
            why = (
                f"on Python {python} it {told(first[1])} with {first[0].condition}"
                f" and {told(other[1])} with {other[0].condition}"
            )
            yield Finding((*evidence.subject.where, "code"), why)
            return


@run_rule(
    "same-on-all-versions",
    reason="The bounds are a promise: inside them every Python does the same.",
    way_out="tighten the bounds, or declare a version_twist outside them",
)
def same_on_all_versions(evidence: Evidence) -> Iterator[Finding]:
    """All Pythons inside the bounds do the same."""
    answers = {p: run for p in evidence.plan.inside if (run := evidence.on(p)) and ended(run)}
    kinds: dict[tuple[str, str | None], list[PythonVersion]] = {}
    for python, run in answers.items():
        kinds.setdefault(did(run), []).append(python)
    if len(kinds) > 1:
        each = "; ".join(
            f"{', '.join(map(str, pythons))} {told(answers[pythons[0]])}"
            for pythons in kinds.values()
        )
        yield Finding((*evidence.subject.where, "python"), f"Pythons differ: {each}")


@run_rule(
    "prints-as-declared",
    reason="The page shows what the snippet prints, byte for byte.",
    way_out="copy what was really printed, or mend the code",
)
def prints_as_declared(evidence: Evidence) -> Iterator[Finding]:
    """Before and after print their ``stdout``."""
    item = evidence.subject.item
    if not isinstance(item, Snippet):
        return
    for trial, run in evidence.inside():
        if ended(run) and (run.outcome is not Outcome.OK or run.stdout != item.stdout):
            why = f"on Python {trial.python} it {told(run)}, declared is {quoted(item.stdout)}"
            yield Finding((*evidence.subject.where, "stdout"), why)
            return


@run_rule(
    "one-true-option",
    reason="The truth is what ran: a puzzle where no option or two options equal it is broken.",
    way_out="mend the option that should be true; compare it byte for byte",
)
def one_true_option(evidence: Evidence) -> Iterator[Finding]:
    """Exactly one option is what the run did."""
    item = evidence.subject.item
    if not isinstance(item, Puzzle):
        return
    for trial, run in evidence.inside():
        matching = sum(option.matches(run) for option in item.options)
        if ended(run) and matching != 1:
            near = _near_miss(item, run)
            why = f"on Python {trial.python} it {told(run)}; {matching} options say so{near}"
            yield Finding((*evidence.subject.where, "options"), why)
            return


@run_rule(
    "unmarked-is-true",
    reason="The option without a misconception is held for the right one everywhere else.",
    way_out="give the wrong option its misconception and take it from the right one",
)
def unmarked_is_true(evidence: Evidence) -> Iterator[Finding]:
    """The option without a misconception is what the run did."""
    item = evidence.subject.item
    if not isinstance(item, Puzzle):
        return
    right = unmarked_option(item)
    for trial, run in evidence.inside():
        truth = item.true_option(run)
        if right is not None and truth is not None and truth != right:
            why = f"on Python {trial.python} option {truth + 1} is true and has a misconception"
            yield Finding((*evidence.subject.where, "options", truth), why)
            return


@run_rule(
    "quiet-stderr",
    reason="A warning that nobody mentions confuses whoever runs the snippet.",
    way_out="mend the cause, or name the category in warns",
)
def quiet_stderr(evidence: Evidence) -> Iterator[Finding]:
    """Nothing on stderr unless ``warns`` names the category."""
    declared = evidence.subject.item.warns
    for trial, run in evidence.inside():
        if run.outcome is not Outcome.OK or not run.stderr.strip():
            continue
        if declared is None or not _names(run.stderr, declared):
            last = run.stderr.strip().splitlines()[-1][:60]
            where = (*evidence.subject.where, "code")
            yield Finding(where, f"on Python {trial.python} stderr says {last!r}")
            return


@run_rule(
    "warns-really",
    reason="A warning that never comes is a false statement.",
    way_out="remove warns",
)
def warns_really(evidence: Evidence) -> Iterator[Finding]:
    """``warns`` is seen on at least one Python."""
    declared = evidence.subject.item.warns
    runs = [run for _, run in evidence.inside() if ended(run)]
    if not (declared and runs and evidence.plan.whole):
        # The category may come with a Python that a quick matrix leaves out.
        return
    if not any(_names(run.stderr, declared) for run in runs):
        yield Finding((*evidence.subject.where, "warns"), f"no Python says {declared}")


@run_rule(
    "prints-or-raises",
    reason="Where something is printed before the exception, two options could be defended.",
    way_out="catch the exception and print its type, or print nothing before it",
)
def prints_or_raises(evidence: Evidence) -> Iterator[Finding]:
    """A puzzle that raises prints nothing before."""
    item = evidence.subject.item
    if not isinstance(item, Puzzle):
        return
    for trial, run in evidence.inside():
        if run.outcome is Outcome.ERROR and run.stdout:
            first = f"prints {quoted(run.stdout)}"
            why = f"on Python {trial.python} it {first} and then raises {run.exception}"
            yield Finding((*evidence.subject.where, "code"), why)
            return


@run_rule(
    "short-output",
    reason="The output stands in options and answers; on a phone twelve lines are a screen.",
    way_out="print less",
)
def short_output(evidence: Evidence) -> Iterator[Finding]:
    """At most 400 bytes and 12 lines are printed."""
    for _, run in evidence.inside():
        size, lines = len(run.stdout.encode()), len(run.stdout.splitlines())
        if size > OUTPUT_BYTES or lines > OUTPUT_LINES:
            why = f"it prints {size} bytes in {lines} lines, at most 400 in 12 are shown"
            yield Finding((*evidence.subject.where, "code"), why)
            return


@run_rule(
    "no-leaks",
    reason="Addresses, paths and moments differ on every machine, so no author can know them.",
    way_out="print something that is the same everywhere",
)
def no_leaks(evidence: Evidence) -> Iterator[Finding]:
    """No address, path or time of day in the output."""
    for _, run in evidence.inside():
        for pattern, what in _LEAKS:
            match = pattern.search(run.stdout)
            # What the code itself says is no leak: a lesson on paths prints paths.
            if match and match[0].strip("/") not in evidence.subject.item.code:
                why = f"{match[0]!r} in the output looks like {what}"
                yield Finding((*evidence.subject.where, "code"), why)
                return


def _two_that_differ(
    runs: list[tuple[Trial, RunResult]],
) -> tuple[tuple[Trial, RunResult], tuple[Trial, RunResult]]:
    first = runs[0]
    return first, next(other for other in runs if did(other[1]) != did(first[1]))


def _names(stderr: str, category: str) -> bool:
    """Whether stderr holds that warning, and no other one."""
    found = {match[1].rpartition(".")[2] for match in _WARNING.finditer(stderr)}
    warned = {name for name in found if name.endswith("Warning")}
    return category in stderr and warned <= {category}


def _near_miss(puzzle: Puzzle, run: RunResult) -> str:
    for number, option in enumerate(puzzle.options, 1):
        if option.stdout is not None and option.stdout.split() == run.stdout.split():
            return f" (option {number} differs only in spaces or newlines)"
    return ""


INSIDE_RULES = (
    ends_in_time,
    same_every_time,
    same_on_all_versions,
    prints_as_declared,
    one_true_option,
    unmarked_is_true,
    quiet_stderr,
    warns_really,
    prints_or_raises,
    short_output,
    no_leaks,
)
