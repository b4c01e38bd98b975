"""The ``guild_options`` table: what moderators switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.options import GuildOptions, format_option, options_from
from bot.storage.values import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction


def load_options(tx: Transaction, guild_id: int) -> GuildOptions:
    """The guild's options; the defaults where nothing was changed."""
    rows = tx.all("SELECT name, value FROM guild_options WHERE guild_id = ?1", guild_id)
    return options_from({row["name"]: row["value"] for row in rows})


def save_option(tx: Transaction, guild_id: int, name: str, value: object, now: datetime) -> None:
    """Insert or replace one option; ``value`` is of the type of its field."""
    tx.execute(
        """
        INSERT INTO guild_options (guild_id, name, value, updated_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (guild_id, name) DO UPDATE SET
            value = excluded.value, updated_at = excluded.updated_at
        """,
        guild_id,
        name,
        format_option(value),
        to_ms(now),
    )
