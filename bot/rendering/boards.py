"""Leaderboards and profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.windows import Window
from bot.core.wording import later
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Button, Buttons, Card, Picture, Style, Text
from bot.rendering.language import _, ngettext, number
from bot.rendering.pictures import words
from bot.rendering.streaks import profile_lines
from bot.rendering.text import days, mention, plain, players, points, seconds

if TYPE_CHECKING:
    from bot.core.results import Profile
    from bot.core.windows import Leaderboard, Standing
    from bot.rendering.pictures.facts import ProfileFacts

WINDOW_NAMES = {
    Window.TODAY: later("Today"),
    Window.WEEK: later("This week"),
    Window.MONTH: later("This month"),
    Window.YEAR: later("This year"),
    Window.ALL: later("All time"),
}


def leaderboard_card(board: Leaderboard) -> Card:
    """The ranks of one window, the viewer's own row, and the other windows one press away."""
    title = "## " + _("Leaderboard · {window}", window=_(WINDOW_NAMES[board.window]))
    if not board.standings:
        body = _("Nobody has guessed in this time yet. The first place is free.")
    else:
        shown = {standing.player_id for standing in board.standings}
        viewer_id = None if board.viewer is None else board.viewer.player_id
        lines = [
            _row(standing, is_viewer=standing.player_id == viewer_id)
            for standing in board.standings
        ]
        if board.viewer is not None and board.viewer.player_id not in shown:
            lines += ["…", _row(board.viewer, is_viewer=True)]
        body = "\n".join((*lines, f"-# {_legend(board)}"))
    return Card((Text(f"{title}\n{body}"), window_buttons(board.window)))


def window_buttons(current: Window) -> Buttons:
    """One button a window; the one that is shown is marked by its sign too."""
    return Buttons(
        tuple(
            Button(
                f"• {_(name)}" if window is current else _(name),
                action(Verb.WINDOW, window),
                Style.PRIMARY if window is current else Style.SECONDARY,
            )
            for window, name in WINDOW_NAMES.items()
        )
    )


def profile_card(profile: Profile, facts: ProfileFacts, picture: Picture | None = None) -> Card:
    """A member's record in this server: the picture, and its figures in words."""
    overall = profile.standings[Window.ALL]
    if overall is None:
        none = _("You have not guessed here yet. `/speedrun play`")
        return Card((Text(f"## {_('Your speedruns')}\n{none}"),))
    accuracy = 100 * overall.right // overall.guesses
    lines = [
        ngettext(
            "**{points}** from {count} guess, {right} right ({accuracy} %)",
            "**{points}** from {count} guesses, {right} right ({accuracy} %)",
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


def _legend(board: Leaderboard) -> str:
    if board.window is Window.TODAY:
        rows = _("Each row: points · right/played · time.")
    else:
        rows = _("Each row: points · right/played · time · ▲ ▼ places since yesterday.")
    return f"{players(board.players)}. {rows} {_('Equal points share a rank.')}"


def _row(standing: Standing, *, is_viewer: bool) -> str:
    time = f" · {seconds(standing.elapsed_ms)}" if standing.right else ""
    you = f" {_('(you)')}" if is_viewer else ""
    # Bold, so that no markdown list begins: those number their lines by themselves, ties and all.
    return (
        f"**{number(standing.rank)}.** {mention(standing.player_id)} · "
        f"**{number(standing.points)}** · {number(standing.right)}/{number(standing.guesses)}"
        f"{time}{_movement(standing)}{you}"
    )


def _movement(standing: Standing) -> str:
    """Places won or lost today; nothing where the rank is as it was, or was none."""
    if standing.rank_before is None or standing.rank_before == standing.rank:
        return ""
    places = standing.rank_before - standing.rank
    return f" · ▲ {number(places)}" if places > 0 else f" · ▼ {number(-places)}"
