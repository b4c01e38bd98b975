"""Rules on what snippets do outside their bounds: above, below, and where a twist is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.lessons import Option, Puzzle, Snippet
from bot.library.rules.base import Finding
from bot.library.rules.evidence import ended, holds, run_rule, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.library.trials import Evidence


@run_rule(
    "ends-above-max",
    reason="An upper bound is a fact: the next Python really does something else.",
    way_out="remove max, or name what the newer Python raises in fails_after",
)
def ends_above_max(evidence: Evidence) -> Iterator[Finding]:
    """The first Python above ``max`` fails with ``fails_after``, or does something else."""
    item, python = evidence.subject.item, evidence.plan.above
    run = evidence.on(python)
    if run is None or not ended(run):
        return
    where = (*evidence.subject.where, "python")
    expected = item.fails_after if isinstance(item, Snippet) else None
    if expected is not None and run.exception != expected:
        why = f"Python {python} {told(run)}, fails_after says {expected}"
        yield Finding((*evidence.subject.where, "fails_after"), why)
    elif holds(item, run):
        yield Finding(where, f"Python {python} does the same, so max is too low")


@run_rule(
    "begins-at-min",
    reason="A lower bound is a fact: the Python before it can't do this, or does something else.",
    way_out="lower min, or give the reason in works_below",
)
def begins_at_min(evidence: Evidence) -> Iterator[Finding]:
    """The last Python below ``min`` does something else, unless ``works_below`` says why not."""
    item, python = evidence.subject.item, evidence.plan.below
    run = evidence.on(python)
    if run is None or not ended(run):
        return
    where = evidence.subject.where
    if holds(item, run) and item.works_below is None:
        yield Finding((*where, "python"), f"Python {python} does the same, so min is too high")
    elif not holds(item, run) and item.works_below is not None:
        why = f"Python {python} {told(run)}, so works_below is not true"
        yield Finding((*where, "works_below"), why)


@run_rule(
    "twist-holds",
    reason="The result message tells people what another Python did.",
    way_out="write what really happens there, or remove the twist",
)
def twist_holds(evidence: Evidence) -> Iterator[Finding]:
    """On the twist's Pythons the run does what the twist says."""
    item = evidence.subject.item
    if not isinstance(item, Puzzle) or item.version_twist is None:
        return
    twist = item.version_twist
    says = Option(why="", stdout=twist.stdout, raises=twist.raises)
    where = (*evidence.subject.where, "version_twist")
    for trial, run in evidence.runs.items():
        if trial.python not in evidence.plan.twist or not ended(run):
            continue
        if not says.matches(run):
            yield Finding(where, f"Python {trial.python} {told(run)}")
            return
        if item.true_option(run) is not None and holds(item, run):
            yield Finding(where, f"Python {trial.python} does what the right option says: no twist")
            return


OUTSIDE_RULES = (
    ends_above_max,
    begins_at_min,
    twist_holds,
)
