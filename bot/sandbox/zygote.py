"""Keeps one locked Python up and asks it for a fork per run. The trusted end of inside/zygote.py.

Believes nothing but what the kernel vouches for: pidfds, and wait4's figures from a process that
runs no snippet itself.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import itertools
import json
import logging
import os
import secrets
import signal
import socket
import struct
import subprocess
import time
from typing import TYPE_CHECKING, Any

from bot.core.errors import SandboxUnavailable
from bot.sandbox import execute, program
from bot.sandbox.host import FIRST_USER, USERS, member_filter, this_host
from bot.sandbox.job import Environment
from bot.sandbox.watch import Ended, Started

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.archive import Packed
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.job import Job

log = logging.getLogger(__name__)

START_SECONDS = 20.0
"""A Raspberry Pi loads the library's extensions in two; a host that needs more has a problem."""
FORK_SECONDS = 3.0
END_SECONDS = 1.0
MODULES = ("stdlib", "locks", "memory_files", "child", "zygote")
_MESSAGE_BYTES = 4096
# From a random start, since other bots of this host draw from the same range.
_users = itertools.count(secrets.randbelow(USERS))


def configuration(
    archive: int,
    *,
    second_locks: bool,
    control: int | None = None,
    preload: Sequence[str] | None = None,
    once: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What inside/zygote.py is told: to serve over ``control``, or to run ``once`` and end.

    ``preload`` are the modules to load before the locks; None means all that it knows.
    """
    host = this_host()
    rules = member_filter(host.machine)
    return {
        "control": control,
        "archive": archive,
        "once": once,
        "thread_stack": execute.THREAD_STACK,
        "preload": None if preload is None else list(preload),
        "filter": rules.code,
        "pid_offsets": list(rules.pid_offsets),
        "locks": {
            "linux": True,
            "parent": os.getpid(),
            # Its own user id each, so that RLIMIT_NPROC counts this zygote's processes alone.
            "uid": FIRST_USER + next(_users) % USERS if host.is_root else None,
            "namespaces": second_locks,
            "landlock": second_locks,
        },
    }


def header(job: Job, nonce: bytes, *, private_user: bool) -> dict[str, Any]:
    """What inside/zygote.py is told about one run, but for its code and streams."""
    return {
        "nonce": nonce.hex(),
        "rlimits": execute.rlimits(job.limits, private_user=private_user),
        "needs": sorted(job.needs),
    }


def _spawn(
    interpreter: Interpreter, packed: Packed, config: dict[str, Any]
) -> subprocess.Popen[bytes]:
    text = program.anonymous_file(program.pack_compiled(packed.launcher, config), "program")
    try:
        return subprocess.Popen(
            program.command(interpreter, text, collect=False),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=Environment().variables(),
            cwd="/",
            pass_fds=(text, config["control"], packed.archive, packed.launcher),
            start_new_session=True,
        )
    finally:
        os.close(text)


class Zygote:
    """One such process. Made by `start`; `close` when done."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.locks: dict[str, str] = {}
        self.runs = 0
        self.broken = False
        self.start_ms = 0.0
        self._loop = asyncio.get_running_loop()
        self._control: socket.socket | None = None
        self._ready: asyncio.Future[dict[str, str]] = self._loop.create_future()
        self._gone: asyncio.Future[Ended] | None = None
        self.pid = 0
        self._forked: dict[int, asyncio.Future[tuple[int, int]]] = {}
        self._ended: dict[int, asyncio.Future[Ended]] = {}

    @classmethod
    async def start(
        cls, interpreter: Interpreter, packed: Packed, *, second_locks: bool = True
    ) -> Zygote:
        """Start one and wait until its locks are on.

        Raises:
            SandboxUnavailable: It could not be started or locked.
        """
        zygote = cls(interpreter)
        began = time.monotonic()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                config = configuration(
                    packed.archive, control=theirs.fileno(), second_locks=second_locks
                )
                process = _spawn(interpreter, packed, config)
        except OSError as error:
            ours.close()
            raise SandboxUnavailable(f"{interpreter.path} could not be started: {error}") from error
        zygote._control = ours
        zygote.pid = process.pid
        zygote._gone = execute.await_end(process)
        ours.setblocking(False)
        zygote._loop.add_reader(ours, zygote._receive)
        try:
            async with asyncio.timeout(START_SECONDS):
                zygote.locks = await zygote._ready
        except TimeoutError as error:
            raise SandboxUnavailable(f"Python {interpreter.version} did not come up") from error
        finally:
            if not zygote.locks:
                await zygote.close()
        zygote.start_ms = (time.monotonic() - began) * 1000
        return zygote

    @property
    def idle(self) -> bool:
        """Whether no run of it is going on."""
        return not self._ended

    async def run(self, job: Job, nonce: bytes) -> Started:
        """Fork a child for ``job``.

        Raises:
            SandboxUnavailable: It does not answer as it should; `broken` is set.
        """
        began = time.monotonic()
        run = self.runs = self.runs + 1
        forked = self._forked[run] = self._loop.create_future()
        ended = self._ended[run] = self._loop.create_future()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        code = program.anonymous_file(job.code.encode("utf-8", "replace"), "code")
        stdin = program.anonymous_file(job.stdin.encode("utf-8", "replace"), "stdin")
        request = {"run": run, **header(job, nonce, private_user=self._counts_alone())}
        try:
            self._send(request, (code, stdin, out_write, err_write))
            async with asyncio.timeout(FORK_SECONDS):
                pid, pidfd = await forked
        except (OSError, TimeoutError, SandboxUnavailable, asyncio.CancelledError) as error:
            self._forked.pop(run, None)
            self._ended.pop(run, None)
            os.close(out_read)
            os.close(err_read)
            if isinstance(error, asyncio.CancelledError):
                # The fork may still come: `_dispatch` ends it when it does.
                raise
            self.broken = True
            self.kill()
            raise SandboxUnavailable(f"the sandbox had to be restarted: {error}") from error
        finally:
            for fd in (code, stdin, out_write, err_write):
                os.close(fd)
        ended.add_done_callback(lambda _: os.close(pidfd))
        return Started(pid, began, out_read, err_read, ended, lambda: _kill(pidfd, ended))

    def kill(self) -> None:
        """SIGKILL; its children follow by PDEATHSIG."""
        if self._gone is not None:
            execute.kill_group(self.pid, self._gone)

    async def close(self) -> None:
        """End it and wait for that. Can be called twice."""
        orderly = not self.broken and self._control is not None
        self.broken = True
        if orderly and self._control is not None and self._gone is not None:
            # It ends and reaps its runs itself, so that they are no zombies of process 1.
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_WR)
            await asyncio.wait((self._gone,), timeout=END_SECONDS)
        self.kill()
        if self._gone is not None:
            await asyncio.wait((self._gone,), timeout=FORK_SECONDS)
        self._hung_up()

    def _counts_alone(self) -> bool:
        """Whether RLIMIT_NPROC counts this zygote's processes and nobody else's."""
        return this_host().is_root or "user" in self.locks.get("namespaces", "")

    def _send(self, request: dict[str, Any], fds: tuple[int, ...]) -> None:
        if self._control is None:
            raise SandboxUnavailable("it has ended")
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds).tobytes())
        self._control.sendmsg([json.dumps(request).encode()], [rights])

    def _receive(self) -> None:
        assert self._control is not None  # noqa: S101  (the reader is removed with it)
        try:
            data, ancillary, _, _ = self._control.recvmsg(_MESSAGE_BYTES, socket.CMSG_SPACE(4))
        except BlockingIOError:
            return
        except OSError:
            data, ancillary = b"", []
        fds = [
            struct.unpack("i", content)[0]
            for level, kind, content in ancillary
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS
        ]
        if not data:
            self._hung_up()
            return
        self._dispatch(json.loads(data), fds)

    def _dispatch(self, message: dict[str, Any], fds: list[int]) -> None:
        if "ready" in message:
            report = {name: str(value) for name, value in message["ready"].items()}
            self._ready.set_result(report or {"second locks": "off: not asked for"})
        elif "failed" in message:
            self._ready.set_exception(SandboxUnavailable(str(message["failed"])))
        elif "started" in message:
            forked = self._forked.pop(message["started"], None)
            if forked is not None and not forked.done():
                forked.set_result((message["pid"], fds[0]))
            else:
                # Nobody waits any more: the run was cancelled.
                for fd in fds:
                    with contextlib.suppress(OSError):
                        signal.pidfd_send_signal(fd, signal.SIGKILL)
                    os.close(fd)
        elif "ended" in message:
            ended = self._ended.pop(message["ended"], None)
            if ended is not None:
                ended.set_result(Ended(message["status"], message["cpu_ms"], message["rss"]))

    def _hung_up(self) -> None:
        if self._control is None:
            return
        self.broken = True
        self._loop.remove_reader(self._control)
        self._control.close()
        self._control = None
        gone = SandboxUnavailable("it has ended")
        waited_for: list[asyncio.Future[Any]] = [self._ready, *self._forked.values()]
        for future in waited_for:
            if not future.done():
                future.set_exception(gone)
                # Looked at by whoever waits; where nobody does, that is no fault.
                future.exception()
        for ended in self._ended.values():
            ended.set_result(Ended(None))
        self._forked.clear()
        self._ended.clear()


def _kill(pidfd: int, ended: asyncio.Future[Ended]) -> None:
    if not ended.done():
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
