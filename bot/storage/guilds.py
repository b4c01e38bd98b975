"""The ``guilds`` table: what each server has set up."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.schedule import Schedule
from bot.core.settings import CodeView, GuildSettings
from bot.storage.values import from_ms, to_ms, to_ms_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Row, Transaction


def save_settings(
    tx: Transaction, settings: GuildSettings, *, next_post_at: datetime | None, now: datetime
) -> None:
    """Insert or replace a guild's settings."""
    schedule = settings.schedule
    open_minutes = None
    if schedule.open_for is not None:
        open_minutes = schedule.open_for // timedelta(minutes=1)
    tx.execute(
        """
        INSERT INTO guilds (guild_id, channel_id, post_time, time_zone, weekdays, open_minutes,
                            is_paused, effective_at, next_post_at, code_view, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (guild_id) DO UPDATE SET
            channel_id = excluded.channel_id, post_time = excluded.post_time,
            time_zone = excluded.time_zone, weekdays = excluded.weekdays,
            open_minutes = excluded.open_minutes, is_paused = excluded.is_paused,
            effective_at = excluded.effective_at, next_post_at = excluded.next_post_at,
            code_view = excluded.code_view, updated_at = excluded.updated_at
        """,
        settings.guild_id,
        settings.channel_id,
        schedule.post_time.strftime("%H:%M"),
        schedule.zone.key,
        "".join(str(day) for day in sorted(schedule.weekdays)),
        open_minutes,
        int(schedule.is_paused),
        to_ms(schedule.effective_from),
        to_ms_or_none(next_post_at),
        settings.code,
        to_ms(now),
    )


def mark_next_post(tx: Transaction, guild_id: int, next_post_at: datetime | None) -> None:
    """Record when the guild's next post is due."""
    tx.execute(
        "UPDATE guilds SET next_post_at = ?2 WHERE guild_id = ?1",
        guild_id,
        to_ms_or_none(next_post_at),
    )


def load_settings(tx: Transaction, guild_id: int) -> GuildSettings | None:
    """One guild's settings, or None where it was never set up."""
    row = tx.one("SELECT * FROM guilds WHERE guild_id = ?1", guild_id)
    return None if row is None else _settings(row)


def list_guild_ids(tx: Transaction) -> list[int]:
    """Every guild that was set up."""
    return [row[0] for row in tx.all("SELECT guild_id FROM guilds ORDER BY guild_id")]


def list_guilds_due(tx: Transaction, now: datetime) -> list[int]:
    """The guilds whose post is due, or that have a round to move on, by ``now``."""
    rows = tx.all(
        """
        SELECT guild_id FROM guilds WHERE next_post_at <= ?1
        UNION
        SELECT guild_id FROM rounds
        WHERE state IN ('reserved', 'open', 'scored')
          AND (state <> 'open' OR closes_at <= ?1)
          AND (retry_at IS NULL OR retry_at <= ?1)
        ORDER BY guild_id
        """,
        to_ms(now),
    )
    return [row[0] for row in rows]


def _settings(row: Row) -> GuildSettings:
    minutes = row["open_minutes"]
    schedule = Schedule(
        post_time=time.fromisoformat(row["post_time"]),
        zone=ZoneInfo(row["time_zone"]),
        weekdays=frozenset(int(digit) for digit in row["weekdays"]),
        open_for=None if minutes is None else timedelta(minutes=minutes),
        is_paused=bool(row["is_paused"]),
        effective_from=from_ms(row["effective_at"]),
    )
    code = CodeView(row["code_view"])
    return GuildSettings(row["guild_id"], row["channel_id"], schedule, code)
