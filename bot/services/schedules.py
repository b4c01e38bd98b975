"""A guild's daily schedules: set up, change, remove, pause; and what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import GuildNotSetUp, InvalidSetting
from bot.core.results import SetUp
from bot.core.rounds import RoundState
from bot.core.schedule import Schedule
from bot.core.settings import MAIN_SLOT, MAX_SLOTS, CodeView, GuildSettings, Manner
from bot.core.wording import later
from bot.services.audit import record
from bot.services.options import adopt_language
from bot.storage.guilds import (
    delete_settings,
    has_schedule,
    list_settings,
    load_settings,
    save_settings,
)
from bot.storage.options import load_options
from bot.storage.queue import delete_queue_until
from bot.storage.round_lists import list_live_rounds
from bot.storage.rounds import mark_closing, mark_retry_now, mark_void

if TYPE_CHECKING:
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from bot.storage.database import Database, Transaction


async def set_up_guild(
    db: Database,
    *,
    guild_id: int,
    channel_id: int,
    post_time: time,
    zone: ZoneInfo,
    weekdays: frozenset[int],
    open_for: timedelta | None,
    now: datetime,
    code: CodeView = CodeView.PICTURE,
    slot: int = MAIN_SLOT,
    by: int | None = None,
) -> SetUp:
    """Save a plain schedule, in place of what the slot had; see `save_schedule`."""
    schedule = Schedule(post_time, zone, weekdays, open_for, is_paused=False, effective_from=now)
    settings = GuildSettings(guild_id, channel_id, schedule, code, slot)
    return await save_schedule(db, settings, now, by=by)


async def save_schedule(
    db: Database,
    settings: GuildSettings,
    now: datetime,
    *,
    by: int | None = None,
    is_kept: bool = False,
    spoken: str = "",
) -> SetUp:
    """Save one schedule and switch its rounds on; posts due before ``now`` are not owed.

    ``by`` is who asked for it, here and below: the moderator, or None for the bot's owner.
    ``is_kept`` leaves pauses and debts as they are: what is changed has nothing to do with them.
    ``spoken`` is Discord's name of the server's own language: with its first schedule, the server
    begins in it.

    Raises:
        InvalidSetting: A guild has no such slot.
    """

    def work(tx: Transaction) -> SetUp:
        if not has_schedule(tx, settings.guild_id):
            adopt_language(tx, settings.guild_id, spoken, now, by=by)
        return change_schedule(tx, settings, now, by=by, is_kept=is_kept)

    return await db.write(work)


def change_schedule(
    tx: Transaction, settings: GuildSettings, now: datetime, *, by: int | None, is_kept: bool
) -> SetUp:
    """As `save_schedule`, in the caller's transaction.

    Raises:
        InvalidSetting: A guild has no such slot.
    """
    if not MAIN_SLOT <= settings.slot <= MAX_SLOTS:
        raise InvalidSetting(
            "schedule",
            later("there is no schedule {slot}"),
            later("choose 1 to {most}"),
            slot=settings.slot,
            most=MAX_SLOTS,
        )
    schedule = replace(settings.schedule, is_paused=False, effective_from=now)
    switched_on = settings if is_kept else replace(settings, schedule=schedule)
    record(
        tx,
        settings.guild_id,
        Deed.SET_UP,
        now,
        by=by,
        subject=f"schedule {settings.slot}",
        before=_summary_of(tx, settings.guild_id, settings.slot),
        after=summary(switched_on),
    )
    return _save(tx, switched_on, now)


def _summary_of(tx: Transaction, guild_id: int, slot: int) -> str | None:
    try:
        found = load_settings(tx, guild_id, slot)
    except (ValueError, KeyError):
        # A time zone that this host lacks: setting up again is the way out, and must be open.
        return "settings that can't be read"
    return None if found is None else summary(found)


async def remove_schedule(
    db: Database, guild_id: int, slot: int, now: datetime, *, by: int | None = None
) -> None:
    """Remove one schedule of several; its open round ends now, one not yet posted is given up.

    Raises:
        GuildNotSetUp: The guild has none.
        InvalidSetting: It has no such schedule, or no other.
    """

    def work(tx: Transaction) -> None:
        found = settings_of(tx, guild_id, slot)
        if len(list_settings(tx, guild_id)) == 1:
            raise InvalidSetting(
                "schedule",
                later("it is the only one"),
                later("pause it instead: `/speedrun-admin pause`"),
            )
        drop_schedule(tx, found, now)
        record(
            tx,
            guild_id,
            Deed.SCHEDULE_REMOVED,
            now,
            by=by,
            subject=f"schedule {slot}",
            before=summary(found),
        )

    await db.write(work)


def drop_schedule(tx: Transaction, settings: GuildSettings, now: datetime) -> None:
    """Take a schedule out, with what is planned for it; its open round ends."""
    guild_id, slot = settings.guild_id, settings.slot
    delete_settings(tx, guild_id, slot)
    delete_queue_until(tx, guild_id, slot, date.max)
    for round_ in list_live_rounds(tx, guild_id, settings.schedule.puzzle_date(now)):
        if round_.slot == slot and round_.state is RoundState.OPEN:
            mark_closing(tx, round_.id, now)
        elif round_.slot == slot and round_.state is RoundState.RESERVED:
            mark_void(tx, round_.id, "its schedule was removed")


async def set_paused(
    db: Database,
    guild_id: int,
    now: datetime,
    *,
    is_paused: bool,
    until: date | None = None,
    by: int | None = None,
) -> tuple[SetUp, ...]:
    """Pause or resume all of a guild's schedules; what falls due during the pause is not owed.

    A pause ``until`` a date ends by itself as that date begins, in each schedule's zone.

    Raises:
        GuildNotSetUp: There is nothing to pause.
        InvalidSetting: The date is not ahead.
    """

    def work(tx: Transaction) -> tuple[SetUp, ...]:
        found = list_settings(tx, guild_id)
        if not found:
            raise GuildNotSetUp
        deed = Deed.PAUSE if is_paused else Deed.RESUME
        if until is not None and until <= found[0].schedule.puzzle_date(now):
            raise InvalidSetting(
                "until",
                later("{given} is not ahead"),
                later("choose a later day"),
                given=str(until),
            )
        after = None if until is None else f"until {until}"
        record(tx, guild_id, deed, now, by=by, after=after)
        is_endless = is_paused and until is None
        saved = []
        for settings in found:
            begin = now if until is None else settings.schedule.beginning_of(until)
            schedule = replace(settings.schedule, is_paused=is_endless, effective_from=begin)
            saved.append(_save(tx, replace(settings, schedule=schedule), now))
        return tuple(saved)

    return await db.write(work)


async def load_set_up(db: Database, guild_id: int, now: datetime, slot: int | None = None) -> SetUp:
    """One schedule of a guild, its first where no ``slot`` is given, and its next post.

    Raises:
        GuildNotSetUp: It has none.
        InvalidSetting: It has no such one.
    """

    def work(tx: Transaction) -> SetUp:
        settings = settings_of(tx, guild_id, slot)
        return SetUp(settings, settings.schedule.next_post_after(now))

    return await db.read(work)


async def list_set_ups(db: Database, guild_id: int, now: datetime) -> tuple[SetUp, ...]:
    """Every schedule of a guild with its next post; none where it was never set up."""
    found = await db.read(lambda tx: list_settings(tx, guild_id))
    return tuple(SetUp(one, one.schedule.next_post_after(now)) for one in found)


async def manner_of(db: Database, guild_id: int, slot: int) -> Manner:
    """How that schedule's messages go out; as in a new server where there is none."""

    def work(tx: Transaction) -> Manner:
        language = load_options(tx, guild_id).language
        settings = load_settings(tx, guild_id, slot)
        if settings is None:
            return Manner(language)
        return Manner(language, settings.code, settings.role_id, settings.has_thread)

    return await db.read(work)


