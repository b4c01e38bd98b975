"""A real ``python -m bot run`` in a house of its own, pointed at a wire server.

The house is a folder that holds the real code and schema by links, and a small library, so that a
process is up in little more than the time its imports take.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import Addresses

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ("pep-0572.yaml", "misconceptions.yaml")
PATIENCE = 120.0
"""Seconds that a test waits for what must come: machines are shared, and slow at times."""


def build_house(folder: Path) -> Path:
    """Make the folder a working tree of the bot; returns it."""
    for name in ("bot", "migrations"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("lessons", "no-pythons"):
        (folder / name).mkdir()
    for name in LESSONS:
        shutil.copy(ROOT / "lessons" / name, folder / "lessons")
    return folder


def database_of(house: Path) -> Path:
    """Where the processes of that house keep their database."""
    return house / "data" / "bot.db"


class BotProcess:
    """One process; its log is read as it comes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[str] = []
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, house: Path, server: Addresses, *arguments: str, **environ: str
    ) -> BotProcess:
        """Start ``python -m bot run``, or with other ``arguments``."""
        own = {
            "DISCORD_API_BASE": server.api_base,
            "DISCORD_GATEWAY_URL": server.gateway_url,
            "DISCORD_TOKEN": getattr(server, "token", "token"),
            "DATABASE_URL": f"sqlite:///{database_of(house)}",
            # Only the Python that runs the tests: looking for more takes time at each start.
            "PATH": str(house / "no-pythons"),
            "PYENV_ROOT": str(house / "no-pythons"),
            "HOME": str(house),
        }
        kept = {k: v for k, v in os.environ.items() if k in ("LANG", "LC_ALL", "TMPDIR")}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *(arguments or ("run",)),
            cwd=house, env=kept | own | environ,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return cls(process)

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self._news.set()

    async def said(self, text: str, count: int = 1, *, deadline: float = PATIENCE) -> str:
        """Wait for the ``count``-th line of the log that holds ``text``."""
        async with asyncio.timeout(deadline):
            while True:
                found = [line for line in self.log if text in line]
                if len(found) >= count:
                    return found[count - 1]
                assert not self._reader.done(), f"ended without {text!r}:\n{self.text}"
                self._news.clear()
                waiter = asyncio.create_task(self._news.wait())
                await asyncio.wait({waiter, self._reader}, return_when=asyncio.FIRST_COMPLETED)
                waiter.cancel()

    @property
    def text(self) -> str:
        """The whole log so far."""
        return "\n".join(self.log)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.returncode is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        if self.is_running:
            self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any further."""
        self.signal(signal.SIGKILL)

    async def ended(self, *, deadline: float = PATIENCE) -> int:
        """Wait for its end, and its log's; the exit code, negative for a signal."""
        async with asyncio.timeout(deadline):
            code = await self.process.wait()
            await self._reader
        return code


async def end_all(processes: list[BotProcess]) -> None:
    """Kill what is left of a test."""
    for process in processes:
        process.kill()
    waits: list[Any] = [process.ended() for process in processes]
    await asyncio.gather(*waits)
