"""What a guess and a round cost on each engine: writes a second, CPU, bytes.

    python -m benchmarks.engines [--quick] [--guilds 20] [--members 40] [--days 8]

SQLite in a temporary folder, and PostgreSQL where TEST_POSTGRES_URL names a server
(scripts/postgres.sh makes one; without fsync, unless it is told otherwise). Each guess is a start
and a guess through the bot's own services. Days are played one at a time by one member after the
other, then with 64 members at once; CPU is this process's, the server's own is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.wire import print_machine, print_table
from bot.config import bundled
from bot.services.playing import start_clock, submit_guess
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import FakeAnnouncer, FakeSandbox, FixedClock, World, a_lesson, at, library_of
from tests.engines import ENGINES, POSTGRES_URL, blank

FIRST_DAY = at("2026-03-02 08:00")
FIRST_GUILD = 1 << 58
AT_ONCE = 64


def size(address: Any, *, is_packed: bool) -> int:
    """How many bytes the database has on disk, as it lies or without holes."""
    if not hasattr(address, "conninfo"):
        return address.path.stat().st_size
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        if is_packed:
            for (name,) in names:
                connection.execute(f"VACUUM FULL {name}")
        return sum(
            connection.execute("SELECT pg_total_relation_size(%s::regclass)", name).fetchone()[0]
            for name in names
        )


def rollbacks() -> int:
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        sql = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        return connection.execute(sql).fetchone()[0]


async def play(world: World, day: int, options: argparse.Namespace, at_once: int) -> None:
    now = FIRST_DAY + timedelta(days=day, hours=2)
    rounds = await world.db.read(
        lambda tx: tx.all("SELECT id, guild_id FROM rounds WHERE state = 'open'")
    )
    places = asyncio.Semaphore(at_once)

    async def one(row: Any, member: int) -> None:
        same = {"guild_id": row["guild_id"], "round_id": row["id"], "player_id": member}
        async with places:
            await start_clock(world.db, world.library, **same, at=now)
            late = timedelta(seconds=random.randint(5, 60))
            await submit_guess(world.db, world.library, **same, position=member % 2, at=now + late)

    jobs = [one(row, FIRST_GUILD + m) for m in range(options.members) for row in rounds]
    random.shuffle(jobs)
    await asyncio.gather(*jobs)


async def life(engine: str, options: argparse.Namespace, *, plays: bool) -> dict[str, float]:
    """A bot's days on one engine; with or without its members."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, blank(engine, Path(folder)) as address:
        async with open_database(address) as db:
            clock = FixedClock(FIRST_DAY)
            await migrate(db, load_migrations(bundled("migrations")), FIRST_DAY)
            library = library_of(*(a_lesson(pep) for pep in range(1, options.days + 3)))
            world = World(db, library, clock, FakeSandbox(), FakeAnnouncer(clock))
            for n in range(options.guilds):
                await world.set_up(guild_id=FIRST_GUILD + (n << 22), channel_id=n)
            guesses = options.guilds * options.members
            for day in range(options.days):
                await world.tick(FIRST_DAY + timedelta(days=day, hours=1))
                if plays:
                    at_once = 1 if day == 0 else AT_ONCE
                    undone = rollbacks() if engine == "postgres" else 0
                    began, cpu = time.perf_counter(), time.process_time()
                    await play(world, day, options, at_once)
                    found[f"rate {at_once}"] = guesses / (time.perf_counter() - began)
                    found[f"cpu {at_once}"] = (time.process_time() - cpu) / guesses * 1e6
                    if engine == "postgres":
                        await asyncio.sleep(1)  # the server's counts come late
                        found["again"] = (rollbacks() - undone) / guesses
        # Closed: what lies in SQLite's log is in the file.
        found["bytes"] = size(address, is_packed=False)
        found["packed"] = size(address, is_packed=True)
    return found


async def main(options: argparse.Namespace) -> None:
    rows, rounds = [], options.guilds * options.days
    for engine in ENGINES:
        none = await life(engine, argparse.Namespace(**vars(options) | {"days": 0}), plays=False)
        bare = await life(engine, options, plays=False)
        full = await life(engine, options, plays=True)
        guesses = rounds * options.members
        rows.append(
            [
                engine,
                *(f"{full[f'rate {n}']:,.0f}" for n in (1, AT_ONCE)),
                *(f"{full[f'cpu {n}']:,.0f}" for n in (1, AT_ONCE)),
                f"{full.get('again', 0):.2f}",
                f"{(full['packed'] - bare['packed']) / guesses:,.0f}",
                f"{(full['bytes'] - bare['bytes']) / guesses:,.0f}",
                f"{(bare['packed'] - none['packed']) / rounds:,.0f}",
            ]
        )
    print_machine()
    print_table(
        [
            *("engine", "guesses/s, one by one", f"guesses/s, {AT_ONCE} at once"),
            *("CPU us, one by one", f"CPU us, {AT_ONCE} at once", "run again, a guess"),
            *("bytes a guess", "as it lies", "bytes a round"),
        ],
        rows,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a look at whether it runs")
    for name, default in (("guilds", 20), ("members", 40), ("days", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.guilds, chosen.members, chosen.days = 3, 4, 2
    asyncio.run(main(chosen))
