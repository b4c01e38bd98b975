"""Whether others see a member on boards, everywhere or nowhere; and by what name, globally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage import hidden

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database

MAX_NAME = 32
"""Discord's own limit."""


async def hide_from_boards(db: Database, player_id: int, now: datetime) -> None:
    """Take a member off every board, in every server; they see their own row all the same."""
    await db.write(lambda tx: hidden.insert_hidden(tx, player_id, now))


async def show_on_boards(db: Database, player_id: int) -> None:
    """Put a member back on the boards, with all that they have earned."""
    await db.write(lambda tx: hidden.delete_hidden(tx, player_id))


async def keep_name(db: Database, player_id: int, name: str) -> None:
    """Keep the name by which the global board shows a member; none of who hides."""
    await db.write(lambda tx: hidden.save_name(tx, player_id, name[:MAX_NAME]))


async def hides_from_boards(db: Database, player_id: int) -> bool:
    """Whether the member hides."""
    return await db.read(lambda tx: hidden.is_hidden(tx, player_id))
