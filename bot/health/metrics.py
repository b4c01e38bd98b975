"""The figures that `/metrics` shows. Counts what it is told; asks nobody.

The registry is the object's own: two bots in one process, as in tests, share no figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot import __version__

if TYPE_CHECKING:
    from bot.health.facts import Facts

_ANSWER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Discord waits three seconds for an answer."""
_DATABASE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0)
_SLOW_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


class Unmetered:
    """A meter where nobody asks for figures: it forgets what it is told."""

    def note(self, event: str, kind: str, outcome: str, seconds: float) -> None:
        """Nothing."""


class Metrics:
    """Implements `bot.core.ports.Meter` on Prometheus' own types."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        Info("speedrun_bot", "This release.", registry=self.registry).info({"version": __version__})
        self._histograms = {
            "answer": self._histogram(
                "answer", "Seconds from a press or command to its answer.", _ANSWER_BUCKETS
            ),
            "announcement": self._histogram(
                "announcement", "Seconds that a post, reveal or edit took.", _SLOW_BUCKETS
            ),
            "run": self._histogram(
                "sandbox_run", "Seconds that a run in the sandbox took.", _SLOW_BUCKETS
            ),
            "database": self._histogram(
                "database", "Seconds that a transaction took, waiting included.", _DATABASE_BUCKETS
            ),
        }
        self._figures: dict[tuple[str, str, str], Histogram] = {}
        self._guesses = Counter(
            "speedrun_guesses", "Guesses that were stored.", ["verdict"], registry=self.registry
        )
        self._connected = self._gauge("gateway_connected", "1 while Discord's events arrive.")
        self._guilds = self._gauge("guilds", "Servers that the bot serves.")
        self._latency = self._gauge("gateway_latency_seconds", "The heartbeat's round trip.")
        self._due = self._gauge("rounds_due", "Posts, scorings and reveals whose time has come.")
        self._late = self._gauge("rounds_late", "Those that are long past it, and were not tried.")
        self._failing = self._gauge("rounds_failing", "Those that were refused at least once.")
        self._members = self._gauge("sandbox_member_pythons", "Pythons that members' code may use.")
        self._waiting = self._gauge("sandbox_waiting", "Members' runs that wait in line.")
        self._healthy = self._gauge("healthy", "1 where /healthz answers 200.")

    def note(self, event: str, kind: str, outcome: str, seconds: float) -> None:
        """Take one event down; see the port."""
        if event == "guess":
            self._guesses.labels(kind).inc()
            return
        # To find the labels' figure takes longer than to add to it, and a guess notes four times.
        key = (event, kind, outcome)
        figure = self._figures.get(key)
        if figure is None:
            figure = self._figures[key] = self._histograms[event].labels(kind, outcome)
        figure.observe(seconds)

    def exposition(self, facts: Facts) -> bytes:
        """Everything in Prometheus' text format, with the gauges as ``facts`` has them."""
        self._connected.set(facts.gateway.is_connected)
        self._guilds.set(facts.gateway.guilds)
        self._latency.set(_or_nan(facts.gateway.latency_s))
        self._due.set(_or_nan(facts.backlog.due if facts.backlog else None))
        self._late.set(_or_nan(facts.backlog.late if facts.backlog else None))
        self._failing.set(_or_nan(facts.backlog.failing if facts.backlog else None))
        self._members.set(sum(each.members for each in facts.sandbox.pythons))
        self._waiting.set(facts.sandbox.waiting)
        self._healthy.set(not facts.problems)
        return generate_latest(self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...]) -> Histogram:
        labels = ["kind", "outcome"]
        name = f"speedrun_{name}_seconds"
        return Histogram(name, says, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(f"speedrun_{name}", says, registry=self.registry)


def _or_nan(value: float | None) -> float:
    """What is not known is shown as not known, never as nought."""
    return float("nan") if value is None else value
