"""What the benchmarks on the wire share: the small Discord and the bots as processes, and tables.

CPU seconds are the figure to compare: a busy machine stretches the others. Whatever is compared
runs by turns in one run, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.wire.due import make_due
from tests.wire.process import BotProcess, build_house, database_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 900.0
"""How long a bot may take until it is ready: ten thousand guilds on a busy machine."""
_TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """A `tests.wire.serve` process: where it is, and its control endpoint."""

    def __init__(self, where: SimpleNamespace, session: aiohttp.ClientSession) -> None:
        self.where = where
        self._session = session

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        async with self._session.request(method, path, json=body or None) as response:
            if response.status != 200:
                raise RuntimeError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()

    async def guilds(self, count: int, **options: Any) -> list[SimpleNamespace]:
        """New guilds, as `make_due` takes them: an id, and channels by id."""
        made: list[SimpleNamespace] = []
        while len(made) < count:
            step = min(1_000, count - len(made))
            answer = await self.ask("POST", "/guilds", count=step, **options)
            made += [
                SimpleNamespace(id=int(g["id"]), channels=dict.fromkeys(map(int, g["channels"])))
                for g in answer["guilds"]
            ]
        return made

    async def post_of(self, channel_id: int) -> dict[str, Any]:
        """The first message of a channel, once it is there."""
        while True:
            found = await self.ask("GET", f"/messages?channel_id={channel_id}")
            if found["messages"]:
                message: dict[str, Any] = found["messages"][0]
                return message
            await asyncio.sleep(0.05)


class Subject(BotProcess):
    """A bot's process that is measured."""

    def cpu_seconds(self) -> float:
        """User and system time of all its threads, without its children."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    async def idle(self) -> None:
        """Wait until it has nothing to do: after an overload it still works off what was asked."""
        spent = -1.0
        while (now := self.cpu_seconds()) - spent > 0.02:
            spent = now
            await asyncio.sleep(0.2)

    def resident_kb(self) -> int:
        return self._status("VmRSS")

    def _status(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1])


@asynccontextmanager
async def served(*arguments: str) -> AsyncIterator[Server]:
    """The server as a process, judging nothing: it is not what is measured."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wire.serve", "--until-eof", "--no-oracle", *arguments,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        where = SimpleNamespace(**json.loads(await process.stdout.readline()))
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(where.control, timeout=timeout) as session:
            yield Server(where, session)
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def running(
    what: Sequence[str], server: Server, house: Path, **environ: str
) -> AsyncIterator[Subject]:
    """A bot of `benchmarks.subject`, logged in and ready."""
    own = {
        "DISCORD_API_BASE": server.where.api_base,
        "DISCORD_GATEWAY_URL": server.where.gateway_url,
        "DISCORD_TOKEN": server.where.token,
        "DATABASE_URL": f"sqlite:///{database_of(house)}",
        "PYTHONPATH": str(ROOT),
        # Only the Python that measures: looking for more takes time at each start.
        "PATH": str(house / "no-pythons"),
        "PYENV_ROOT": str(house / "no-pythons"),
        "HOME": str(house),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.subject", *what, cwd=house, env=own | environ,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    bot = Subject(process)
    try:
        await bot.said("ready as", deadline=MOST_SECONDS)
        yield bot
    finally:
        bot.signal(signal.SIGTERM)
        try:
            await bot.ended(deadline=30)
        except TimeoutError:
            bot.kill()
            await bot.ended()


@asynccontextmanager
async def opened(folder: Path, variants: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """For each variant, as ``ours --plain``: a house, a server, and later its bot."""
    async with AsyncExitStack() as stack:
        made = {}
        for variant in variants:
            house = folder / variant.replace(" ", "")
            house.mkdir()
            server = await stack.enter_async_context(served())
            made[variant] = SimpleNamespace(
                house=build_house(house), server=server, stack=stack, extra=[]
            )
        yield made


def database(house: Path) -> Path:
    path = database_of(house)
    path.parent.mkdir(exist_ok=True)
    return path


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table, as docs/performance.md has them."""
    print(f"| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    sys.stdout.flush()


def print_machine() -> None:
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}\n", flush=True)


__all__ = [
    "Server", "Subject", "database", "make_due", "opened", "print_machine", "print_table",
    "running", "served",
]  # fmt: skip
