"""One sandbox for all tests of this folder, on a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
from functools import cache
from pathlib import Path

import pytest

from bot.core.runs import Limits
from bot.core.versions import PythonVersion
from bot.sandbox.host import this_host
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.job import Mode
from bot.sandbox.runner import SandboxRunner
from tests.sandbox.watched import Watcher

OWN = PythonVersion(*sys.version_info[:2])
QUICK = Limits(wall_ms=2_000, cpu_ms=1_000)
NOWHERE = Path("/nonexistent")

needs_locks = pytest.mark.skipif(
    this_host().reason is not None, reason=f"no locks on this host: {this_host().reason}"
)


@cache
def every_python():
    """The Pythons of this host and of the checkout, oldest first."""
    return find_interpreters((Path(__file__).parents[2] / ".pythons",))


def only_own_python(**more) -> SandboxRunner:
    """A runner that knows the Python of the tests and no other: quick to make."""
    return SandboxRunner(search_path="", pyenv_root=NOWHERE, **more)


class Bench:
    """Calls a runner from ordinary functions."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.sandbox = only_own_python()
        self.call(self.sandbox.start())

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def __call__(self, code, *, limits=QUICK, mode=Mode.ZYGOTE, **more):
        return self.call(self.sandbox.run(code, limits, OWN, mode=mode, **more))

    def close(self):
        self.call(self.sandbox.close())
        self.call(asyncio.sleep(0))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture(scope="session")
def ran():
    """``ran(code)``: the result of a run in a fork of the zygote."""
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture(scope="session")
def watcher(tmp_path_factory):
    with Watcher(tmp_path_factory.mktemp("secret")) as watching:
        yield watching
