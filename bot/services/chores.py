"""What has to be done now and then, whatever the guilds' rounds are at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.services.privacy import forget_departed_guilds, forget_due_players

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.context import Context

CHORES_EVERY = timedelta(hours=1)


async def do_chores(ctx: Context, now: datetime) -> None:
    """Forget whom and what is due to be forgotten."""
    await forget_due_players(ctx.db, now)
    await forget_departed_guilds(ctx.db, now, ctx.keep_departed)
