"""What a guild costs in memory, and how long the loop ever stands still, with thousands of them.

    python -m benchmarks.memory [--quick]

Guilds are of medium size: 40 KB of GUILD_CREATE each. Memory is the process's resident size when
all have arrived; a further guild's is the difference to the row before, the first row's to the same
bot with ten guilds (and with it the buffers that thousands of guilds in a row once fill).
`dynamic` is bare discord.py with the same intents and its caches of messages and members off. The
longest stall is of a loop that sleeps for 5 ms at a time, until the bot is ready and then while
members press buttons; in brackets what the loop's own thread did in it, the rest being the
machine's other work.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.wire import Server, print_machine, print_table, running, served
from tests.wire.process import build_house

PADDING = 40_000
FEW = 10
_STALL = re.compile(r"stalled ms=(\d+) own=(\d+)")


async def resident(what: str, count: int, house: Path) -> dict[str, Any]:
    """KB once every guild is there; the longest stalls until then, and with presses after."""
    async with served("--guilds-a-shard", "1000000") as server:
        guilds = await server.guilds(count, padding=PADDING)
        async with running([what, "--stalls"], server, house) as bot:
            await bot.idle()
            kb, lines = bot.resident_kb(), len(bot.log)
            bot.signal(signal.SIGUSR1)
            # Enough for what the interpreter would collect in between to be collected.
            await press(server, guilds[0], count=100 if count < 1_000 else 1_000)
            return {
                "kb": kb,
                "start": longest(bot.log[:lines]),
                "ready": longest(bot.log[lines:]),
                "cpu": bot.cpu_seconds(),
            }


async def press(server: Server, guild: Any, count: int) -> None:
    """Members press a button, one after the other."""
    button = {"type": 2, "id": 2, "style": 1, "label": "A", "custom_id": "speedrun:code:1"}
    row = {"type": 1, "id": 1, "components": [button]}
    channel_id = next(iter(guild.channels))
    message = await server.ask(
        "POST", "/messages", channel_id=channel_id, content="?", components=[row]
    )
    await server.ask(
        "POST", "/presses", messages=[message["id"]], custom_id="speedrun:code:1", count=count,
        in_flight=1,
    )  # fmt: skip


def longest(log: list[str]) -> tuple[int, int]:
    """Milliseconds: the longest stall in the log, and what the loop's thread did in it itself."""
    stalls = [(int(a), int(b)) for a, b in _STALL.findall("\n".join(log))]
    return (max((a for a, _ in stalls), default=0), max((b for _, b in stalls), default=0))


def house_in(folder: str, what: str, count: int) -> Path:
    house = Path(folder) / f"{what}-{count}"
    house.mkdir()
    return build_house(house)


async def measure(options: argparse.Namespace) -> None:
    print_machine()
    counts = (100,) if options.quick else options.guilds
    rows = []
    with tempfile.TemporaryDirectory(prefix="memory-") as folder:
        for what in ("ours", "dynamic"):
            before, kb_before = FEW, (await resident(what, FEW, house_in(folder, what, FEW)))["kb"]
            for count in counts:
                many = await resident(what, count, house_in(folder, what, count))
                a_guild = (many["kb"] - kb_before) / (count - before)
                rows.append(
                    (what, f"{count:,}", f"{many['kb'] / 1024:.0f}", f"{a_guild:.1f}",
                     f"{many['cpu']:.1f}",
                     *("{} ({})".format(*many[name]) for name in ("start", "ready")))
                )  # fmt: skip
                before, kb_before = count, many["kb"]
    print_table(
        ("bot", "guilds", "MB", "KB a further guild", "CPU s", "longest stall ms (own), start",
         "the same, when ready"),
        rows,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundred guilds")
    parser.add_argument("--guilds", type=int, nargs="*", default=[1_000, 10_000])
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
