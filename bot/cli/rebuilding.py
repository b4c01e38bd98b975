"""``db rebuild``."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from bot.cli.runtime import settings_of
from bot.config import bundled
from bot.services.checking import check_sums
from bot.services.recounting import rebuild
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migration_status

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.config import Settings


def add_command(commands: Groups) -> None:
    """Declare ``rebuild`` among the commands of ``db``."""
    command = commands.add_parser(
        "rebuild", help="count totals, streaks and boards anew from the guesses"
    )
    command.set_defaults(handler=_rebuild)


def _rebuild(_: argparse.Namespace) -> int:
    return asyncio.run(_rebuilt(settings_of()))


async def _rebuilt(settings: Settings) -> int:
    async with open_database(settings.database) as db:
        status = await migration_status(db, load_migrations(bundled("migrations")))
        if status.pending:
            print(
                f"{settings.database}: version {status.version} of {status.known}; "
                "run `python -m bot db migrate` first",
                file=sys.stderr,
            )
            return 1
        for wrong in (await check_sums(db)).disagreements:
            print(f"guild {wrong.guild_id} was wrong: {wrong.example}")
        guilds = await rebuild(db)
    print(f"{settings.database}: counted anew from the guesses of {guilds} servers")
    return 0
