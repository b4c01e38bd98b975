"""Cards that moderators see, with made-up facts: the set-up, the queue, fair play; and a season."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.drafts import Draft
from bot.core.fairplay import FairPlay, FastPlayer, SamePair
from bot.core.queue import Day, Planned
from bot.core.schedule import Schedule
from bot.core.seasons import Season, SeasonFacts, SeasonState
from bot.core.selection import Pick
from bot.core.settings import GuildSettings
from bot.core.versions import PythonVersion
from bot.rendering.fairplay import fairplay_card
from bot.rendering.queue import queue_card, queue_day_card
from bot.rendering.seasons import season_card
from bot.rendering.setup import Page, setup_card, welcome_card
from scripts.kinds import GUILD, board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Library
    from bot.rendering.cards import Card


def steering(library: Library, ids: Sequence[int], channel_id: int) -> dict[str, Card]:
    """From the first hello to the end of a month."""
    now = datetime.now(UTC)
    zone = ZoneInfo("Europe/Berlin")
    schedule = Schedule(
        time(9, 0), zone, frozenset(range(5)), None, is_paused=False, effective_from=now
    )
    draft = Draft(GuildSettings(GUILD, channel_id, schedule))
    days = [
        Planned(
            Day(draft.settings, date(2026, 11, 30) + timedelta(n), now + timedelta(n)),
            Pick(lesson, lesson.puzzles[0], PythonVersion(3, 13)),
            is_queued=n == 1,
        )
        for n, lesson in enumerate(list(library)[:10])
    ]
    fast = (FastPlayer(ids[4], 14, 13, 3.6, 0.000001),)
    pairs = (SamePair(ids[5], ids[6], 18, 7, 4_200),)
    season = Season(1, GUILD, date(2026, 11, 1), SeasonState.POSTED, players=187)
    rows = board(ids).standings
    return {
        "welcome": welcome_card(),
        **{f"setup-{page}": setup_card(draft, page) for page in Page},
        "queue": queue_card(days, 0),
        "queue-day": queue_day_card(days[1], days),
        "fairplay": fairplay_card(FairPlay(30, 2_412, fast, pairs)),
        "season": season_card(SeasonFacts(season, rows, rows[4])),
    }
