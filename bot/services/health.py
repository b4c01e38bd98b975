"""What waits or keeps speedruns from coming, as far as the bot's own records know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.health import NothingRuns, PuzzlesAside, RoundWaits
from bot.core.shards import ALL
from bot.services.truth import choose, set_aside_ids
from bot.storage.backlog import count_backlog
from bot.storage.guilds import load_settings
from bot.storage.lessons import list_set_aside
from bot.storage.round_lists import list_live_rounds

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.health import Backlog, Trouble
    from bot.core.rounds import Round
    from bot.core.shards import Shards
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

LATE_AFTER = timedelta(minutes=5)
"""Past the busiest minute's queue and the first retries; what waits longer needs a person."""


async def load_backlog(db: Database, now: datetime, shards: Shards = ALL) -> Backlog:
    """What is due in the guilds of those shards, and how much of it is late.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    return await db.read(lambda tx: count_backlog(tx, now, now - LATE_AFTER, shards))


async def round_problems(ctx: Context, guild_id: int, now: datetime) -> list[Trouble]:
    """Failed tries, puzzles set aside, no puzzle left to post."""

    def work(tx: Transaction) -> list[Round]:
        settings = load_settings(tx, guild_id)
        if settings is None:
            return []
        return list_live_rounds(tx, guild_id, settings.schedule.puzzle_date(now))

    troubles: list[Trouble] = [
        RoundWaits(round_.puzzle_date, round_.attempts, round_.last_error or "")
        for round_ in await ctx.db.read(work)
        if round_.attempts
    ]
    aside = sorted(set_aside_ids(ctx.library, await ctx.db.read(list_set_aside)))
    if aside:
        troubles.append(PuzzlesAside(tuple(aside)))
    if await choose(ctx, guild_id) is None:
        troubles.append(NothingRuns())
    return troubles
