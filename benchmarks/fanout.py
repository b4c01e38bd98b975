"""Many guilds due in one minute: how long until each has its post, and what Discord refused.

    python -m benchmarks.fanout [--quick] [--pictures] [--rounds N] [--bots ours bare]

The server keeps Discord's limits: fifty requests a second for a bot, five in five seconds for a
channel. The bound is a fiftieth of a second a guild. Time runs from the bot's first request for a
post until the last post stands in its channel.

`bare` is discord.py that sends such a post to each guild at the same pace, and knows and stores
nothing. With `--rounds` each guild has had so many before.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.wire import database, make_due, print_machine, print_table, running, served
from bot.core.settings import CodeView
from bot.services.recounting import rebuild_if_outdated
from bot.storage.database import open_database
from tests.wire.process import build_house

POST = "POST /channels/{channel_id}/messages"


async def fan_out(
    house: Path, count: int, what: str, code: CodeView, rounds: int
) -> tuple[Any, ...]:
    async with served("--guilds-a-shard", "100000") as server:
        guilds = await server.guilds(count)
        await make_due(database(build_house(house)), guilds, views=[code] * count)
        with closing(sqlite3.connect(database(house))) as rows:
            have_had(rows, [guild.id for guild in guilds], rounds)
        async with open_database(database(house)) as db:
            await rebuild_if_outdated(db)  # else the bot counts as it posts
        async with running([what], server, house) as bot:
            before, began, done = bot.cpu_seconds(), 0.0, 0
            while done < count:
                await asyncio.sleep(0.02)
                seen = await server.ask("GET", "/counters")
                tried = sum(n for request, n in seen["requests"].items() if POST in request)
                if tried and not began:
                    began = time.perf_counter() - tried / 50
                done = seen["requests"].get(f"{POST} 200", 0)
            took = time.perf_counter() - began
            await bot.idle()
            spent = bot.cpu_seconds() - before
        with closing(sqlite3.connect(database(house))) as rows:
            [opened] = rows.execute("SELECT count(*) FROM rounds WHERE state = 'open'").fetchone()
    if what == "bare":
        opened = min(count, seen["messages"])
    bound = count / 50
    return (
        what, f"{count:,}", f"{rounds:,}", f"{took:.1f}", f"{bound:.0f}", f"{took / bound:.2f}",
        seen["too_many"], count - opened, f"{seen['messages'] - count:+d}",
        f"{spent / count * 1000:.1f}",
    )  # fmt: skip


def have_had(rows: sqlite3.Connection, guild_ids: list[int], count: int) -> None:
    """Give each guild that many revealed rounds, of fifty lessons with three puzzles each."""
    rows.execute("INSERT INTO lesson_versions (digest, pep, document) VALUES ('old', 1, '{}')")
    first = date.today() - timedelta(days=count + 1)  # noqa: DTZ011  (long ago in any zone)
    rows.executemany(
        "INSERT INTO rounds (guild_id, channel_id, puzzle_date, state, pep, puzzle_id,"
        " lesson_digest, reserved_at, true_option, option_count, stdout, python, message_id,"
        " opened_at, closes_at, reveal_message_id)"
        " VALUES (?, 1, ?, 'revealed', ?, ?, 'old', 0, 0, 4, '4', '3.13', 1, 0, 0, 1)",
        (
            (guild_id, str(first + timedelta(days=n)), 3_000 + n % 50, f"old-{n % 150}")
            for guild_id in guild_ids
            for n in range(count)
        ),
    )
    rows.commit()


async def measure(options: argparse.Namespace) -> None:
    print_machine()
    code = CodeView.PICTURE if options.pictures else CodeView.TEXT
    rows = []
    for count in (100,) if options.quick else options.guilds:
        for what in options.bots:
            with tempfile.TemporaryDirectory(prefix="fanout-") as folder:
                rows.append(await fan_out(Path(folder), count, what, code, options.rounds))
    print_table(
        ("bot", "guilds", "rounds before", "seconds", "bound", "ratio", "429s", "lost",
         "posts too many", "CPU ms a post"),
        rows,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fanout", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundred guilds")
    parser.add_argument("--guilds", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--bots", nargs="*", default=["ours", "bare"], help="ours, bare")
    parser.add_argument("--rounds", type=int, default=0, help="each guild has had so many")
    parser.add_argument("--pictures", action="store_true", help="posts with a picture each")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
