"""Streaks and freezes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.streaks import FREEZE_DAYS, MAX_FREEZES
from bot.rendering.language import _, day, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.core.results import GuessReceipt, Profile

_NEAR_DAYS = 7


def result_lines(receipt: GuessReceipt) -> list[str]:
    """What became of the freezes with this guess: one that covered a date, one that was earned."""
    lines = [covered(receipt.covered, receipt.round.puzzle_date)] if receipt.covered else []
    streak = receipt.streak
    if receipt.is_first_of_date and streak.freezes and streak.saved_days % FREEZE_DAYS == 0:
        lines.append(
            ngettext(
                "❄ Seven days played: you have earned a freeze, and hold {count}.",
                "❄ Seven days played: you have earned a freeze, and hold {count}.",
                streak.freezes,
            )
        )
    return lines


def profile_lines(profile: Profile) -> list[str]:
    """The freezes that are held, what the next one takes, and the dates that wait to be told."""
    now, streak = profile.streak_now, profile.streak
    if not now.length:
        return []
    lines = [covered(now.covered, profile.today)] if now.covered else []
    held = ngettext("❄ {count} freeze held", "❄ {count} freezes held", now.freezes)
    if now.freezes >= MAX_FREEZES:
        return [*lines, held]
    left = FREEZE_DAYS - streak.saved_days % FREEZE_DAYS
    more = ngettext("the next in {count} day played", "the next in {count} days played", left)
    return [*lines, f"{held}, {more}"]


def covered(dates: Sequence[date], today: date) -> str:
    """The dates that freezes covered: "❄ A freeze covered Tuesday, so your streak goes on."."""
    names = [_date(missed, today) for missed in dates]
    if len(names) == 1:
        return _("❄ A freeze covered {date}, so your streak goes on.", date=names[0])
    return _(
        "❄ Freezes covered {dates} and {last}, so your streak goes on.",
        dates=", ".join(names[:-1]),
        last=names[-1],
    )


def kept(count: int) -> str:
    """How many streaks outlived a date by a freeze."""
    return ngettext(
        "❄ A freeze kept {count} streak of a member who missed it.",
        "❄ Freezes kept {count} streaks of members who missed it.",
        count,
    )


def _date(missed: date, today: date) -> str:
    """A day of the week where that says which; else the date."""
    if 0 < (today - missed).days < _NEAR_DAYS:
        names = (
            *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")),
            *(_("Saturday"), _("Sunday")),
        )
        return names[missed.weekday()]
    return day(missed, has_year=False)
