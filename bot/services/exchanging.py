"""A guild's whole set-up as plain values: what is exported, and imported as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.core.audit import Deed
from bot.core.errors import InvalidSetting
from bot.core.exchange import settings_from_plain, settings_to_plain
from bot.core.options import format_option, option_names, parse_option
from bot.core.settings import MAIN_SLOT, MAX_SLOTS
from bot.core.wording import later
from bot.services.audit import record
from bot.services.global_board import GLOBAL_OPTION, settle_global_shares
from bot.services.options import change_option
from bot.services.schedules import drop_schedule
from bot.storage.guilds import list_settings, save_settings
from bot.storage.options import load_options

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from bot.core.settings import GuildSettings
    from bot.storage.database import Database, Transaction

VERSION = 1
"""Of the exported form."""


async def export_settings(db: Database, guild_id: int) -> dict[str, Any]:
    """Every schedule and option of a guild, as `import_settings` takes them."""

    def work(tx: Transaction) -> dict[str, Any]:
        options = load_options(tx, guild_id)
        return {
            "version": VERSION,
            "schedules": {
                str(one.slot): settings_to_plain(one) for one in list_settings(tx, guild_id)
            },
            "options": {name: format_option(getattr(options, name)) for name in option_names()},
        }

    return await db.read(work)


async def import_settings(
    db: Database,
    guild_id: int,
    plain: object,
    now: datetime,
    *,
    by: int | None = None,
    channels: Collection[int] | None = None,
) -> tuple[GuildSettings, ...]:
    """Set a guild up as the file says: all of it, or nothing where a value can't be used.

    A schedule that the file lacks is removed, an option that it lacks stays. ``channels`` are the
    guild's own, None where Discord was not asked: a file may name any, and posts to another
    server's would be its moderators' business, not these ones'.

    Raises:
        InvalidSetting: What it is that can't be used.
    """
    schedules, options = _read(plain, guild_id, now)
    for one in schedules:
        if channels is not None and one.channel_id not in channels:
            raise InvalidSetting(
                "channel",
                later("{given} is no channel of this server"),
                later("write the id of one that is"),
                given=one.channel_id,
            )

    def work(tx: Transaction) -> bool:
        kept = {one.slot for one in schedules}
        for old in list_settings(tx, guild_id):
            if old.slot not in kept:
                drop_schedule(tx, old, now)
        for one in schedules:
            save_settings(tx, one, next_post_at=one.schedule.next_post_after(now), now=now)
        count = f"{len(schedules)} schedules"
        record(tx, guild_id, Deed.IMPORT, now, by=by, after=count)
        changed = [
            name
            for name, text in options.items()
            if change_option(tx, guild_id, name, text, now, by=by)
        ]
        return GLOBAL_OPTION in changed

    if await db.write(work):
        await settle_global_shares(db)
    return schedules


def _read(
    plain: object, guild_id: int, now: datetime
) -> tuple[tuple[GuildSettings, ...], dict[str, str]]:
    if not isinstance(plain, dict) or plain.get("version") != VERSION:
        raise InvalidSetting(
            "version",
            later("this is no file of mine"),
            later("send one of `/speedrun-admin settings export`"),
        )
    for name in plain:
        if name not in ("version", "schedules", "options"):
            raise _unknown(str(name), ("version", "schedules", "options"))
    schedules, options = plain.get("schedules"), plain.get("options", {})
    if not isinstance(schedules, dict) or not schedules or not isinstance(options, dict):
        raise InvalidSetting(
            "schedules", later("there are none"), later("keep at least one in the file")
        )
    slots = [str(slot) for slot in range(MAIN_SLOT, MAX_SLOTS + 1)]
    found = []
    for slot, fields in sorted(schedules.items()):
        if slot not in slots:
            raise _unknown(slot, slots)
        if not isinstance(fields, dict):
            raise _unknown(f"schedule {slot}", ("channel", "time", "timezone"))
        read = settings_from_plain(fields, guild_id=guild_id, slot=int(slot), effective_from=now)
        found.append(read)
    return tuple(found), _options(options)


def _options(options: Mapping[Any, Any]) -> dict[str, str]:
    texts = {}
    for name, value in options.items():
        # YAML reads on and off as switches, and ids as numbers.
        text = format_option(value) if isinstance(value, bool) else str(value)
        parse_option(str(name), text)
        texts[str(name)] = text
    return texts


def _unknown(name: str, known: tuple[str, ...] | list[str]) -> InvalidSetting:
    return InvalidSetting(
        name,
        later("there is no such setting"),
        later("choose one of {names}"),
        names=", ".join(known),
    )
