"""A bot to be measured, as a process: ``python -m benchmarks.subject ours|dynamic|...``.

``ours`` is ``python -m bot run``. The others are bare discord.py, and store nothing: ``dynamic``
and ``interaction`` only answer, ``bare`` only posts to each of its servers. ``--plain`` hides the
``speed`` extra, as if it were not installed.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import os
import signal
import sys
import time
from typing import Any

log = logging.getLogger("bare")
SPEED = ("uvloop", "orjson", "zstandard", "compression.zstd")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.subject", description=__doc__)
    parser.add_argument("what", choices=("ours", "dynamic", "interaction", "bare"))
    parser.add_argument("--plain", action="store_true", help="without uvloop, orjson, zstandard")
    parser.add_argument("--profile", help="write cProfile's figures of the loop's thread here")
    parser.add_argument(
        "--stalls", action="store_true", help="log each new longest stall; SIGUSR1 begins anew"
    )
    options = parser.parse_args()
    if options.plain:
        sys.modules.update(dict.fromkeys(SPEED))  # type: ignore[arg-type]  (None: can't import)
    if options.what == "ours":
        run = _ours_watched if options.stalls else _ours
    else:
        run = lambda: _bare(options)  # noqa: E731
    if options.profile is None:
        return run()
    # CPU time of this thread: what waits for a lock or a slow neighbour is not its own.
    profile = cProfile.Profile(time.thread_time)
    try:
        return profile.runcall(run)
    finally:
        profile.dump_stats(options.profile)


def _ours() -> int:
    from bot.cli import main as bot

    return bot(["run"])


def _ours_watched() -> int:
    import bot.hosting

    bot.hosting.run = _watched(bot.hosting.run)
    return _ours()


def _watched(work: Any) -> Any:
    """The same, with each new longest stall of its loop in the log."""

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        longest = 0.0

        def forget() -> None:
            nonlocal longest
            longest = 0.0

        loop.add_signal_handler(signal.SIGUSR1, forget)
        while True:
            began, spent = loop.time(), time.thread_time()
            await asyncio.sleep(0.005)
            stalled = loop.time() - began - 0.005
            if stalled > longest:
                longest = stalled
                # What the thread did itself meanwhile; the rest is the machine's other work.
                own = min(stalled, time.thread_time() - spent)
                log.warning("stalled ms=%.0f own=%.0f", stalled * 1e3, own * 1e3)

    async def run(*arguments: Any) -> Any:
        watcher = asyncio.create_task(watch())
        try:
            return await work(*arguments)
        finally:
            watcher.cancel()

    return run


def _bare(options: argparse.Namespace) -> int:
    import discord
    from yarl import URL

    discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["DISCORD_GATEWAY_URL"])
    logging.basicConfig(level="INFO")
    make = {"dynamic": _dynamic, "interaction": _interaction, "bare": _posting}
    client = make[options.what](discord)
    loop_factory = None
    if not options.plain:
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        loop = runner.get_loop()
        for number in (2, 15):
            loop.add_signal_handler(number, lambda: asyncio.ensure_future(client.close()))
        start = _watched(client.start) if options.stalls else client.start
        runner.run(start(os.environ["DISCORD_TOKEN"]))
    return 0


def _options(discord: Any) -> dict[str, Any]:
    """What a careful author of a bare bot would say: nothing is cached that it does not use."""
    return {
        "intents": discord.Intents(guilds=True),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": 0.1,
    }


def _dynamic(discord: Any) -> Any:
    class Press(discord.ui.DynamicItem[discord.ui.Button], template=r"speedrun:.*"):
        def __init__(self, custom_id: str) -> None:
            super().__init__(discord.ui.Button(label="A", custom_id=custom_id))

        @classmethod
        async def from_custom_id(cls, _: Any, __: Any, match: Any) -> Any:
            return cls(match.string)

        async def callback(self, interaction: Any) -> None:
            await interaction.response.send_message("Stored.", ephemeral=True)

    class Client(discord.Client):
        async def setup_hook(self) -> None:
            self.add_dynamic_items(Press)

        async def on_ready(self) -> None:
            log.info("ready as %s", self.user)

    return Client(**_options(discord))


def _posting(discord: Any) -> Any:
    from pathlib import Path

    from bot.core.rounds import Round, RoundState
    from bot.discord_app.layout import build
    from bot.discord_app.pace import Pace
    from bot.library.loading import load_library
    from bot.rendering.post import post_card

    library, _ = load_library([Path("lessons")])
    lesson = next(iter(library))
    now = discord.utils.utcnow()

    class Client(discord.Client):
        async def on_ready(self) -> None:
            log.info("ready as %s", self.user)
            self.posts = [asyncio.create_task(self.post(guild)) for guild in self.guilds]

        async def setup_hook(self) -> None:
            # Without a pace of its own discord.py loses what Discord refuses five times.
            self.pace = Pace()
            self.places = asyncio.Semaphore(40)

        async def post(self, guild: Any) -> None:
            async with self.places:
                channel = guild.text_channels[0]
                facts = (guild.id, guild.id, channel.id, now.date(), RoundState.RESERVED)
                about = (lesson.pep, lesson.puzzles[0].id, lesson.digest, now)
                message = build(post_card(lesson, library, Round(*facts, *about)))
                async with self.pace.turn():
                    await channel.send(**message, nonce=f"post-{guild.id}", silent=True)

    return Client(**_options(discord))


def _interaction(discord: Any) -> Any:
    class Client(discord.Client):
        async def on_interaction(self, interaction: Any) -> None:
            await interaction.response.send_message("Stored.", ephemeral=True)

        async def on_ready(self) -> None:
            log.info("ready as %s", self.user)

    return Client(**_options(discord))


if __name__ == "__main__":
    sys.exit(main())
