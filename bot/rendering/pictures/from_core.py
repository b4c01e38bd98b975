"""Makes the pictures' facts of the core's values. Names come from the caller; nothing is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.pictures.facts import ChartFacts, ChartOption, ChartPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.results import RevealFacts


def chart_facts(facts: RevealFacts, names: Mapping[int, str] | None = None) -> ChartFacts:
    """A reveal for the chart. ``names`` has display names by player id; who is missing has none.

    Without ``names`` there is no podium. Options have no letters: each member saw them in an order
    of their own, and would take another's letter for the one they chose.
    """
    options = tuple(
        ChartOption(
            "",
            option.raises if option.raises is not None else option.stdout or "",
            count,
            is_right=index == facts.truth.option,
            raises=option.raises is not None,
        )
        for index, (option, count) in enumerate(
            zip(facts.puzzle.options, facts.counts, strict=True)
        )
    )
    podium = None
    if names is not None:
        podium = tuple(
            ChartPlace(place.rank, names.get(place.guess.player_id, ""), place.guess.elapsed_ms)
            for place in facts.podium
        )
    return ChartFacts(
        facts.lesson.pep, facts.lesson.title, options, podium, facts.players, facts.median_ms
    )