async def code_view(db: Database, guild_id: int, slot: int | None = None) -> CodeView:
    """How that schedule's posts show code; as pictures where there is none."""
    settings = await db.read(lambda tx: load_settings(tx, guild_id, slot))
    return CodeView.PICTURE if settings is None else settings.code


def settings_of(tx: Transaction, guild_id: int, slot: int | None = None) -> GuildSettings:
    """One schedule of a guild, its first where no ``slot`` is given.

    Raises:
        GuildNotSetUp: It has none.
        InvalidSetting: It has no such one.
    """
    found = list_settings(tx, guild_id)
    if not found:
        raise GuildNotSetUp
    for settings in found:
        if slot in (None, settings.slot):
            return settings
    known = ", ".join(str(settings.slot) for settings in found)
    raise InvalidSetting(
        "schedule",
        later("there is no schedule {slot}"),
        later("choose one of {known}"),
        slot=slot,
        known=known,
    )


def summary(settings: GuildSettings) -> str:
    """The settings on one line, for the audit log."""
    schedule = settings.schedule
    hours = (
        "next" if schedule.open_for is None else f"{schedule.open_for.total_seconds() / 3600:g} h"
    )
    days = "".join(str(day) for day in sorted(schedule.weekdays))
    facts = [
        f"channel {settings.channel_id}",
        f"{schedule.post_time:%H:%M} {schedule.zone.key}",
        f"weekdays {days}",
        f"open {hours}",
        f"code {settings.code}",
    ]
    wishes = [(None, settings.wish), *settings.weekday_wishes]
    for weekday, wish in wishes:
        words = " ".join(filter(None, (wish.level, wish.topic)))
        if weekday is not None:
            facts.append(f"weekday {weekday} {words or 'anything'}")
        elif words:
            facts.append(f"only {words}")
    if settings.role_id is not None:
        facts.append(f"role {settings.role_id}")
    if settings.has_thread:
        facts.append("thread")
    return ", ".join(facts)


def _save(tx: Transaction, settings: GuildSettings, now: datetime) -> SetUp:
    next_post_at = settings.schedule.next_post_after(now)
    save_settings(tx, settings, next_post_at=next_post_at, now=now)
    # What failed for a missing permission is worth a try with the new settings.
    mark_retry_now(tx, settings.guild_id)
    return SetUp(settings, next_post_at)
