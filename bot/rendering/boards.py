"""A member's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.windows import Window
from bot.rendering.cards import Card, Picture, Text
from bot.rendering.language import _, ngettext, number
from bot.rendering.leaderboards import WINDOW_NAMES
from bot.rendering.pictures import words
from bot.rendering.streaks import profile_lines
from bot.rendering.text import days, plain, points, seconds

if TYPE_CHECKING:
    from bot.core.results import Profile
    from bot.rendering.pictures.facts import ProfileFacts


def profile_card(profile: Profile, facts: ProfileFacts, picture: Picture | None = None) -> Card:
    """A member's record in this server: the picture, and its figures in words."""
    overall = profile.standings[Window.ALL]
    if overall is None:
        none = _("You have not guessed here yet. `/speedrun play`")
        return Card((Text(f"## {_('Your speedruns')}\n{none}"),))
    accuracy = 100 * overall.right // overall.guesses
    lines = [
        ngettext(
            "**{points}** from {count} guess, {right} right ({accuracy}%)",
            "**{points}** from {count} guesses, {right} right ({accuracy}%)",
            overall.guesses,
            points=points(overall.points),
            right=number(overall.right),
            accuracy=accuracy,
        ),
        _(
            "Streak **{days}**, best {best}",
            days=days(profile.streak_now.length),
            best=number(profile.streak.best),
        ),
        *profile_lines(profile),
    ]
    if profile.median_ms is not None:
        time = seconds(profile.median_ms)
        lines.append(_("A right guess takes you {time} at the median", time=time))
    for title, topics in ((words.STRONGEST, facts.strongest), (words.WEAKEST, facts.weakest)):
        if topics:
            shown = ", ".join(f"{plain(t.name)} {words.of(t.right, t.played)}" for t in topics)
            lines.append(f"{_(title)}: {shown}")
    ranks = [
        f"{_(name)} **{number(standing.rank)}**"
        for window, name in WINDOW_NAMES.items()
        if (standing := profile.standings[window]) is not None
    ]
    lines.append(_("Rank: {ranks}", ranks=" · ".join(ranks)))
    told = Text("\n".join((f"## {_('Your speedruns')}", *lines)))
    return Card((told,) if picture is None else (picture, told))
