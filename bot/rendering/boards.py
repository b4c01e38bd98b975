"""Leaderboards, profiles and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.scoring import HINT_COST, RIGHT_POINTS, SPEED_POINTS, SPEED_WINDOW_MS
from bot.core.windows import Window
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Button, Buttons, Card, Picture, Style, Text
from bot.rendering.pictures import words
from bot.rendering.text import mention, plain, plural, seconds

if TYPE_CHECKING:
    from bot.core.results import Profile
    from bot.core.windows import Leaderboard, Standing
    from bot.rendering.pictures.facts import ProfileFacts

WINDOW_NAMES = {
    Window.TODAY: "Today",
    Window.WEEK: "This week",
    Window.MONTH: "This month",
    Window.YEAR: "This year",
    Window.ALL: "All time",
}


def leaderboard_card(board: Leaderboard) -> Card:
    """The ranks of one window, the viewer's own row, and the other windows one press away."""
    title = f"## Leaderboard · {WINDOW_NAMES[board.window]}"
    if not board.standings:
        body = "Nobody has guessed in this time yet. The first place is free."
    else:
        shown = {standing.player_id for standing in board.standings}
        viewer_id = None if board.viewer is None else board.viewer.player_id
        lines = [
            f"{_row(standing)}{' (you)' if standing.player_id == viewer_id else ''}"
            for standing in board.standings
        ]
        if board.viewer is not None and board.viewer.player_id not in shown:
            lines += ["…", f"{_row(board.viewer)} (you)"]
        body = "\n".join(lines)
        body += f"\n-# {plural(board.players, 'player')}. Each row: points · right/played · time"
        if board.window is not Window.TODAY:
            body += " · ▲ ▼ places since yesterday"
        body += ". Equal points share a rank."
    return Card((Text(f"{title}\n{body}"), window_buttons(board.window)))


def window_buttons(current: Window) -> Buttons:
    """One button a window; the one that is shown is marked by its sign too."""
    return Buttons(
        tuple(
            Button(
                f"• {name}" if window is current else name,
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
        return Card((Text("## Your speedruns\nYou have not guessed here yet. `/speedrun play`"),))
    accuracy = 100 * overall.right // overall.guesses
    lines = [
        (
            f"**{plural(overall.points, 'point')}** from "
            f"{plural(overall.guesses, 'guess', 'guesses')}, {overall.right} right ({accuracy} %)"
        ),
        f"Streak **{plural(profile.streak_now, 'day')}**, best {profile.streak.best}",
    ]
    if profile.median_ms is not None:
        lines.append(f"A right guess takes you {seconds(profile.median_ms)} at the median")
    for title, topics in ((words.STRONGEST, facts.strongest), (words.WEAKEST, facts.weakest)):
        if topics:
            shown = ", ".join(f"{plain(t.name)} {t.right} of {t.played}" for t in topics)
            lines.append(f"{title}: {shown}")
    ranks = [
        f"{name.lower()} **{standing.rank}**"
        for window, name in WINDOW_NAMES.items()
        if (standing := profile.standings[window]) is not None
    ]
    lines.append(f"Rank: {' · '.join(ranks)}")
    told = Text("## Your speedruns\n" + "\n".join(lines))
    return Card((told,) if picture is None else (picture, told))


def help_card() -> Card:
    """How a day goes, and which commands there are."""
    return Card(
        (
            Text(
                "## PEP Speedrun\n"
                "Each day one Python Enhancement Proposal, told in 90 seconds, and a puzzle: "
                "predict the output.\n"
                "**Start the clock** shows you the puzzle, and your time runs until you guess. "
                "One guess a round, and it is final. What is right is what the puzzle printed "
                "when it ran in the bot's sandbox.\n"
                f"A right guess earns {RIGHT_POINTS} points, and up to {SPEED_POINTS} more for "
                f"speed, falling to none at {SPEED_WINDOW_MS // 1000} s. The hint costs "
                f"{HINT_COST}. A wrong guess earns none and costs none.\n"
                "Your streak counts the rounds in a row that you guessed in, right or wrong. "
                "A day without a round breaks nothing."
            ),
            Text(
                "`/speedrun play` today's puzzle, or any PEP as practice\n"
                "`/speedrun leaderboard` today, week, month, year, all\n"
                "`/speedrun me` your record here\n"
                "`/speedrun help` this page"
            ),
        )
    )


def _row(standing: Standing) -> str:
    time = f" · {seconds(standing.elapsed_ms)}" if standing.right else ""
    # Bold, so that no markdown list begins: those number their lines by themselves, ties and all.
    return (
        f"**{standing.rank}.** {mention(standing.player_id)} · **{standing.points}** · "
        f"{standing.right}/{standing.guesses}{time}{_movement(standing)}"
    )


def _movement(standing: Standing) -> str:
    """Places won or lost today; nothing where the rank is as it was, or was none."""
    if standing.rank_before is None or standing.rank_before == standing.rank:
        return ""
    places = standing.rank_before - standing.rank
    return f" · ▲ {places}" if places > 0 else f" · ▼ {-places}"
