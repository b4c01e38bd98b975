"""Small facts that the bot keeps about itself between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.state import load_state, save_state

if TYPE_CHECKING:
    from bot.storage.database import Database


async def recall(db: Database, key: str) -> str | None:
    """What was remembered under that key, or None."""
    return await db.read(lambda tx: load_state(tx, key))


async def remember(db: Database, key: str, value: str) -> None:
    """Keep a value under a key, in place of an earlier one."""
    await db.write(lambda tx: save_state(tx, key, value))
