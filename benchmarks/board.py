"""`/speedrun leaderboard` on small and large databases: is its cost flat?

    python -m benchmarks.board [--quick] [--sizes 10000 1000000 10000000] [--members 500]

Each size is a database of its own, filled by SQL with servers of the same number of members, who
have played each day for up to a year; the command is asked in one of them, over the wire, by turns
for today, this month and ever. All databases are asked in turn in one run. The files are in a
temporary folder, about 250 bytes a guess, and are deleted at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.wire import database, make_due, print_machine, print_table, running, served
from bot.core.windows import Window
from bot.services.recounting import _KEY, _RULES
from tests.wire.due import noon_zone
from tests.wire.process import build_house

FIRST_MEMBER = 1 << 58
WINDOWS = ("today", "month", "all")

_ROUNDS = """
INSERT INTO rounds (guild_id, channel_id, puzzle_date, state, pep, puzzle_id, lesson_digest,
                    true_option, option_count, stdout, python, reserved_at, message_id, opened_at)
SELECT ?1, ?2, day, CASE WHEN day = ?3 THEN 'open' ELSE 'revealed' END, 572, 'x', 'x',
       0, 4, 'x', '3.11', ?4, 7, ?4 FROM days
"""
_GUESSES = """
INSERT INTO guesses (round_id, player_id, option_index, is_right, elapsed_ms, points, has_hint,
                     guessed_at)
SELECT rounds.id, members.id, 0, 1, 9000, (rounds.id * 7919 + members.id * 104729) % 151, 0, ?2
FROM rounds CROSS JOIN members WHERE rounds.guild_id = ?1
"""
_PLACES = """
INSERT INTO round_points (round_id, points, guesses)
SELECT round_id, points, count(*) FROM rounds JOIN guesses ON guesses.round_id = rounds.id
WHERE rounds.guild_id = ?1 GROUP BY round_id, points
"""
_TOTALS = """
INSERT INTO totals (guild_id, time_window, window_key, player_id, points, guesses, right_count,
                    elapsed_ms)
SELECT ?1, ?2, days.{key}, guesses.player_id, sum(points), count(*), sum(is_right), sum(elapsed_ms)
FROM rounds JOIN days ON days.day = rounds.puzzle_date JOIN guesses ON guesses.round_id = rounds.id
WHERE rounds.guild_id = ?1 GROUP BY days.{key}, guesses.player_id
"""


def fill(path: Path, guild: Any, guesses: int, members: int) -> None:
    """Everything that so many guesses leave behind, the last ones today's."""
    now = datetime.now(UTC)
    today = now.astimezone(noon_zone(now)).date()
    days = max(1, min(365, guesses // members))
    dates = [today - timedelta(days=n) for n in range(days)]
    ms = round(now.timestamp() * 1000)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;"
            "CREATE TEMP TABLE members (id INTEGER PRIMARY KEY);"
            "CREATE TEMP TABLE days (day TEXT PRIMARY KEY, today, week, month, year, 'all');"
            "INSERT INTO lesson_versions VALUES ('x', 572, '{}');"
        )
        # Or the bot would begin with counting everybody anew.
        db.execute("INSERT INTO bot_state VALUES (?, ?)", (_KEY, _RULES))
        # Indexes are made at the end: row by row they take several times as long.
        indexes = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name IN ('guesses', 'totals')"
        ).fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO members VALUES (?)", [(FIRST_MEMBER + n,) for n in range(members)]
        )
        db.executemany(
            "INSERT INTO days VALUES (?, ?, ?, ?, ?, ?)",
            [(d.isoformat(), *(window.key(d) for window in Window)) for d in dates],
        )
        for n in range(max(1, round(guesses / (members * days)))):
            guild_id = guild.id + n
            db.execute(_ROUNDS, (guild_id, next(iter(guild.channels)), today.isoformat(), ms))
            db.execute(_GUESSES, (guild_id, ms))
            db.execute(_PLACES, (guild_id,))
            for window in Window:
                db.execute(_TOTALS.format(key=f'"{window}"'), (guild_id, window))
        db.execute("COMMIT")
        for _, sql in indexes:
            db.execute(sql)


async def opened(stack: AsyncExitStack, folder: Path, guesses: int, members: int) -> Any:
    house = folder / f"{guesses}"
    house.mkdir()
    server = await stack.enter_async_context(served())
    [guild] = await server.guilds(1)
    path = database(build_house(house))
    await make_due(path, [guild])
    began = time.perf_counter()
    await asyncio.to_thread(fill, path, guild, guesses, members)
    filled = time.perf_counter() - began
    with closing(sqlite3.connect(path)) as db:
        [stored] = db.execute("SELECT count(*) FROM guesses").fetchone()
    megabytes = path.stat().st_size / 1e6
    print(f"{stored:,} guesses stored, {megabytes:,.0f} MB, in {filled:.0f} s", flush=True)
    bot = await stack.enter_async_context(running(["ours"], server, house))
    return SimpleNamespace(
        server=server, guild=guild, bot=bot, stored=stored, members=members,
        cpu={w: [] for w in WINDOWS}, latency={w: [] for w in WINDOWS},
    )  # fmt: skip


async def ask(stage: Any, window: str, count: int) -> None:
    [channel_id] = stage.guild.channels
    before = stage.bot.cpu_seconds()
    answer = await stage.server.ask(
        "POST", "/slash", guild_id=stage.guild.id, channel_id=channel_id, step=1, count=count,
        command="speedrun leaderboard", options={"window": window},
    )  # fmt: skip
    if f"<@{FIRST_MEMBER}" not in answer["text"] and "1." not in answer["text"]:
        raise RuntimeError(f"no leaderboard: {answer}")
    stage.cpu[window].append((stage.bot.cpu_seconds() - before) / count * 1e3)
    stage.latency[window] += [ns / 1e6 for ns in answer["latencies_ns"]]


async def measure(options: argparse.Namespace) -> None:
    print_machine()
    sizes = [1_000, 10_000] if options.quick else options.sizes
    count, turns = (10, 1) if options.quick else (options.asks, 5)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="board-")))
        stages = [await opened(stack, folder, size, options.members) for size in sizes]
        if not options.quick:
            stages.append(await opened(stack, folder, sizes[0] * 10, options.members * 20))
        for turn in range(turns + 1):
            for window in WINDOWS:
                for stage in stages:
                    await ask(stage, window, count)
            if not turn:  # the first one warms up
                for stage in stages:
                    stage.cpu = {w: [] for w in WINDOWS}
                    stage.latency = {w: [] for w in WINDOWS}
    print()
    print_table(
        ("guesses", "members", *(f"{w}: CPU ms, p50 ms (ratio)" for w in WINDOWS)),
        [(f"{s.stored:,}", f"{s.members:,}", *cells(s, stages[0])) for s in stages],
    )


def cells(stage: Any, first: Any) -> list[str]:
    made = []
    for window in WINDOWS:
        cpu, base = (statistics.median(s.cpu[window]) for s in (stage, first))
        p50 = statistics.median(stage.latency[window])
        made.append(f"{cpu:.2f}, {p50:.1f} ({cpu / base:.2f})")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thousand and ten thousand guesses")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 1_000_000, 10_000_000])
    parser.add_argument("--asks", type=int, default=100, help="of each board a turn")
    parser.add_argument("--members", type=int, default=500, help="of each server")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
