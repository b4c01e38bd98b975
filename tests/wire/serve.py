"""The server as a process of its own: ``python -m tests.wire.serve``.

Prints its addresses as one line of JSON.

It ends with SIGTERM, SIGINT or, with ``--until-eof``, when its standard input closes: then it can't
outlive a parent that was killed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import importlib.util
import json
import os
import signal
import sys

from aiohttp import web

from .control import Control, addresses
from .server import WireServer


def main() -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="REST and gateway; 0 takes a free one")
    parser.add_argument(
        "--control-port", type=int, default=0, help="the control endpoint; 0 takes a free one"
    )
    parser.add_argument("--guilds", type=int, default=0, help="guilds to begin with")
    parser.add_argument("--padding", type=int, default=0, help="bytes that swell each GUILD_CREATE")
    parser.add_argument("--shards", type=int, default=1, help="what /gateway/bot recommends")
    parser.add_argument("--guilds-a-shard", type=int, default=2500, help="more need more shards")
    parser.add_argument("--no-limits", action="store_true", help="keep no rate limits")
    parser.add_argument("--no-oracle", action="store_true", help="judge nothing: for timing")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input closes")
    options = parser.parse_args()
    # Where the speed extra is installed the server takes it too, or it would hold the bot back.
    has_uvloop = importlib.util.find_spec("uvloop") is not None
    make_loop = importlib.import_module("uvloop").new_event_loop if has_uvloop else None
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(serve(options))


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = WireServer(
        limits=not options.no_limits,
        use_schema=not options.no_oracle,
        recommended_shards=options.shards,
        remember=0 if options.no_oracle else 5000,
    )
    server.gateway.guilds_a_shard = options.guilds_a_shard
    if options.no_oracle:
        server.oracle.turn_off()
        server.gateway.keeps_rendered = True
    for n in range(options.guilds):
        server.add_guild(f"Guild {n}", padding=options.padding)
    # The latencies measured here are to be the bot's: no long collections of our own in between.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    await server.start(options.port)
    runner = web.AppRunner(Control(server).app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.control_port).start()
    control = f"http://127.0.0.1:{runner.addresses[0][1]}"
    line = addresses(server) | {"control": control, "pid": os.getpid()}
    print(json.dumps(line), flush=True)  # noqa: T201
    if options.until_eof:
        loop.add_reader(sys.stdin.fileno(), _read_or_end, ended)
    try:
        await ended.wait()
    finally:
        await runner.cleanup()
        await server.stop()


def _read_or_end(ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        ended.set()


if __name__ == "__main__":
    main()
