"""Finds out whether this host contains what it must, by trying: canaries on the real path.

A lock that is believed to be on and is not is worse than none, so nothing here asks the system what
it supports: each canary tries what must fail, or what must work, and is looked at from outside too.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import tempfile
import textwrap
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import SandboxUnavailable
from bot.core.runs import Outcome
from bot.sandbox.host import this_host
from bot.sandbox.job import Job
from bot.sandbox.limits import MIB, SELFTEST, with_settings
from bot.sandbox.watch import Watch

if TYPE_CHECKING:
    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion
    from bot.sandbox.runner import SandboxRunner

WAYS = ("fork", "once")
_SLEEPER = "import time\ntime.sleep(60)\n"
_STATUS = {"Seccomp": "2", "NoNewPrivs": "1", "CapEff": "0" * 16}


@dataclass(frozen=True, slots=True)
class Canary:
    """One thing to try: the ``wanted`` outcomes, and what it must print where that is fixed."""

    name: str
    code: str
    wanted: frozenset[Outcome]
    prints: str = ""
    wall_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One canary's result: whether it held, and what was seen.

    ``by_time``: it did not hold because it ran out of time, as on a host that is busy right now.
    """

    name: str
    held: bool
    seen: str
    by_time: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one interpreter.

    ``way`` is how members' code can be run on it (``fork`` or ``once``), None where it can't be.
    ``locks`` maps each second lock to "on ..." or "off: why".
    """

    python: PythonVersion
    way: str | None
    rows: tuple[Row, ...]
    locks: dict[str, str]
    reason: str | None

    @property
    def is_chance(self) -> bool:
        """Whether nothing got through and time alone was short: worth another try later."""
        return self.way is None and bool(self.rows) and all(r.held or r.by_time for r in self.rows)

    @property
    def summary(self) -> str:
        """One sentence for a log."""
        if self.way is not None:
            how = "a fork of a zygote" if self.way == "fork" else "a Python of its own for each run"
            return f"holds, with {how}: members may use it"
        return f"authored code only: {self.reason}"


_ANY_END = frozenset({Outcome.OK, Outcome.ERROR})
_OK = frozenset({Outcome.OK})


def canaries(secret: Path, port: int, abstract: str) -> tuple[Canary, ...]:
    """What is tried, against a file, a TCP port and an abstract socket of ours."""

    def attempt(name: str, code: str) -> Canary:
        body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
        text = f"try:\n{body}\nexcept BaseException as e:\n    print('held', type(e).__name__)\n"
        return Canary(name, text + "else:\n    print('ESCAPED')\n", _ANY_END)

    return (
        Canary("prints", "print('hi')", _OK, "hi\n"),
        Canary(
            "asyncio works",
            "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\n"
            "async def g():\n    return await asyncio.gather(f(1), f(2))\nprint(asyncio.run(g()))",
            _OK,
            "[1, 2]\n",
        ),
        Canary(
            "sqlite3 works in memory",
            "import sqlite3\nprint(sqlite3.connect(':memory:').execute('select 7').fetchone())",
            _OK,
            "(7,)\n",
        ),
        attempt("reads a file", f"print(open({str(secret)!r}).read())"),
        attempt("asks whether a file exists", f"import os\nos.stat({str(secret)!r})"),
        attempt("writes a file", f"open({str(secret) + '.new'!r}, 'w').write('x')"),
        attempt("reads the bot's environment", f"open('/proc/{os.getpid()}/environ', 'rb').read()"),
        Canary(
            "sees its own environment",
            "import os\nprint(sorted(os.environ))",
            _OK,
            "['LANG', 'LC_ALL', 'MALLOC_ARENA_MAX', 'PYTHONHASHSEED', 'PYTHONIOENCODING', 'TZ']\n",
        ),
        attempt(
            "connects to TCP",
            f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)",
        ),
        attempt(
            "sends to an abstract socket",
            f"""
            import socket
            a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            a.sendto(b'ESC', {abstract!r})
            """,
        ),
        attempt("forks", "import os\nif os.fork() == 0: os._exit(0)"),
        attempt("starts a program", "import os\nos.execv('/bin/true', ['true'])"),
        attempt("signals the bot", f"import os\nos.kill({os.getpid()}, 0)"),
        attempt("maps executable memory", "import mmap\nmmap.mmap(-1, 4096, prot=7)"),
        attempt("raises its limits", "import resource as r\nr.setrlimit(r.RLIMIT_AS, (-1, -1))"),
        Canary("needs 300 MB", f"x = bytearray({300 * MIB})", frozenset({Outcome.MEMORY})),
        Canary(
            "starts threads without end",
            "import _thread, time\nn = 0\nwhile n < 3000:\n"
            "    _thread.start_new_thread(time.sleep, (9,))\n    n += 1\nprint('ESCAPED')",
            frozenset({Outcome.ERROR, Outcome.KILLED}),
        ),
        Canary(
            "prints without end", "while True: print('x' * 99)", frozenset({Outcome.OUTPUT_LIMIT})
        ),
        Canary("sleeps", _SLEEPER, frozenset({Outcome.TIMEOUT}), wall_ms=200),
    )


async def examine(
    runner: SandboxRunner, version: PythonVersion, limits: Limits = SELFTEST
) -> Report:
    """Try the canaries on ``version`` in each way until all of them hold in one."""
    interpreter = runner.interpreter(version)
    reason = this_host().reason
    if interpreter is None:
        return Report(version, None, (), {}, f"no Python {version} here")
    if reason is None and not interpreter.can_run_members:
        reason = "members' code needs Python 3.11 or newer"
    if reason is not None:
        return Report(version, None, (), {}, reason)
    rows: tuple[Row, ...] = ()
    locks: dict[str, str] = {}
    for way in WAYS:
        rows, locks = await _try_all(runner, version, way, limits)
        if all(row.held for row in rows):
            return Report(version, way, rows, locks, None)
    failed = ", ".join(row.name for row in rows if not row.held)
    return Report(version, None, rows, locks, f"did not hold: {failed}")


async def _try_all(
    runner: SandboxRunner, version: PythonVersion, way: str, usual: Limits
) -> tuple[tuple[Row, ...], dict[str, str]]:
    # Two small files in a temporary folder, and nobody waits for this: no thread is worth it.
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        secret = folder / "secret"
        canary_text = secrets.token_hex(16)
        secret.write_text(canary_text)
        secret.chmod(0o644)
        folder.chmod(0o755)  # noqa: ASYNC240
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = f"\0pep-speedrun-{secrets.token_hex(8)}"
        datagrams = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        datagrams.bind(abstract)
        rows = []
        for canary in canaries(secret, tcp.getsockname()[1], abstract):
            limits = with_settings(usual, wall_ms=canary.wall_ms)
            result = await runner.attempt(Job(canary.code, limits), version, way)
            rows.append(_row(canary, result, canary_text))
            if result.outcome is Outcome.UNAVAILABLE:
                break
        rows.append(await _look_at_locks(runner, version, way, usual))
        rows.append(_quiet("nothing arrived from the snippets", (tcp, datagrams)))
    supervisor = runner.supervisor(version)
    zygote = supervisor.zygote if supervisor is not None else None
    return tuple(rows), dict(zygote.locks) if zygote is not None else {}


def _row(canary: Canary, result: RunResult, secret: str) -> Row:
    output = result.stdout + result.stderr
    held = (
        result.outcome in canary.wanted
        and "ESCAPED" not in output
        and secret not in output
        and (not canary.prints or result.stdout == canary.prints)
    )
    seen = result.detail or output.strip()[-120:] or result.outcome.value
    by_time = not held and result.outcome is Outcome.TIMEOUT and "ESCAPED" not in output
    return Row(canary.name, held, seen, by_time and secret not in output)


def _quiet(name: str, listeners: tuple[socket.socket, ...]) -> Row:
    for listener in listeners:
        listener.setblocking(False)
        try:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(16)
        except BlockingIOError:
            continue
        return Row(name, held=False, seen="something arrived")
    return Row(name, held=True, seen="nothing")


async def _look_at_locks(
    runner: SandboxRunner, version: PythonVersion, way: str, limits: Limits
) -> Row:
    """Look at a running snippet from outside: the kernel's own word on its locks."""
    name = "the kernel shows the locks"
    supervisor = runner.supervisor(version)
    if supervisor is None:
        return Row(name, held=False, seen="no such Python")
    job = Job("print('up', flush=True)\n" + _SLEEPER, limits)
    nonce = b"\0" + secrets.token_hex(16).encode()
    try:
        start = supervisor.fork if way == "fork" else supervisor.once
        started = await start(job, nonce)
    except (OSError, SandboxUnavailable) as error:
        return Row(name, held=False, seen=str(error))
    watch = asyncio.create_task(Watch(started, job.limits).observe())
    status: dict[str, str] = {}
    while not watch.done() and status.get("Seccomp") != "2":
        await asyncio.sleep(0.01)
        status = _status(started.pid)
    started.kill()
    await watch
    problems = [
        f"{field} is {status.get(field, 'unknown')}"
        for field, value in _STATUS.items()
        if status.get(field) != value
    ]
    return Row(name, held=not problems, seen="; ".join(problems) or "seccomp, no privileges")


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
