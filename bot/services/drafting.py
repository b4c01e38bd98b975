"""A set-up step by step: each press changes the moderator's own draft, the last one saves it.

Drafts are rows, so that a flow goes on in whatever process it is pressed; each moderator has their
own, so that two at once do not write over each other until one of them saves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.drafts import Draft, draft_from_document, draft_to_document
from bot.core.errors import DraftGone, InvalidSetting
from bot.core.options import Language
from bot.core.schedule import ALL_WEEKDAYS, Schedule
from bot.core.settings import MAIN_SLOT, MAX_SLOTS, GuildSettings
from bot.core.wording import later
from bot.services.options import change_option
from bot.services.schedules import change_schedule
from bot.storage.drafts import (
    delete_draft,
    delete_old_drafts,
    delete_welcome,
    insert_welcome,
    list_welcomed,
    load_draft,
    save_draft,
)
from bot.storage.guilds import list_settings, load_settings
from bot.storage.options import load_options

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from bot.core.results import SetUp
    from bot.storage.database import Database, Transaction

DEFAULT_TIME = time(9, 0)
KEEP_DRAFTS = timedelta(days=1)


def first_settings(guild_id: int, channel_id: int, now: datetime, slot: int = 1) -> GuildSettings:
    """What a schedule begins with: every day at nine, in the channel where it was set up."""
    plan = Schedule(
        DEFAULT_TIME, ZoneInfo("UTC"), ALL_WEEKDAYS, None, is_paused=False, effective_from=now
    )
    return GuildSettings(guild_id, channel_id, plan, slot=slot)


async def begin_draft(
    db: Database,
    guild_id: int,
    player_id: int,
    now: datetime,
    *,
    channel_id: int,
    slot: int | None = None,
    spoken: str = "",
) -> Draft:
    """Begin a set-up with today's values, in place of an earlier draft of this moderator.

    ``spoken`` is Discord's name of the server's own language, for a server that is new.

    Raises:
        InvalidSetting: There can be no such schedule.
    """
    wanted = MAIN_SLOT if slot is None else slot
    if not MAIN_SLOT <= wanted <= MAX_SLOTS:
        raise InvalidSetting(
            "schedule",
            later("there is no schedule {slot}"),
            later("choose 1 to {most}"),
            slot=wanted,
            most=MAX_SLOTS,
        )

    def work(tx: Transaction) -> Draft:
        delete_old_drafts(tx, now - KEEP_DRAFTS)
        found = list_settings(tx, guild_id)
        settings = next((one for one in found if one.slot == wanted), None)
        new = first_settings(guild_id, channel_id, now, wanted)
        if settings is None and found:
            # A further schedule keeps the server's days.
            zone = found[0].schedule.zone
            new = replace(new, schedule=replace(new.schedule, zone=zone))
        language = load_options(tx, guild_id).language
        if not found and spoken[:2] in set(Language):
            language = Language(spoken[:2])
        draft = Draft(settings or new, language, (), settings is None)
        save_draft(tx, guild_id, player_id, wanted, draft_to_document(draft), now)
        return draft

    return await db.write(work)


async def change_draft(
    db: Database,
    guild_id: int,
    player_id: int,
    slot: int,
    now: datetime,
    change: Callable[[Draft], Draft] = lambda draft: draft,
) -> Draft:
    """Change the moderator's draft; what it is then. ``change`` may be called again.

    Raises:
        DraftGone: There is none: it was saved, or is too old.
    """

    def work(tx: Transaction) -> Draft:
        draft = change(_load(tx, guild_id, player_id, slot))
        save_draft(tx, guild_id, player_id, slot, draft_to_document(draft), now)
        return draft

    return await db.write(work)


async def finish_draft(
    db: Database, guild_id: int, player_id: int, slot: int, now: datetime
) -> SetUp:
    """Save the draft as the server's schedule, and its language.

    Raises:
        DraftGone: There is none.
    """

    def work(tx: Transaction) -> SetUp:
        draft = _load(tx, guild_id, player_id, slot)
        change_option(tx, guild_id, "language", draft.language, now, by=player_id)
        kept, wished = load_settings(tx, guild_id, slot), draft.settings
        if kept is not None:
            # The flow does not ask for these.
            wished = replace(wished, wish=kept.wish, weekday_wishes=kept.weekday_wishes)
        delete_draft(tx, guild_id, player_id, slot)
        return change_schedule(tx, wished, now, by=player_id, is_kept=False)

    return await db.write(work)


async def unwelcomed(db: Database, guild_ids: Collection[int]) -> list[int]:
    """Those of the guilds that were never told how to set the bot up, and have not done so."""
    welcomed = await db.read(list_welcomed)
    return [guild_id for guild_id in guild_ids if guild_id not in welcomed]


async def claim_welcome(db: Database, guild_id: int, now: datetime) -> bool:
    """Claim the one word of welcome to a guild; False where another has it."""
    return await db.write(lambda tx: insert_welcome(tx, guild_id, now))


async def give_back_welcome(db: Database, guild_id: int) -> None:
    """The welcome did not get through, or the bot left the guild: it may be said again."""
    await db.write(lambda tx: delete_welcome(tx, guild_id))


def _load(tx: Transaction, guild_id: int, player_id: int, slot: int) -> Draft:
    document = load_draft(tx, guild_id, player_id, slot)
    if document is None:
        raise DraftGone
    try:
        return draft_from_document(document, guild_id=guild_id, slot=slot)
    except (InvalidSetting, ValueError, KeyError, TypeError) as error:
        # Written by another release.
        raise DraftGone from error
