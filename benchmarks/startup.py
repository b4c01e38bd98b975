"""From the command to the bot being ready: with the lessons there are, and with five hundred.

    python -m benchmarks.startup [--quick]

Each start is a new process on a database that is there already. "Cold" is the first one of a
house: no cached answers of the lessons' checks, no compiled Python files. The five hundred are
copies of the lessons with other numbers.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.wire import ROOT, Server, print_machine, print_table, running, served
from tests.wire.process import build_house

MANY = 500


def copied(house: Path, count: int) -> int:
    """Put that many lessons into the house; 0 for those there are. The number of lessons."""
    folder = house / "lessons"
    for path in (ROOT / "lessons").glob("*.yaml"):
        shutil.copy(path, folder)
    lessons = sorted(folder.glob("pep-*.yaml"))
    for number in range(count - len(lessons)):
        source = lessons[number % len(lessons)]
        old, pep = int(source.stem.removeprefix("pep-")), 5_000 + number
        text = re.sub(rf"\b(pep: *){old}\b", rf"\g<1>{pep}", source.read_text(encoding="utf-8"))
        text = re.sub(rf"(\bid: *){old}-", rf"\g<1>{pep}-", text)
        (folder / f"pep-{pep:04}.yaml").write_text(text, encoding="utf-8")
    return len(list(folder.glob("pep-*.yaml")))


async def start(server: Server, house: Path, *, is_cold: bool) -> tuple[float, float, str]:
    """Seconds until it is ready, CPU seconds until then, and what it said of its lessons."""
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(house / "compiled")}
    if not is_cold:
        environ = {}
    began = time.perf_counter()
    async with running(["ours"], server, house, **environ) as bot:
        took = time.perf_counter() - began
        said = await bot.said("lessons=")
        return took, bot.cpu_seconds(), said.partition("lessons=")[2].split()[0]


async def measure(options: argparse.Namespace) -> None:
    print_machine()
    rows = []
    for count in (0,) if options.quick else (0, MANY):
        with tempfile.TemporaryDirectory(prefix="startup-") as folder:
            house = build_house(Path(folder))
            shutil.rmtree(house / "lessons")
            (house / "lessons").mkdir()
            copied(house, count)
            async with served("--guilds", "10") as server:
                cold = await start(server, house, is_cold=True)
                warm = [
                    await start(server, house, is_cold=False)
                    for _ in range(1 if options.quick else options.starts)
                ]
        rows.append(
            (cold[2], f"{cold[0]:.2f}", f"{statistics.median(w[0] for w in warm):.2f}",
             f"{statistics.median(w[1] for w in warm):.2f}")
        )  # fmt: skip
    print_table(("lessons", "cold s", "warm s", "warm CPU s"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two starts")
    parser.add_argument("--starts", type=int, default=5, help="warm ones")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
