"""Every text that stands in a picture or its alt text, in one place and one voice.

Plain functions of plain values, so that a translation can take their place. No drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.pictures.facts import DayMark
from bot.rendering.pictures.theme import Mark
from bot.rendering.text import seconds

if TYPE_CHECKING:
    from bot.core.versions import VersionBounds
    from bot.rendering.pictures.facts import ShareFacts

BEFORE = "Before"
AFTER = "After"
MARKS = {Mark.REMOVED: "gone", Mark.CHANGED: "changed", Mark.ADDED: "new"}
GUESSED = "What was guessed"
RIGHT = "right"
NOBODY = "Nobody guessed this time."
NO_PODIUM = "Nobody had it right this time."
PODIUM = "Podium"
NO_NAME = "(name not shown)"
NO_OUTPUT = "(prints nothing)"
POINTS = "points"
ACCURACY = "right"
MEDIAN = "median time"
STREAK = "streak"
YEAR = "The last 12 months"
STRONGEST = "Strongest"
WEAKEST = "Worth a review"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ((0, "M"), (2, "W"), (4, "F"))
"""Rows of the heatmap that bear an initial; the weeks begin on Monday."""
DAYS = {
    DayMark.RIGHT: "right",
    DayMark.WRONG: "wrong",
    DayMark.FREEZE: "freeze",
    DayMark.NONE: "not played",
}
RESULT_RIGHT = "Right"
RESULT_WRONG = "Not this time"

_BANDS = ((10, "under 10 s"), (20, "10\u201320 s"), (30, "20\u201330 s"), (60, "30\u201360 s"))
_BANDS_AFTER = ((120, "1\u20132 min"), (300, "2\u20135 min"))
TIME_BANDS = (*_BANDS, *_BANDS_AFTER, (None, "over 5 min"))
"""Upper ends in seconds (not included) and names; bands, so that a share gives no time to copy."""


def python(bounds: VersionBounds) -> str:
    """A version badge: "Python 3.5+", or two versions with a dash between them."""
    return "Python " + str(bounds).replace("-", "\u2013")


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 guess", "1,204 guesses"."""
    return f"{number:,} {one if number == 1 else many}"


def band(elapsed_ms: int) -> tuple[int, str]:
    """The time band of a guess: its index in `TIME_BANDS` and its name."""
    for index, (end, name) in enumerate(TIME_BANDS):
        if end is None or elapsed_ms < end * 1000:
            return index, name
    raise AssertionError("the last band has no end")


def percent(part: int, whole: int) -> str:
    """A share in whole per cent; "0%" of nothing."""
    return f"{round(100 * part / whole) if whole else 0}%"


def more_lines(number: int) -> str:
    """What stands below a snippet that is too long to draw."""
    if number < 1:
        return "the rest is under \u201cCode as text\u201d"
    return f"{count(number, 'more line', 'more lines')}, under \u201cCode as text\u201d"


def played(players: int, median_ms: int | None) -> str:
    """How many played a round, and how long half of them took at most."""
    if not players:
        return NOBODY
    told = count(players, "player", "players")
    return told if median_ms is None else f"{told} \u00b7 median {seconds(median_ms)}"


def option(text: str, *, raises: bool) -> str:
    """An option on one line: line ends are shown as "⏎", the last one not at all."""
    if raises:
        return f"raises {text}"
    shown = text.removesuffix("\n").replace("\n", " \u23ce ")
    return shown or NO_OUTPUT


def more_places(number: int) -> str:
    """What stands below a podium with more ties than fit."""
    return f"and {number:,} more with them"


def standing(rank: int | None, players: int, scope: str) -> str:
    """A player's place: "4th of 187 in this server"."""
    if rank is None:
        return f"No place in {scope} yet"
    return f"{ordinal(rank)} of {count(players, 'player', 'players')} in {scope}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in {11, 12, 13} else ending}"


def of(part: int, whole: int) -> str:
    """A share in numbers: "171 of 214"; nothing of nothing."""
    return f"{part:,} of {whole:,}" if whole else ""


def days(number: int) -> str:
    """A number of days."""
    return count(number, "day", "days")


def best(number: int) -> str:
    """The longest streak there was."""
    return f"best: {number:,}" if number else ""


def day(number: int) -> str:
    """A round's headline on the share card."""
    return f"PEP Speedrun #{number:,}"


def streak(number: int) -> str:
    """A streak in words; a streak of none is a beginning."""
    return f"{days(number)} in a row" if number else "A new streak starts tomorrow"


def share(facts: ShareFacts) -> str:
    """The spoiler-free line: plain words and dots, nothing that only colour or a picture tells."""
    result = RESULT_RIGHT if facts.is_right else RESULT_WRONG
    _index, name = band(facts.elapsed_ms)
    parts = [day(facts.day), f"PEP {facts.pep}", f"{result.lower()}, {name}"]
    return " \u00b7 ".join((*parts, streak(facts.streak).lower()))
