"""Makes the pictures' facts of the core's values. Names come from the caller; nothing is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.records import strongest, topics_of, weakest
from bot.core.windows import Window
from bot.rendering.pictures.facts import (
    ChartFacts,
    ChartOption,
    ChartPlace,
    DayMark,
    ProfileFacts,
    ShareFacts,
    TopicScore,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.lessons import Library
    from bot.core.records import Topic
    from bot.core.results import Profile, RevealFacts, Share


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


def profile_facts(profile: Profile, library: Library, name: str) -> ProfileFacts:
    """A record for the card of the member of that display name."""
    overall = profile.standings[Window.ALL]
    topics = topics_of(profile.plays, library, profile.answers)
    return ProfileFacts(
        name=name,
        points=overall.points if overall else 0,
        right=overall.right if overall else 0,
        played=overall.guesses if overall else 0,
        median_ms=profile.median_ms,
        streak=profile.streak_now.length,
        best_streak=profile.streak.best,
        rank=overall.rank if overall else None,
        players=profile.players,
        today=profile.today,
        days=tuple(
            (play.puzzle_date, DayMark.RIGHT if play.is_right else DayMark.WRONG)
            for play in profile.plays
        )
        + tuple((puzzle_date, DayMark.FREEZE) for puzzle_date in profile.covered),
        strongest=_scores(strongest(topics)),
        weakest=_scores(weakest(topics)),
    )


def share_facts(share: Share) -> ShareFacts:
    """A shared guess for its card and line."""
    return ShareFacts(
        day=share.number,
        pep=share.lesson.pep,
        is_right=share.guess.is_right,
        elapsed_ms=share.guess.elapsed_ms,
        streak=share.streak,
        title=share.lesson.title,
    )


def _scores(topics: tuple[Topic, ...]) -> tuple[TopicScore, ...]:
    return tuple(TopicScore(topic.name, topic.right, topic.played) for topic in topics)
