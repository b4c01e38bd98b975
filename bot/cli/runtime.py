"""``run`` and ``playground``: the bot itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import speed
from bot.config import configure_logging, load_environ, read_settings
from bot.core.addresses import SqliteAddress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Coroutine

    from bot.cli import Groups
    from bot.config import Settings

log = logging.getLogger(__name__)


def add_parser(groups: Groups) -> None:
    """Declare the commands."""
    run = groups.add_parser("run", help="run the bot on Discord (needs DISCORD_TOKEN)")
    run.set_defaults(handler=_run)
    playground = groups.add_parser(
        "playground", help="run the real bot in a simulated Discord, on a page in your browser"
    )
    playground.add_argument("--port", type=int, help="of the page, on loopback; any free one else")
    playground.add_argument("--db", type=Path, help="keep the database here; else it is forgotten")
    playground.add_argument("--pep", type=int, help="post this PEP today; else the next in turn")
    playground.add_argument("--no-browser", action="store_true", help="only print the address")
    playground.set_defaults(handler=_playground)


def settings_of(*, needs_token: bool = False) -> Settings:
    """The settings from this process's environment and its ``.env`` file."""
    return read_settings(load_environ(os.environ, Path(".env")), needs_token=needs_token)


def _run(_: argparse.Namespace) -> int:
    from bot.hosting import run

    settings = settings_of(needs_token=True)
    configure_logging(settings.log_level, settings.log_format)
    log.info("%s", speed.described())
    with asyncio.Runner(loop_factory=speed.loop_factory()) as runner:
        runner.run(run(settings))
    return 0


def _playground(arguments: argparse.Namespace) -> int:
    from bot.playground import run

    settings = settings_of()
    configure_logging("WARNING")
    # What discord.py misses here (voice libraries) nobody else does.
    logging.getLogger("discord").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="pep-speedrun-") as folder:
        path = arguments.db or Path(folder) / "playground.db"
        asyncio.run(
            _until_ended(
                run(
                    replace(settings, database=SqliteAddress(path)),
                    port=arguments.port,
                    pep=arguments.pep,
                    open_browser=not arguments.no_browser,
                    say=lambda text: print(text, flush=True),
                )
            )
        )
    return 0


async def _until_ended(work: Coroutine[object, object, None]) -> None:
    """Run ``work`` until it ends, or SIGINT or SIGTERM ends it in good order."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: KeyboardInterrupt does it
            loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
