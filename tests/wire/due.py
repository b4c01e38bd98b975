"""Guilds whose round is due at once, written as a moderator's setup would; no bot is running."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.config import bundled
from bot.core.schedule import ALL_WEEKDAYS
from bot.core.settings import CodeView
from bot.services.schedules import set_up_guild
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .state import Guild


def noon_zone(now: datetime) -> ZoneInfo:
    """A zone in which it is about noon: the round of a date that is over is not posted."""
    return ZoneInfo(f"Etc/GMT{now.hour - 12:+d}" if now.hour != 12 else "Etc/GMT")


async def make_due(
    database: Path, guilds: Iterable[Guild], *, views: Iterable[CodeView] = ()
) -> None:
    """Set each guild up, with its first channel and a post that was due this morning."""
    now = datetime.now(UTC)
    chosen = iter(views)
    async with open_database(database) as db:
        await migrate(db, load_migrations(bundled("migrations")), now)
        for guild in guilds:
            await set_up_guild(
                db,
                guild_id=guild.id,
                channel_id=next(iter(guild.channels)),
                post_time=time(9),
                zone=noon_zone(now),
                weekdays=ALL_WEEKDAYS,
                open_for=None,
                now=now - timedelta(days=1),
                code=next(chosen, CodeView.TEXT),
            )
