"""Reminders: asked for, switched off, claimed before they are sent, and sent once.

A crash between claim and message loses that one; it never comes twice. The claim of one that
Discord did not take is given back, twice; the nonce that goes with it keeps a second try from
being a second message, should the first have got through after all.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from bot.core.errors import AnnounceFailed, InboxClosed, UnknownLesson
from bot.core.reminders import MAX_LATE, MAX_TRIES, RETRY_AFTER, AtTime, DueReminder
from bot.core.shards import ALL
from bot.services.lessons import lesson_of
from bot.services.schedules import settings_of
from bot.storage.reminders import (
    delete_closed,
    delete_reminder,
    list_closed_players,
    list_closing_due,
    list_reminders,
    list_timed_due,
    load_unplayed,
    mark_claimed,
    mark_due,
    mark_inbox_closed,
    mark_sent,
    mark_unsent,
    save_reminder,
)
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.core.lessons import Library
    from bot.core.ports import Courier
    from bot.core.reminders import Reminder
    from bot.core.rounds import Round
    from bot.core.shards import Shards
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

BATCH = 20
"""Claimed at a time: so many are lost at the most where the process is killed."""


class _End(Enum):
    """What became of a claimed reminder."""

    SENT = "sent"
    CLOSED = "closed"
    FAILED = "failed"


async def set_reminder(db: Database, reminder: Reminder, now: datetime) -> Reminder:
    """Save what a member asked for; the reminder with its next instant.

    Raises:
        GuildNotSetUp: Nothing is posted there that one could be reminded of.
    """
    if isinstance(reminder.when, AtTime):
        reminder = replace(reminder, due_at=reminder.when.next_after(now))

    def work(tx: Transaction) -> None:
        settings_of(tx, reminder.guild_id)
        save_reminder(tx, reminder)

    await db.write(work)
    log.info("reminder set player=%s guild=%s", reminder.player_id, reminder.guild_id)
    return reminder


async def reminders_of(db: Database, player_id: int) -> list[Reminder]:
    """The member's reminders that are on, in every guild."""
    return await db.read(lambda tx: list_reminders(tx, player_id))


async def zone_for(db: Database, player_id: int, guild_id: int) -> ZoneInfo:
    """The zone that a member's time is meant in: the one they chose last, or the guild's.

    Raises:
        GuildNotSetUp: The guild has no calendar.
    """

    def work(tx: Transaction) -> ZoneInfo:
        for reminder in list_reminders(tx, player_id):
            if isinstance(reminder.when, AtTime):
                return reminder.when.zone
        return settings_of(tx, guild_id).schedule.zone

    return await db.read(work)


async def switch_off(db: Database, player_id: int, guild_id: int) -> bool:
    """Remind the member of that guild no more; False where nothing was on."""
    return await db.write(lambda tx: delete_reminder(tx, player_id, guild_id))


async def players_to_tell(db: Database) -> set[int]:
    """Whose reminders a closed inbox switched off, and who does not know it yet."""
    return await db.read(list_closed_players)


async def claim_telling(db: Database, player_id: int) -> bool:
    """Whoever gets True tells the member that their reminders are off; once."""
    return await db.write(lambda tx: delete_closed(tx, player_id))


async def send_reminders(
    db: Database,
    library: Library,
    courier: Courier,
    now: datetime,
    *,
    is_stopping: Callable[[], bool],
    shards: Shards = ALL,
) -> set[int]:
    """Send what is due in those shards' guilds, in batches; the members whose inbox was closed."""
    closed: set[int] = set()
    while not is_stopping() and await db.read(lambda tx: _is_anything_due(tx, now, shards)):
        claimed = await db.write(lambda tx: _claim(tx, now, shards))
        due = [
            DueReminder(reminder.player_id, reminder.language, round_, title)
            for reminder, round_ in claimed
            for title in [await _title(db, library, round_)]
        ]
        ends = await asyncio.gather(*(_send(db, courier, one, now) for one in due))
        closed |= {one.player_id for one, end in zip(due, ends, strict=True) if end is _End.CLOSED}
        if _End.FAILED in ends:
            # Discord has its troubles: the rest comes a minute later, and so does this one.
            break
    return closed


def _is_anything_due(tx: Transaction, now: datetime, shards: Shards) -> bool:
    return bool(list_timed_due(tx, now, 1, shards) or list_closing_due(tx, now, 1, shards))


def _claim(tx: Transaction, now: datetime, shards: Shards) -> list[tuple[Reminder, Round]]:
    """Claim what is due, and say when each comes next."""
    claimed = []
    for reminder in list_timed_due(tx, now, BATCH, shards):
        when, due_at = reminder.when, reminder.due_at
        if not isinstance(when, AtTime) or due_at is None:  # pragma: no cover  (the query's)
            continue
        mark_due(tx, reminder, when.next_after(now))
        round_ = load_unplayed(tx, reminder, now) if now - due_at <= MAX_LATE else None
        if round_ is not None:
            claimed.append((reminder, round_))
    for reminder, round_id in list_closing_due(tx, now, BATCH, shards):
        round_ = load_round(tx, round_id)
        if round_ is not None:
            claimed.append((reminder, round_))
    # Two rounds of one date are one reminder: the first of them claims it.
    return [
        (reminder, round_)
        for reminder, round_ in claimed
        if mark_claimed(tx, reminder.player_id, reminder.guild_id, round_.puzzle_date)
    ]


async def _send(db: Database, courier: Courier, due: DueReminder, now: datetime) -> _End:
    """Send one, and record what became of it."""
    player_id, guild_id = due.player_id, due.round.guild_id
    try:
        await courier.remind(due)
    except InboxClosed:
        await db.write(lambda tx: mark_inbox_closed(tx, player_id, now))
        log.info("reminders of player=%s are off: Discord takes no message for them", player_id)
        return _End.CLOSED
    except AnnounceFailed as failure:
        log.warning("reminder player=%s guild=%s failed: %s", player_id, guild_id, failure)
        day, retry_at = due.round.puzzle_date, now + RETRY_AFTER
        await db.write(lambda tx: mark_unsent(tx, player_id, guild_id, day, retry_at, MAX_TRIES))
        return _End.FAILED
    await db.write(lambda tx: mark_sent(tx, player_id, guild_id))
    return _End.SENT


async def _title(db: Database, library: Library, round_: Round) -> str:
    try:
        lesson, _ = await lesson_of(db, library, round_)
    except UnknownLesson:
        return ""
    return lesson.title
