"""Reading and changing a guild's options."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.options import GuildOptions, Language, format_option, parse_option
from bot.services.audit import record
from bot.services.global_board import GLOBAL_OPTION, owe_global_share, settle_global_shares
from bot.storage.options import load_options, save_option

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def guild_options(db: Database, guild_id: int) -> GuildOptions:
    """The guild's options."""
    return await db.read(lambda tx: load_options(tx, guild_id))


def adopt_language(
    tx: Transaction, guild_id: int, locale: str, now: datetime, *, by: int | None
) -> None:
    """Begin in the language of the server's own Discord, ``de`` or ``en-US``, if it is spoken."""
    code = locale.partition("-")[0]
    if code in set(Language):
        change_option(tx, guild_id, "language", code, now, by=by)


def change_option(
    tx: Transaction, guild_id: int, name: str, text: str, now: datetime, *, by: int | None
) -> bool:
    """Change one option, and record it; False where it has that value already.

    Where it was `GLOBAL_OPTION`, `settle_global_shares` is to follow.

    Raises:
        InvalidSetting: There is no such option, or it can't have that value.
    """
    value = parse_option(name, text)
    before = format_option(getattr(load_options(tx, guild_id), name))
    after = format_option(value)
    save_option(tx, guild_id, name, value, now)
    if before == after:
        return False
    record(tx, guild_id, Deed.OPTION, now, by=by, subject=name, before=before, after=after)
    if name == GLOBAL_OPTION:
        owe_global_share(tx, guild_id)
    return True


async def set_option(
    db: Database, guild_id: int, name: str, text: str, now: datetime, *, by: int | None = None
) -> GuildOptions:
    """Change one option, on behalf of the moderator ``by``; all of them as they are then.

    Raises:
        InvalidSetting: There is no such option, or it can't have that value.
    """

    def work(tx: Transaction) -> GuildOptions:
        change_option(tx, guild_id, name, text, now, by=by)
        return load_options(tx, guild_id)

    options = await db.write(work)
    log.info("option %s changed guild=%s", name, guild_id)
    if name == GLOBAL_OPTION:
        await settle_global_shares(db)
    return options
