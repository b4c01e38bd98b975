"""The doctor's round, in the order in which an owner would ask."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from bot.app import SystemClock
from bot.cli.doctor import account, data, machine, puzzles
from bot.cli.doctor.findings import fault
from bot.config import read_settings
from bot.core.errors import ConfigError, DatabaseTooNew, StorageUnavailable
from bot.discord_app.client import redirect
from bot.discord_app.inspection import inspect_account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.cli.doctor.findings import Finding
    from bot.config import Settings
    from bot.core.accounts import Inspection

CHANNELS_LOOKED_AT = 25
"""Three requests each; a bot in more servers hears of the rest from /speedrun-admin check."""


def examine(environ: Mapping[str, str], *, is_offline: bool) -> Iterator[Finding]:
    """Every finding, as it is found."""
    clock = SystemClock()
    yield from machine.python()
    yield from machine.dependencies(machine.requirements())
    try:
        settings = read_settings(environ, needs_token=False)
    except ConfigError as error:
        for problem in error.problems:
            name, _, rest = problem.partition(" ")
            yield fault("settings", f"{name} {rest}", "The README's table says what each may be.")
        return
    yield from machine.disk(settings.data_folder)
    yield from data.lasting(settings, environ)
    yield from data.database(settings)
    yield from data.running(settings)
    yield from data.backups(settings, clock.now())
    health = asyncio.run(puzzles.examine_sandbox(settings))
    yield from puzzles.sandbox(health)
    yield from puzzles.puzzles(settings, [each.python for each in health.pythons])
    yield from account.token(settings.token)
    if is_offline or not settings.token:
        yield from machine.clock(clock.now())
        return
    seen = asyncio.run(_ask_discord(settings, clock))
    yield from machine.clock(clock.now(), seen.clock_ahead_s)
    yield from account.account(seen)


async def _ask_discord(settings: Settings, clock: SystemClock) -> Inspection:
    redirect(settings.api_base, settings.gateway_url)
    try:
        channels = await data.channels(settings.database)
    except (StorageUnavailable, DatabaseTooNew, sqlite3.Error, OSError):
        # Told already, by the database's own line.
        channels = []
    return await inspect_account(settings.token.reveal(), channels[:CHANNELS_LOOKED_AT], clock)
