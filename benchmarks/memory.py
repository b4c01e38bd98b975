"""What a guild costs in memory, and how long the loop ever stands still, with thousands of them.

    python -m benchmarks.memory [--quick]

Guilds are of medium size: 40 KB of GUILD_CREATE each. Memory a guild is the process's resident size
when all have arrived, less that of the same bot with ten guilds. `dynamic` is bare discord.py with
the same intents and caches switched off. The longest stall is of a loop that sleeps for 5 ms at a
time, from the ready bot on, while members press buttons for some seconds; in brackets what the
loop's own thread did in it, the rest being the machine's other work.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.wire import print_machine, print_table, running, served
from tests.wire.process import build_house

PADDING = 40_000
FEW = 10
_STALL = re.compile(r"stalled ms=(\d+) own=(\d+)")


async def resident(what: str, count: int, house: Path) -> dict[str, Any]:
    """KB once every guild is there and a few presses are answered; the longest stalls."""
    async with served("--guilds-a-shard", "1000000") as server:
        guilds = await server.guilds(count, padding=PADDING)
        async with running([what, "--stalls"], server, house) as bot:
            await bot.idle()
            lines = len(bot.log)
            bot.signal(signal.SIGUSR1)
            channel = next(iter(guilds[0].channels))
            button = {"type": 2, "id": 2, "style": 1, "label": "A", "custom_id": "speedrun:code:1"}
            row = {"type": 1, "id": 1, "components": [button]}
            message = await server.ask(
                "POST", "/messages", channel_id=channel, content="?", components=[row]
            )
            # Enough for what the interpreter would collect in between to be collected.
            await server.ask(
                "POST", "/presses", messages=[message["id"]], custom_id="speedrun:code:1", rate=100,
                count=100 if count < 1_000 else 1_500,
            )  # fmt: skip
            stalls = [(int(a), int(b)) for a, b in _STALL.findall("\n".join(bot.log[:lines]))]
            after = [(int(a), int(b)) for a, b in _STALL.findall("\n".join(bot.log[lines:]))]
            return {
                "kb": bot.resident_kb(),
                "start": max(stalls, default=(0, 0)),
                "ready": max(after, default=(0, 0)),
                "cpu": bot.cpu_seconds(),
            }


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
            few = await resident(what, FEW, house_in(folder, what, FEW))
            for count in counts:
                many = await resident(what, count, house_in(folder, what, count))
                rows.append(
                    (what, f"{count:,}", f"{few['kb'] / 1024:.0f}", f"{many['kb'] / 1024:.0f}",
                     f"{(many['kb'] - few['kb']) / (count - FEW):.1f}",
                     *("{} ({})".format(*many[name]) for name in ("start", "ready")))
                )  # fmt: skip
    print_table(
        ("bot", "guilds", f"MB with {FEW}", "MB", "KB a guild", "longest stall ms (own), start",
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
