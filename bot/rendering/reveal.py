"""The reveal of a round: the output, what was guessed, the podium, the streaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Block, Button, Buttons, Card, Picture, Text
from bot.rendering.difficulty import difficulty_line
from bot.rendering.language import _, day, ngettext, number
from bot.rendering.output import safe_output
from bot.rendering.streaks import kept
from bot.rendering.text import code_block, days, fit, inline, mention, points, seconds

if TYPE_CHECKING:
    from bot.core.lessons import Option
    from bot.core.results import PodiumPlace, RevealFacts
    from bot.core.rounds import Truth

_BAR_WIDTH = 10
_ANSWER_WIDTH = 24
"""A phone shows about 40 columns of a code block; the count and the bar take the rest."""
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def reveal_card(facts: RevealFacts, picture: Picture | None = None) -> Card:
    """What the round was, for everyone in the channel.

    ``picture`` is the chart of the guesses; without one, bars of text do.
    """
    head = _(
        "PEP {pep} · Speedrun of {day}", pep=facts.lesson.pep, day=day(facts.round.puzzle_date)
    )
    return Card(
        (
            Text(
                f"-# {head}\n## {_('The reveal')}\n{inline(facts.puzzle.prompt)}\n"
                f"{code_block(facts.puzzle.code)}\n{_answer(facts.truth)}"
            ),
            Text(inline(facts.puzzle.explanation)),
            *_guesses(facts, picture),
            Buttons((Button(_("Practise this puzzle"), action(Verb.REMATCH, facts.round.id)),)),
        ),
        Accent.QUIET,
    )


def _answer(truth: Truth) -> str:
    facts = {"python": truth.python, "exception": truth.exception}
    if not truth.stdout:
        if truth.exception:
            return _("It stopped with `{exception}` on Python {python}.", **facts)
        return _("It printed, on Python {python}: nothing.", **facts)
    if truth.exception:
        told = _("It stopped with `{exception}` on Python {python}, after printing:", **facts)
    else:
        told = _("It printed, on Python {python}:", **facts)
    return f"{told}\n{code_block(safe_output(truth.stdout), '')}"


def withdrawn_reveal_card(_picture: Picture | None = None) -> Card:
    """The reveal of a void round."""
    text = _("The reveal of a round that a moderator withdrew: it counts for nobody.")
    return Card((Text(text),), Accent.QUIET)


def _guesses(facts: RevealFacts, picture: Picture | None) -> tuple[Block, ...]:
    if picture is None:
        return (Text(f"{_players(facts)}\n{distribution(facts)}{_podium(facts)}"),)
    tally = f"\n{_tally(facts)}" if facts.players else ""
    return (picture, Text(f"{_players(facts)}{tally}{_podium(facts)}"))


def _tally(facts: RevealFacts) -> str:
    """The chart's figures on one line, for who reads on without the picture."""
    right = facts.truth.option
    wrong = [count for index, count in enumerate(facts.counts) if index != right]
    others = ", ".join(number(count) for count in sorted(wrong, reverse=True))
    return "-# " + _(
        "✔ right **{right}** · ✘ wrong {others}", right=number(facts.counts[right]), others=others
    )


def distribution(facts: RevealFacts) -> str:
    """The guesses an option as bars of text; the right one is marked by a sign and a word."""
    most = max(facts.counts, default=0)
    width = max(len(str(most)), 1)
    lines = []
    for index, (option, count) in enumerate(zip(facts.puzzle.options, facts.counts, strict=True)):
        filled = round(_BAR_WIDTH * count / most) if most else 0
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        is_right = index == facts.truth.option
        sign, word = ("✔", f"  {_('right')}") if is_right else (" ", "")
        lines.append(f"{sign} {count:>{width}} {bar} {_one_line(option)}{word}")
    return code_block("\n".join(lines), "")


def _one_line(option: Option) -> str:
    if option.raises is not None:
        return option.raises
    if not option.stdout:
        return _("(nothing)")
    shown = " ⏎ ".join(option.stdout.rstrip("\n").split("\n"))
    return fit(shown, _ANSWER_WIDTH) or _("(an empty line)")


def _players(facts: RevealFacts) -> str:
    if not facts.players:
        return _("Nobody guessed this one.")
    right = number(facts.right)
    if facts.median_ms is None:
        return ngettext(
            "{count} member guessed, {right} right.",
            "{count} members guessed, {right} right.",
            facts.players,
            right=right,
        )
    return ngettext(
        "{count} member guessed, {right} right, in {time} at the median.",
        "{count} members guessed, {right} right, in {time} at the median.",
        facts.players,
        right=right,
        time=seconds(facts.median_ms),
    )


def _difficulty(facts: RevealFacts) -> str:
    """How hard it was, once enough have answered it to say so."""
    if facts.difficulty is None or not facts.difficulty.is_known:
        return ""
    return f"\n-# {difficulty_line(facts.difficulty)}."


def _podium(facts: RevealFacts) -> str:
    lines = [_place(place) for place in facts.podium]
    if facts.podium and facts.longest_streak > 1:
        length = days(facts.longest_streak)
        lines.append(_("Longest streak in this round: {days}.", days=length))
    if facts.kept_streaks:
        lines.append(kept(facts.kept_streaks))
    return "".join(f"\n{line}" for line in lines) + _difficulty(facts)


def _place(place: PodiumPlace) -> str:
    guess = place.guess
    earned, time = points(guess.points), seconds(guess.elapsed_ms)
    parts = [
        f"{_MEDALS[place.rank]} {place.rank}. {mention(guess.player_id)}",
        _("{points} in {time}", points=earned, time=time),
    ]
    if place.streak > 1:
        parts.append(_("streak {days}", days=number(place.streak)))
    return " · ".join(parts)
