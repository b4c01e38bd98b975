"""A season's podium in the channel, its final ranks, and the seasons that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Text
from bot.rendering.language import _, month_of_year, number
from bot.rendering.leaderboards import points_row
from bot.rendering.text import mention, players, points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.seasons import SeasonFacts
    from bot.core.windows import Standing

_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
MOST_ON_PODIUM = 10


def season_card(facts: SeasonFacts) -> Card:
    """What the month came to, for everyone in the channel."""
    lines = [f"## {_('The season of {month}', month=month_of_year(facts.season.month))}"]
    lines += [_medal(standing) for standing in facts.podium[:MOST_ON_PODIUM]]
    told = _(
        "{players}. A new season has begun: everyone starts at nought.",
        players=players(facts.season.players),
    )
    lines.append(f"-# {told}")
    button = Button(_("Final ranks"), action(Verb.SEASON, facts.season.id))
    return Card((Text("\n".join(lines)), Buttons((button,))))


def final_ranks_card(facts: SeasonFacts) -> Card:
    """A season's final ranks, and the viewer's own, for one who asked."""
    lines = [f"## {_('Final ranks of {month}', month=month_of_year(facts.season.month))}"]
    viewer_id = None if facts.viewer is None else facts.viewer.player_id
    lines += [_ranked(row, is_viewer=row.player_id == viewer_id) for row in facts.standings]
    if facts.viewer is not None and all(r.player_id != viewer_id for r in facts.standings):
        lines += ["…", _ranked(facts.viewer, is_viewer=True)]
    tied = _("Equal points share a rank.")
    legend = _("Each row: points · right/played · time.")
    lines.append(f"-# {players(facts.season.players)}. {legend} {tied}")
    return Card((Text("\n".join(lines)),), Accent.QUIET)


def past_seasons_card(seasons: Iterable[SeasonFacts]) -> Card:
    """Who won which month, the newest first."""
    lines = [_season_line(facts) for facts in seasons]
    none = _("No season is over yet. The first ends with this month.")
    return Card((Text("\n".join((f"## {_('Past seasons')}", *(lines or [none])))),), Accent.QUIET)


def _season_line(facts: SeasonFacts) -> str:
    winners: Sequence[Standing] = [row for row in facts.podium if row.rank == 1]
    names = ", ".join(mention(row.player_id) for row in winners[:3]) or "…"
    if len(winners) > len(winners[:3]):
        names += " …"
    won = f" · **{points(winners[0].points)}**" if winners else ""
    month = month_of_year(facts.season.month)
    return f"**{month}** · 🥇 {names}{won} · {players(facts.season.players)}"


def _medal(standing: Standing) -> str:
    return f"{_MEDALS[standing.rank]} {_ranked(standing, is_viewer=False)}"


def _ranked(standing: Standing, *, is_viewer: bool) -> str:
    you = f" {_('(you)')}" if is_viewer else ""
    who = mention(standing.player_id)
    return f"**{number(standing.rank)}.** {who} · {points_row(standing)}{you}"
