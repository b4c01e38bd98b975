"""Says in words what each picture shows, within Discord's 1024 characters. Draws nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.wording import later
from bot.rendering.language import _, number
from bot.rendering.pictures import plain, words
from bot.rendering.pictures.facts import DayMark
from bot.rendering.pictures.plain import ALT_LIMIT
from bot.rendering.pictures.theme import Mark
from bot.rendering.text import days, points, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.lessons import Lesson, Snippet
    from bot.rendering.pictures.diff import LineMark
    from bot.rendering.pictures.facts import (
        ChartFacts,
        ChartOption,
        ProfileFacts,
        ShareFacts,
        TopicScore,
    )

_CODE_BELOW = later("The whole code is under \u201cCode as text\u201d.")


def lesson(lesson: Lesson, before: tuple[LineMark, ...], after: tuple[LineMark, ...]) -> str:
    """The before/after picture: what it compares, then as much of the code as there is room for.

    All code if it fits; else what changed; else the beginning of that.
    """
    head = _("PEP {pep}, the code before and after.", pep=lesson.pep)
    below = _(_CODE_BELOW)
    old = _snippet(_(words.BEFORE), lesson.before, before)
    new = _snippet(_(words.AFTER), lesson.after, after)
    whole = "\n".join((head, old, _listing(lesson.before), new, _listing(lesson.after)))
    if plain.units(whole) <= ALT_LIMIT:
        return whole
    marked = (_marked(lesson.before, before), _marked(lesson.after, after))
    parts = "\n".join(part for part in (head, old, marked[0], new, marked[1]) if part)
    room = ALT_LIMIT - plain.units(below) - 1
    if plain.units(parts) > room:
        parts = "\n".join((head, old, new, marked[1] or marked[0]))
    return f"{plain.shorten(parts, room)}\n{below}"


def _snippet(title: str, snippet: Snippet, marks: tuple[LineMark, ...]) -> str:
    label = plain.shorten(plain.name(snippet.label, ""), 160)
    python, lines = words.python(snippet.python), words.lines(len(marks))
    return f"{title}, {python} ({label}), {lines}{_changes(marks)}:"


def _changes(marks: Iterable[LineMark]) -> str:
    seen = [line.mark for line in marks]
    told = (
        f"{number(seen.count(mark))} {_(words.MARKS[mark])}"
        for mark in (Mark.REMOVED, Mark.CHANGED, Mark.ADDED)
        if mark in seen
    )
    counts = ", ".join(told)
    return f", {counts}" if counts else ""


def _listing(snippet: Snippet) -> str:
    return plain.code(snippet.code.strip("\n"))


def _marked(snippet: Snippet, marks: tuple[LineMark, ...]) -> str:
    lines = _listing(snippet).split("\n")
    return "\n".join(
        f"{mark.mark.value} {line.strip()}"
        for line, mark in zip(lines, marks, strict=False)
        if mark.mark is not Mark.SAME
    )


def reveal(facts: ChartFacts) -> str:
    """The reveal: players, each option with its guesses and whether it was right, the podium."""
    played = words.played(facts.players, facts.median_ms)
    parts = [f"PEP {facts.pep}: {_(words.GUESSED)}. {played.rstrip('.')}."]
    total = sum(option.guesses for option in facts.options)
    parts.extend(_option(option, total) for option in facts.options)
    if facts.podium:
        places = (
            f"{place.rank}. {plain.shorten(plain.name(place.name, _(words.NO_NAME)), 48)}, "
            f"{seconds(place.elapsed_ms)}"
            for place in facts.podium[:5]
        )
        parts.append(f"{_(words.PODIUM)}: {'; '.join(places)}.")
    elif facts.players and facts.podium is not None:
        parts.append(_(words.NO_PODIUM))
    return plain.shorten("\n".join(parts), ALT_LIMIT)


def _option(option: ChartOption, total: int) -> str:
    text = plain.shorten(plain.code(words.option(option.text, raises=option.raises)), 90)
    guesses, share = words.guesses(option.guesses), words.percent(option.guesses, total)
    told = f"{text}: {guesses}, {share}."
    if not option.letter:
        return _("Right: {option}", option=told) if option.is_right else told
    right = f" ({_(words.RIGHT)})" if option.is_right else ""
    return f"{option.letter}{right}: {told}"


def profile(facts: ProfileFacts) -> str:
    """The profile card: every figure on it, the days of the year as counts."""
    name = plain.shorten(plain.name(facts.name, _(words.NO_NAME)), 48)
    first = facts.today - timedelta(days=365)
    marks = [mark for day, mark in facts.days if first < day <= facts.today]
    year = ", ".join(
        f"{_(words.DAYS[mark])} {days(marks.count(mark))}"
        for mark in (DayMark.RIGHT, DayMark.WRONG, DayMark.FREEZE)
        if mark in marks or mark is not DayMark.FREEZE
    )
    parts = [
        f"{name}. {words.standing(facts.rank, facts.players, facts.scope)}.",
        _(
            "{points}, {share} right.",
            points=points(facts.points),
            share=words.of(facts.right, facts.played) or 0,
        ),
        _(
            "Streak {days}, best {best}.",
            days=days(facts.streak),
            best=days(facts.best_streak),
        ),
        f"{_(words.YEAR)}: {year}.",
    ]
    if facts.median_ms is not None:
        parts.insert(2, _("Median time {time}.", time=seconds(facts.median_ms)))
    for title, topics in ((words.STRONGEST, facts.strongest), (words.WEAKEST, facts.weakest)):
        if topics:
            parts.append(f"{_(title)}: {', '.join(map(_topic, topics[:3]))}.")
    return plain.shorten("\n".join(parts), ALT_LIMIT)


def _topic(topic: TopicScore) -> str:
    name = plain.shorten(plain.name(topic.name, "\u2013"), 48)
    return f"{name} {words.of(topic.right, topic.played)}"


def share(facts: ShareFacts) -> str:
    """The share card: its line, and the title that the post shows as well."""
    title = plain.name(facts.title, "")
    line = words.share(facts)
    return plain.shorten(f"{line}. {title}" if title else line, ALT_LIMIT)
