"""Dumps a database of this release, with a week played in it, as SQL.

At each release: ``python scripts/release_fixture.py > tests/storage/released/NNNN.sql``, NNNN being
the newest migration's number. `tests/storage/test_released.py` then upgrades it for ever.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.config import bundled
from bot.services.outages import note_answering
from bot.services.playing import start_clock, submit_guess, take_hint
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import (
    CHANNEL,
    GUILD,
    FakeAnnouncer,
    FakeSandbox,
    FixedClock,
    World,
    a_lesson,
    at,
    library_of,
)

MONDAY = at("2026-03-02 09:00")
PLAYERS = (901, 902, 903, 904)


async def play(path: Path) -> None:
    """A week in two guilds: four players, hints, a day without the bot, the last round open."""
    clock = FixedClock(at("2026-03-02 07:00"))
    library = library_of(a_lesson(8), a_lesson(20), a_lesson(484))
    async with open_database(path) as db:
        await migrate(db, load_migrations(bundled("migrations")), clock.now())
        world = World(db, library, clock, FakeSandbox(), FakeAnnouncer(clock))
        await world.set_up()
        await world.set_up(guild_id=GUILD + 1, channel_id=CHANNEL + 1, zone="Europe/Berlin")
        for day in range(6):
            noon = MONDAY + timedelta(days=day, hours=3)
            await note_answering(db, noon - timedelta(hours=3))
            await world.tick(noon - timedelta(hours=3))
            if day == 3:  # the bot is away for a day
                continue
            for guild_id in (GUILD, GUILD + 1):
                for number, player_id in enumerate(PLAYERS[: 4 - day // 2]):
                    await guess(world, guild_id, player_id, noon, 4 + 3 * number + day)
            for minute in range(0, 21 * 60, 2):
                await note_answering(db, noon - timedelta(hours=3) + timedelta(minutes=minute))


async def guess(world: World, guild_id: int, player_id: int, noon: datetime, seconds: int) -> None:
    """Start, take a hint where the seconds are even, and guess."""
    rounds = [each for each in await world.rounds(guild_id) if each.state == "open"]
    fields = {"guild_id": guild_id, "round_id": rounds[-1].id, "player_id": player_id}
    await start_clock(world.db, world.library, **fields, at=noon)
    if seconds % 2 == 0:
        await take_hint(world.db, world.library, **fields, at=noon + timedelta(seconds=1))
    await submit_guess(
        world.db,
        world.library,
        **fields,
        position=player_id % 3,
        at=noon + timedelta(seconds=seconds),
    )


def main() -> int:
    """Play in a temporary folder and print the dump."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "week.db"
        asyncio.run(play(path))
        with closing(sqlite3.connect(path)) as connection:
            for line in connection.iterdump():
                print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
