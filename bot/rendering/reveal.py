"""The reveal of a round: the output, what was guessed, the podium, the streaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Block, Button, Buttons, Card, Picture, Text
from bot.rendering.output import safe_output
from bot.rendering.text import code_block, fit, inline, mention, plural, seconds

if TYPE_CHECKING:
    from bot.core.lessons import Option
    from bot.core.results import PodiumPlace, RevealFacts

_BAR_WIDTH = 10
_ANSWER_WIDTH = 24
"""A phone shows about 40 columns of a code block; the count and the bar take the rest."""
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def reveal_card(facts: RevealFacts, picture: Picture | None = None) -> Card:
    """What the round was, for everyone in the channel.

    ``picture`` is the chart of the guesses; without one, bars of text do.
    """
    truth, day = facts.truth, facts.round.puzzle_date
    if truth.exception:
        answer = f"It stopped with `{truth.exception}` on Python {truth.python}"
    else:
        answer = f"It printed, on Python {truth.python}"
    output = f":\n{code_block(safe_output(truth.stdout), '')}" if truth.stdout else "."
    if not truth.stdout and not truth.exception:
        output = ": nothing."
    return Card(
        (
            Text(
                f"-# PEP {facts.lesson.pep} · Speedrun of {day.day} {day:%b %Y}\n"
                f"## The reveal\n{inline(facts.puzzle.prompt)}\n{code_block(facts.puzzle.code)}\n"
                f"{answer}{output}"
            ),
            Text(inline(facts.puzzle.explanation)),
            *_guesses(facts, picture),
            Buttons((Button("Practise this puzzle", action(Verb.REMATCH, facts.round.id)),)),
        ),
        Accent.QUIET,
    )


def _guesses(facts: RevealFacts, picture: Picture | None) -> tuple[Block, ...]:
    if picture is None:
        return (Text(f"{_players(facts)}\n{distribution(facts)}{_podium(facts)}"),)
    tally = f"\n{_tally(facts)}" if facts.players else ""
    return (picture, Text(f"{_players(facts)}{tally}{_podium(facts)}"))


def _tally(facts: RevealFacts) -> str:
    """The chart's figures on one line, for who reads on without the picture."""
    right = facts.truth.option
    wrong = [count for index, count in enumerate(facts.counts) if index != right]
    others = ", ".join(str(count) for count in sorted(wrong, reverse=True))
    return f"-# ✔ right **{facts.counts[right]}** · ✘ wrong {others}"


def distribution(facts: RevealFacts) -> str:
    """The guesses an option as bars of text; the right one is marked by a sign and a word."""
    most = max(facts.counts, default=0)
    width = max(len(str(most)), 1)
    lines = []
    for index, (option, count) in enumerate(zip(facts.puzzle.options, facts.counts, strict=True)):
        filled = round(_BAR_WIDTH * count / most) if most else 0
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        is_right = index == facts.truth.option
        sign, word = ("✔", "  right") if is_right else (" ", "")
        lines.append(f"{sign} {count:>{width}} {bar} {_one_line(option)}{word}")
    return code_block("\n".join(lines), "")


def _one_line(option: Option) -> str:
    if option.raises is not None:
        return option.raises
    if not option.stdout:
        return "(nothing)"
    shown = " ⏎ ".join(option.stdout.rstrip("\n").split("\n"))
    return fit(shown, _ANSWER_WIDTH) or "(an empty line)"


def _players(facts: RevealFacts) -> str:
    if not facts.players:
        return "Nobody guessed this one."
    text = f"{plural(facts.players, 'member')} guessed, {facts.right} right"
    if facts.median_ms is not None:
        text += f", in {seconds(facts.median_ms)} at the median"
    return f"{text}."


def _podium(facts: RevealFacts) -> str:
    if not facts.podium:
        return ""
    lines = [_place(place) for place in facts.podium]
    if facts.longest_streak > 1:
        lines.append(f"Longest streak among today's players: {facts.longest_streak} days.")
    return "\n" + "\n".join(lines)


def _place(place: PodiumPlace) -> str:
    guess = place.guess
    text = f"{_MEDALS[place.rank]} {place.rank}. {mention(guess.player_id)} · "
    text += f"{plural(guess.points, 'point')} in {seconds(guess.elapsed_ms)}"
    if place.streak > 1:
        text += f" · streak {place.streak}"
    return text
