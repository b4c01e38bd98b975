"""The ``schedules`` and ``weekday_wishes`` tables: what each server has set up."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.lessons import Level
from bot.core.schedule import Schedule
from bot.core.selection import Wish
from bot.core.settings import CodeView, GuildSettings
from bot.core.shards import ALL
from bot.storage.seasons import IS_DUE
from bot.storage.values import from_ms, to_ms, to_ms_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.shards import Shards
    from bot.storage.database import Row, Transaction


def save_settings(
    tx: Transaction, settings: GuildSettings, *, next_post_at: datetime | None, now: datetime
) -> None:
    """Insert or replace one schedule of a guild."""
    schedule = settings.schedule
    open_minutes = None
    if schedule.open_for is not None:
        open_minutes = schedule.open_for // timedelta(minutes=1)
    tx.execute(
        """
        INSERT INTO schedules (guild_id, slot, channel_id, post_time, time_zone, weekdays,
                               open_minutes, is_paused, effective_at, next_post_at, code_view,
                               level, topic, role_id, has_thread, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        ON CONFLICT (guild_id, slot) DO UPDATE SET
            channel_id = excluded.channel_id, post_time = excluded.post_time,
            time_zone = excluded.time_zone, weekdays = excluded.weekdays,
            open_minutes = excluded.open_minutes, is_paused = excluded.is_paused,
            effective_at = excluded.effective_at, next_post_at = excluded.next_post_at,
            code_view = excluded.code_view, level = excluded.level, topic = excluded.topic,
            role_id = excluded.role_id, has_thread = excluded.has_thread,
            updated_at = excluded.updated_at
        """,
        settings.guild_id,
        settings.slot,
        settings.channel_id,
        schedule.post_time.strftime("%H:%M"),
        schedule.zone.key,
        "".join(str(day) for day in sorted(schedule.weekdays)),
        open_minutes,
        int(schedule.is_paused),
        to_ms(schedule.effective_from),
        to_ms_or_none(next_post_at),
        settings.code,
        settings.wish.level,
        settings.wish.topic,
        settings.role_id,
        int(settings.has_thread),
        to_ms(now),
    )
    _delete_wishes(tx, settings.guild_id, settings.slot)
    for weekday, wish in settings.weekday_wishes:
        tx.execute(
            "INSERT INTO weekday_wishes (guild_id, slot, weekday, level, topic) "
            "VALUES (?1, ?2, ?3, ?4, ?5)",
            settings.guild_id,
            settings.slot,
            weekday,
            wish.level,
            wish.topic,
        )


def delete_settings(tx: Transaction, guild_id: int, slot: int) -> bool:
    """Remove one schedule; False where there is none. Its rounds stay."""
    _delete_wishes(tx, guild_id, slot)
    sql = "DELETE FROM schedules WHERE guild_id = ?1 AND slot = ?2"
    return tx.execute(sql, guild_id, slot) == 1


def mark_next_post(
    tx: Transaction, guild_id: int, slot: int, next_post_at: datetime | None
) -> None:
    """Record when the schedule's next post is due."""
    tx.execute(
        "UPDATE schedules SET next_post_at = ?3 WHERE guild_id = ?1 AND slot = ?2",
        guild_id,
        slot,
        to_ms_or_none(next_post_at),
    )


def load_settings(tx: Transaction, guild_id: int, slot: int | None = None) -> GuildSettings | None:
    """One schedule of a guild, its first where no ``slot`` is given; None where there is none."""
    found = list_settings(tx, guild_id)
    return next((one for one in found if slot in (None, one.slot)), None)


def has_schedule(tx: Transaction, guild_id: int) -> bool:
    """Whether the guild has a schedule, even one that can't be read on this host."""
    return tx.scalar("SELECT 1 FROM schedules WHERE guild_id = ?1 LIMIT 1", guild_id) is not None


def list_settings(tx: Transaction, guild_id: int) -> list[GuildSettings]:
    """A guild's schedules by slot; none where it was never set up."""
    rows = tx.all("SELECT * FROM schedules WHERE guild_id = ?1 ORDER BY slot", guild_id)
    if not rows:
        return []
    wishes: dict[int, list[tuple[int, Wish]]] = {}
    for row in tx.all(
        "SELECT * FROM weekday_wishes WHERE guild_id = ?1 ORDER BY slot, weekday", guild_id
    ):
        wishes.setdefault(row["slot"], []).append((row["weekday"], _wish(row)))
    return [_settings(row, tuple(wishes.get(row["slot"], ()))) for row in rows]


def list_guild_ids(tx: Transaction, shards: Shards = ALL) -> list[int]:
    """Every guild of those shards that was set up."""
    rows = tx.all(
        f"SELECT DISTINCT guild_id FROM schedules WHERE {of_shards(shards)} ORDER BY guild_id"  # noqa: S608
    )
    return [row[0] for row in rows]


def list_channels(tx: Transaction) -> list[tuple[int, int]]:
    """Every channel that speedruns go to: a guild's id and the channel's."""
    rows = tx.all("SELECT DISTINCT guild_id, channel_id FROM schedules ORDER BY 1, 2")
    return [(row[0], row[1]) for row in rows]


def list_guilds_due(tx: Transaction, now: datetime, shards: Shards = ALL) -> list[int]:
    """Those shards' guilds with a post that is due, or a round or season to move on, by ``now``."""
    rows = tx.all(
        f"""
        SELECT guild_id FROM schedules WHERE next_post_at <= ?1 AND {of_shards(shards)}
        UNION
        SELECT guild_id FROM rounds
        WHERE state IN ('reserved', 'open', 'scored')
          AND (state <> 'open' OR closes_at <= ?1)
          AND (retry_at IS NULL OR retry_at <= ?1) AND {of_shards(shards)}
        UNION
        SELECT guild_id FROM seasons WHERE {IS_DUE} AND {of_shards(shards)}
        ORDER BY guild_id
        """,  # noqa: S608  (constants, and numbers of ours)
        to_ms(now),
    )
    return [row[0] for row in rows]


def of_shards(shards: Shards, column: str = "guild_id") -> str:
    """The condition that a row's guild is one of those shards': as `bot.core.shards.shard_of`."""
    if shards.ids is None:
        return "1 = 1"
    return f"({column} >> 22) % {shards.count:d} IN ({', '.join(map(str, shards.ids))})"


def _delete_wishes(tx: Transaction, guild_id: int, slot: int) -> None:
    tx.execute("DELETE FROM weekday_wishes WHERE guild_id = ?1 AND slot = ?2", guild_id, slot)


def _settings(row: Row, weekday_wishes: tuple[tuple[int, Wish], ...]) -> GuildSettings:
    minutes = row["open_minutes"]
    schedule = Schedule(
        post_time=time.fromisoformat(row["post_time"]),
        zone=ZoneInfo(row["time_zone"]),
        weekdays=frozenset(int(digit) for digit in row["weekdays"]),
        open_for=None if minutes is None else timedelta(minutes=minutes),
        is_paused=bool(row["is_paused"]),
        effective_from=from_ms(row["effective_at"]),
    )
    return GuildSettings(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        schedule=schedule,
        code=CodeView(row["code_view"]),
        slot=row["slot"],
        wish=_wish(row),
        weekday_wishes=weekday_wishes,
        role_id=row["role_id"],
        has_thread=bool(row["has_thread"]),
    )


def _wish(row: Row) -> Wish:
    level = row["level"]
    return Wish(None if level is None else Level(level), row["topic"])
