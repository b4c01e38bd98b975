"""When a schedule's next post is due, kept beside it: the ticker looks there for what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.storage.guilds import load_settings, mark_next_post
from bot.storage.rounds import load_round_of_date

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.settings import GuildSettings
    from bot.storage.database import Transaction


def replan(
    tx: Transaction,
    guild_id: int,
    slot: int,
    now: datetime,
    *,
    owed_after: timedelta = timedelta(0),
) -> None:
    """Plan a schedule as it is by now: moderators change it while its rounds are worked at."""
    settings = load_settings(tx, guild_id, slot)
    if settings is not None:
        plan_next(tx, settings, now, owed_after=owed_after)


def plan_next(
    tx: Transaction, settings: GuildSettings, now: datetime, *, owed_after: timedelta = timedelta(0)
) -> None:
    """Record when the next post is due; one that is owed already, after ``owed_after``."""
    guild_id, slot = settings.guild_id, settings.slot
    owed = settings.schedule.owed_date(now)
    if owed is not None and load_round_of_date(tx, guild_id, owed, slot) is None:
        mark_next_post(tx, guild_id, slot, now + owed_after)
    else:
        mark_next_post(tx, guild_id, slot, settings.schedule.next_post_after(now))
