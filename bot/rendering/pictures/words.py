"""Every text that stands in a picture or its alt text, in one place and one voice.

Plain functions of plain values; the constants are looked up where they are drawn. No drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.wording import later
from bot.rendering.language import _, ngettext, number, weekday
from bot.rendering.pictures.facts import DayMark
from bot.rendering.pictures.theme import Mark
from bot.rendering.text import days, players, seconds

if TYPE_CHECKING:
    from bot.core.versions import VersionBounds
    from bot.rendering.pictures.facts import ShareFacts

BEFORE = later("Before")
AFTER = later("After")
MARKS = {Mark.REMOVED: later("gone"), Mark.CHANGED: later("changed"), Mark.ADDED: later("new")}
GUESSED = later("What was guessed")
RIGHT = later("right")
NOBODY = later("Nobody guessed this time.")
NO_PODIUM = later("Nobody had it right this time.")
PODIUM = later("Podium")
NO_NAME = later("(name not shown)")
NO_OUTPUT = later("(prints nothing)")
POINTS = later("points")
ACCURACY = later("right")
MEDIAN = later("median time")
STREAK = later("streak")
YEAR = later("The last 12 months")
STRONGEST = later("Strongest")
WEAKEST = later("Worth a review")
INITIALS = (0, 2, 4)
"""Rows of the heatmap that bear the weekday's initial; the weeks begin on Monday."""
DAYS = {
    DayMark.RIGHT: later("right"),
    DayMark.WRONG: later("wrong"),
    DayMark.FREEZE: later("freeze"),
    DayMark.NONE: later("not played"),
}
RESULT_RIGHT = later("Right")
RESULT_WRONG = later("Not this time")

_BANDS = (
    (10, later("under 10 s")),
    (20, later("10\u201320 s")),
    (30, later("20\u201330 s")),
    (60, later("30\u201360 s")),
    (120, later("1\u20132 min")),
    (300, later("2\u20135 min")),
)
TIME_BANDS = (*_BANDS, (None, later("over 5 min")))
"""Upper ends in seconds (not included) and names; bands, so that a share gives no time to copy."""


def initial(weekday_index: int) -> str:
    """The letter of a day of the week, Monday 0."""
    return weekday(weekday_index)[0]


def python(bounds: VersionBounds) -> str:
    """A version badge: "Python 3.5+", or two versions with a dash between them."""
    return "Python " + str(bounds).replace("-", "\u2013")


def band(elapsed_ms: int) -> tuple[int, str]:
    """The time band of a guess: its index in `TIME_BANDS` and its name."""
    for index, (end, name) in enumerate(TIME_BANDS):
        if end is None or elapsed_ms < end * 1000:
            return index, _(name)
    raise AssertionError("the last band has no end")


def percent(part: int, whole: int) -> str:
    """A share in whole per cent; "0%" of nothing."""
    return _("{number}%", number=round(100 * part / whole) if whole else 0)


def lines(count: int) -> str:
    """A number of lines of code."""
    return ngettext("{count} line", "{count} lines", count)


def guesses(count: int) -> str:
    """A number of guesses."""
    return ngettext("{count} guess", "{count} guesses", count)


def more_lines(count: int) -> str:
    """What stands below a snippet that is too long to draw."""
    if count < 1:
        return _("the rest is under \u201cCode as text\u201d")
    return ngettext(
        "{count} more line, under \u201cCode as text\u201d",
        "{count} more lines, under \u201cCode as text\u201d",
        count,
    )


def played(player_count: int, median_ms: int | None) -> str:
    """How many played a round, and how long half of them took at most."""
    if not player_count:
        return _(NOBODY)
    told = players(player_count)
    if median_ms is None:
        return told
    return _("{players} \u00b7 median {time}", players=told, time=seconds(median_ms))


def option(text: str, *, raises: bool) -> str:
    """An option on one line: line ends are shown as "⏎", the last one not at all."""
    if raises:
        return _("raises {exception}", exception=text)
    shown = text.removesuffix("\n").replace("\n", " \u23ce ")
    return shown or _(NO_OUTPUT)


def more_places(count: int) -> str:
    """What stands below a podium with more ties than fit."""
    return _("and {count} more with them", count=number(count))


def standing(rank: int | None, player_count: int, scope: str) -> str:
    """A player's place: "Place 4 of 187 players in this server"."""
    if rank is None:
        return _("No place {scope} yet", scope=_(scope))
    return ngettext(
        "Place {rank} of {count} player {scope}",
        "Place {rank} of {count} players {scope}",
        player_count,
        rank=number(rank),
        scope=_(scope),
    )


def of(part: int, whole: int) -> str:
    """A share in numbers: "171 of 214"; nothing of nothing."""
    return _("{part} of {whole}", part=number(part), whole=number(whole)) if whole else ""


def best(length: int) -> str:
    """The longest streak there was."""
    return _("best: {length}", length=number(length)) if length else ""


def day(index: int) -> str:
    """A round's headline on the share card."""
    return f"PEP Speedrun #{number(index)}"


def streak(length: int) -> str:
    """A streak in words; a streak of none is a beginning."""
    return _("{days} in a row", days=days(length)) if length else _("A new streak starts tomorrow")


def share(facts: ShareFacts) -> str:
    """The spoiler-free line: plain words and dots, nothing that only colour or a picture tells."""
    result = _(RESULT_RIGHT if facts.is_right else RESULT_WRONG)
    _index, name = band(facts.elapsed_ms)
    parts = (day(facts.day), f"PEP {facts.pep}", f"{result}, {name}", streak(facts.streak))
    return " \u00b7 ".join(parts)
