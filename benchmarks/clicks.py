"""What a guess costs, stored and answered, beside bare discord.py that only answers.

    python -m benchmarks.clicks [--quick]

Every variant gets the same presses on the same puzzle's message. CPU is the bot process's own, user
and system, all threads, a press. `dynamic` is a bare DynamicItem, `interaction` a bare
on_interaction; both answer with one word and store nothing. The last table has `ours` under a
steady rate, as members feel it, while three other guilds' posts go out.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks.wire import (
    ROOT,
    database,
    make_due,
    opened,
    print_machine,
    print_table,
    running,
)
from bot.core.results import StartReceipt
from bot.core.rounds import Start
from bot.core.settings import CodeView
from bot.discord_app.layout import build
from bot.library.loading import load_library
from bot.rendering.play import puzzle_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Lesson

BARE = "dynamic --plain"
VARIANTS = (
    "ours --plain", "dynamic --plain", "interaction --plain", "ours", "dynamic", "interaction",
)  # fmt: skip
GUILDS = 10
FIRST_MEMBER = 1 << 58
"""The ids of the load's made-up members begin here."""


async def set_the_stage(stage: Any, variant: str) -> None:
    """Some guilds with a round open each, and in each a message with its puzzle to press."""
    guilds = await stage.server.guilds(GUILDS)
    is_ours = variant.startswith("ours")
    if is_ours:
        await make_due(database(stage.house), guilds, views=[CodeView.TEXT] * GUILDS)
    stage.bot = await stage.stack.enter_async_context(
        running([*variant.split(), *stage.extra], stage.server, stage.house)
    )
    rounds = {guild.id: 1 for guild in guilds}
    if is_ours:
        await stage.bot.said("opened round=", GUILDS)
        rounds = dict(query(stage, "SELECT guild_id, id FROM rounds"))
    stage.rounds = [rounds[guild.id] for guild in guilds]
    stage.messages = []
    for guild, round_id in zip(guilds, stage.rounds, strict=True):
        made = await stage.server.ask(
            "POST", "/messages", channel_id=next(iter(guild.channels)), flags=1 << 15,
            components=puzzle_components(round_id),
        )  # fmt: skip
        stage.messages.append(made["id"])
    stage.member = stage.told = 0


@cache
def the_lesson() -> Lesson:
    library, _ = load_library([ROOT / "lessons"])
    lesson = library.get(572)
    assert lesson is not None
    return lesson


def puzzle_components(round_id: int) -> list[dict[str, Any]]:
    """The puzzle as members have it before them, of a lesson like any other."""
    lesson = the_lesson()
    start = Start(round_id, 1, datetime.now(UTC), has_hint=False, is_new=True)
    round_ = SimpleNamespace(id=round_id)
    receipt = StartReceipt(round_, lesson, lesson.puzzles[0], start)  # type: ignore[arg-type]
    components: list[dict[str, Any]] = build(puzzle_card(receipt))["view"].to_components()
    number(components, iter(range(1, 1000)))
    return components


def number(components: list[dict[str, Any]], ids: Any) -> None:
    """Discord numbers every component of a message."""
    for component in components:
        component["id"] = next(ids)
        number(component.get("components", []), ids)


def start_clocks(stage: Any, count: int) -> None:
    """Let the next members' clocks run, so that a press is a guess and nothing else."""
    begun = round(time.time() * 1000) - 5_000
    first = FIRST_MEMBER + stage.member
    with closing(sqlite3.connect(database(stage.house), timeout=30)) as db, db:
        db.executemany(
            "INSERT INTO starts (round_id, player_id, started_at) VALUES (?, ?, ?)",
            [(stage.rounds[n % GUILDS], first + n, begun) for n in range(count)],
        )


def query(stage: Any, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database(stage.house), timeout=30)) as db:
        return db.execute(sql).fetchall()


def stored(stage: Any) -> int:
    [(count,)] = query(stage, "SELECT count(*) FROM guesses")
    return int(count)


