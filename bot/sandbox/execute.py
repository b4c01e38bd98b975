"""Starts one new Python for one run, under limits. What the result means is decided elsewhere."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

from bot.sandbox import program
from bot.sandbox.watch import Ended, Started

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.runs import Limits
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.job import Job

log = logging.getLogger(__name__)

_OWN_USER = 64_700
"""A user id for root to drop to: between Debian's allocations and what systemd hands out."""


def rlimits(limits: Limits) -> list[tuple[str, int, int]]:
    """setrlimit(2) calls for ``limits``: name, soft, hard."""
    cpu = -(-limits.cpu_ms // 1000)
    same = {
        "RLIMIT_AS": limits.address_space_bytes,
        "RLIMIT_DATA": limits.data_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        # No file can grow and no core is written; pipes are not files.
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_RTPRIO": 0,
        "RLIMIT_STACK": 8 * 1024 * 1024,
    }
    # At the soft limit SIGXCPU ends it, unless it is ignored; at the hard one SIGKILL does.
    return [("RLIMIT_CPU", cpu, cpu + 1), *((name, value, value) for name, value in same.items())]


def start(interpreter: Interpreter, job: Job, nonce: bytes, locks: Mapping[str, Any]) -> Started:
    """Start ``interpreter`` with ``job``. Takes about 2 ms of the loop's time.

    Called on the loop's own thread and not in a pool: PDEATHSIG means the death of the thread
    that forked.

    Raises:
        OSError: It could not be started.
    """
    config = {
        "code": job.code.encode("utf-8", "replace"),
        "nonce": nonce,
        "rlimits": rlimits(job.limits),
        "locks": dict(locks),
    }
    to_close: list[int] = []
    try:
        text = program.anonymous_file(program.pack(("locks", "child"), config), "program")
        to_close.append(text)
        stdin = program.anonymous_file(job.stdin.encode("utf-8", "replace"), "stdin")
        to_close.append(stdin)
        out_read, out_write = os.pipe()
        to_close.append(out_write)
        err_read, err_write = os.pipe()
        to_close.append(err_write)
        try:
            process = _spawn(interpreter, job, text, (stdin, out_write, err_write))
        except OSError:
            to_close += [out_read, err_read]
            raise
    finally:
        for fd in to_close:
            os.close(fd)
    ended = _await_end(process)
    return Started(process.pid, out_read, err_read, ended, lambda: kill_group(process.pid, ended))


def _spawn(
    interpreter: Interpreter, job: Job, text: int, streams: Sequence[int]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command(interpreter, text),
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        env=job.environment.variables(),
        cwd=job.environment.cwd or "/",
        pass_fds=(text,),
        start_new_session=True,
    )


def kill_group(pid: int, ended: asyncio.Future[Ended]) -> None:
    """SIGKILL to the whole group, while its leader is not yet reaped and the number is ours."""
    if not ended.done():
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            log.debug("sandbox: group %s is gone", pid)


def _await_end(process: subprocess.Popen[bytes]) -> asyncio.Future[Ended]:
    """A future of the end of ``process``; what is left of its group dies with it."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Ended] = loop.create_future()
    pidfd = os.pidfd_open(process.pid)

    def reap() -> None:
        loop.remove_reader(pidfd)
        os.close(pidfd)
        # It is a zombie now, so its number still names its group and nobody else's.
        kill_group(process.pid, ended)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if not ended.done():
            cpu_ms = (usage.ru_utime + usage.ru_stime) * 1000
            ended.set_result(Ended(status, cpu_ms, usage.ru_maxrss * 1024))

    loop.add_reader(pidfd, reap)
    return ended
