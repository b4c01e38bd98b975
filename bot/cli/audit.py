"""``log``: what moderators did, in every server or in one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.cli.up_to_date import opened
from bot.services.audit import audit_log

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.core.addresses import DatabaseAddress
    from bot.core.audit import AuditEntry


def add_parser(groups: Groups) -> None:
    """Declare the command."""
    log = groups.add_parser("log", help="what moderators did: who, what, when, before and after")
    log.add_argument("--guild", type=int, help="only this server's, by its id")
    log.add_argument("--limit", type=int, default=50, help="how many, the newest (50)")
    log.set_defaults(handler=_log)


def _log(arguments: argparse.Namespace) -> int:
    entries = asyncio.run(_read(settings_of().database, arguments.guild, arguments.limit))
    for entry in reversed(entries):
        print(_line(entry))
    if not entries:
        print("nothing yet")
    return 0


async def _read(where: DatabaseAddress, guild_id: int | None, limit: int) -> list[AuditEntry]:
    async with opened(where) as db:
        return await audit_log(db, guild_id, limit=limit)


def _line(entry: AuditEntry) -> str:
    facts = [
        f"{entry.done_at:%Y-%m-%d %H:%M:%SZ}",
        f"guild={entry.guild_id}",
        f"by={entry.actor_id or 'owner'}",
        entry.deed,
    ]
    facts += [
        # repr: what was stored came from people, and a terminal obeys escape sequences.
        f"{name}={value!r}"
        for name, value in (
            ("subject", entry.subject),
            ("before", entry.before),
            ("after", entry.after),
        )
        if value is not None
    ]
    return " ".join(facts)