async def burst(stage: Any, variant: str, count: int, **plan: Any) -> tuple[float, dict[str, Any]]:
    """Press so often; microseconds of CPU a press, and the load's own figures.

    Raises:
        RuntimeError: A member was told a result that is not stored.
    """
    if variant.startswith("ours"):
        start_clocks(stage, count)
    before = stage.bot.cpu_seconds()
    result = await stage.server.ask(
        "POST", "/presses", messages=stage.messages, count=count, first_user=stage.member,
        custom_id=[f"speedrun:guess:{round_id}:0" for round_id in stage.rounds], **plan,
    )  # fmt: skip
    await stage.bot.idle()
    spent = stage.bot.cpu_seconds() - before
    stage.member += count
    stage.told += result["answered"]
    if variant.startswith("ours") and stored(stage) < stage.told:
        raise RuntimeError(f"{variant}: {stored(stage)} guesses stored, {stage.told} told")
    return spent / count * 1e6, result


async def compare(stages: dict[str, Any], count: int, turns: int, in_flight: int) -> None:
    cpu: dict[str, list[float]] = {variant: [] for variant in stages}
    rates: dict[str, list[float]] = {variant: [] for variant in stages}
    lost = dict.fromkeys(stages, 0)
    for turn in range(turns + 1):
        for variant, stage in stages.items():
            spent, result = await burst(stage, variant, count, in_flight=in_flight)
            lost[variant] += result["lost"]
            if turn:  # the first one warms up
                cpu[variant].append(spent)
                rates[variant].append(result["rate"])

    def ratio(variant: str, base: str) -> str:
        pairs = zip(cpu[variant], cpu[base], strict=True)
        return f"{statistics.median(ours / bare for ours, bare in pairs):.2f}"

    print(f"{in_flight} members at a time, {turns} turns of {count} guesses, medians\n")
    print_table(
        (
            "bot",
            "CPU us a guess",
            "to dynamic, alike",
            "to dynamic, plain",
            "best a second",
            "lost",
        ),
        [
            (
                variant,
                f"{statistics.median(cpu[variant]):.0f}",
                ratio(variant, BARE if "--plain" in variant else "dynamic"),
                ratio(variant, BARE),
                f"{max(rates[variant]):,.0f}",
                lost[variant],
            )
            for variant in stages
        ],
    )
    print()


async def steady(stages: dict[str, Any], rates: Sequence[int], seconds: float) -> None:
    rows = []
    for rate in rates:
        for variant, stage in stages.items():
            if not variant.startswith("ours"):
                continue
            due = await stage.server.guilds(3)
            # The next tick finds them: posts go out while members press.
            await make_due(database(stage.house), due)
            count = int(rate * seconds)
            spent, result = await burst(stage, variant, count, rate=rate)
            [latency] = result["latency_ms"]
            posts = [await stage.server.post_of(c) for guild in due for c in guild.channels]
            rows.append(
                (variant, f"{rate:,}", f"{result['rate']:,.0f}", latency["p50"], latency["p99"],
                 latency["max"], f"{spent:.0f}", result["lost"], len(posts))
            )  # fmt: skip
    print(f"At a steady rate for {seconds:g} s, three guilds' posts meanwhile\n")
    print_table(
        ("bot", "asked a second", "answered", "p50 ms", "p99 ms", "max ms", "CPU us", "lost",
         "posts"),
        rows,
    )  # fmt: skip


async def measure(options: argparse.Namespace) -> None:
    quick = options.quick
    variants = options.only or VARIANTS
    print_machine()
    with tempfile.TemporaryDirectory(prefix="clicks-") as folder:
        async with opened(Path(folder), variants) as stages:
            for variant, stage in stages.items():
                await set_the_stage(stage, variant)
            count, turns = (60, 1) if quick else (options.guesses, 5)
            await compare(stages, count, turns, in_flight=20)
            if not quick:
                await compare(stages, count // 3, turns, in_flight=1)
            await steady(stages, (50,) if quick else options.rates, 1.0 if quick else 10.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clicks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--guesses", type=int, default=1_500, help="a turn, of each bot")
    parser.add_argument("--rates", type=int, nargs="*", default=[500, 2_000], help="a second")
    parser.add_argument("--only", nargs="*", choices=VARIANTS, help="these bots alone")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
