"""Starts one new Python for one run of authored code. What the result means is decided elsewhere.

For Pythons that can't be locked whole (2.7, 3.6 to 3.10, or a host without the means): they import
from disk while the snippet runs, so reading files stays possible, as far as Landlock lets them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from bot.sandbox import program
from bot.sandbox.host import FIRST_USER, library_filter, this_host
from bot.sandbox.watch import Ended, Started

if TYPE_CHECKING:
    import resource
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bot.core.runs import Limits
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.job import Job

log = logging.getLogger(__name__)

THREAD_STACK = 4 * 1024 * 1024
"""Bytes a thread. 48 stacks of the usual 8 MB would not fit into the address space of one run."""
_POLL_SECONDS = 0.005
_SYSTEM_LIBRARIES = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo"]


def rlimits(
    limits: Limits, *, private_user: bool = False, runs_at_once: int = 2
) -> list[tuple[str, int, int]]:
    """setrlimit(2) calls for ``limits``: name, soft, hard.

    RLIMIT_NPROC counts the threads of a user, so it only helps where the user is the sandbox's own.
    """
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
    if private_user:
        same["RLIMIT_NPROC"] = runs_at_once * (limits.threads + 2) + 1
    # At the soft limit SIGXCPU ends it, unless it is ignored; at the hard one SIGKILL does.
    return [("RLIMIT_CPU", cpu, cpu + 1), *((name, value, value) for name, value in same.items())]


def locks_for(interpreter: Interpreter, *, second_locks: bool) -> dict[str, Any]:
    """The locks that ``interpreter`` can wear while it still imports from disk."""
    host = this_host()
    if sys.platform != "linux":
        return {}
    locks: dict[str, Any] = {"linux": True, "parent": os.getpid(), "nice": 5}
    if host.is_root and _open_to_all(interpreter.path):
        locks["uid"] = FIRST_USER
    if second_locks:
        locks["namespaces"] = True
        locks["landlock"] = [str(interpreter.path.parent.parent), *_SYSTEM_LIBRARIES]
    if host.reason is None:
        rules = library_filter(host.machine)
        locks["seccomp"], locks["pid_offsets"] = rules.code, list(rules.pid_offsets)
    return locks


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
        "needs": sorted(job.needs),
        "thread_stack": THREAD_STACK,
    }
    began = time.monotonic()
    text = program.anonymous_file(
        program.pack(("locks", "memory_files", "child"), config), "program"
    )
    try:
        command = program.command(interpreter, text)
        process, out, err = spawn(command, job, (text,))
    finally:
        os.close(text)
    ended = await_end(process)
    return Started(process.pid, began, out, err, ended, lambda: kill_group(process.pid, ended))


def spawn(
    command: Sequence[str], job: Job, pass_fds: Sequence[int]
) -> tuple[subprocess.Popen[bytes], int, int]:
    """Start ``command`` in a session of its own; the process, its stdout and its stderr.

    Raises:
        OSError: It could not be started; nothing is left open.
    """
    stdin = program.anonymous_file(job.stdin.encode("utf-8", "replace"), "stdin")
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    try:
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=out_write,
            stderr=err_write,
            env=job.environment.variables(),
            cwd=job.environment.cwd or "/",
            pass_fds=pass_fds,
            start_new_session=True,
        )
    except OSError:
        os.close(out_read)
        os.close(err_read)
        raise
    finally:
        for fd in (stdin, out_write, err_write):
            os.close(fd)
    return process, out_read, err_read


def kill_group(pid: int, ended: asyncio.Future[Ended]) -> None:
    """SIGKILL to the whole group, while its leader is not yet reaped and the number is ours."""
    if not ended.done():
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            log.debug("sandbox: group %s is gone", pid)


def await_end(process: subprocess.Popen[bytes]) -> asyncio.Future[Ended]:
    """A future of the end of ``process``; what is left of its group dies with it."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Ended] = loop.create_future()

    def finish(status: int, usage: resource.struct_rusage) -> None:
        process.returncode = os.waitstatus_to_exitcode(status)
        if not ended.done():
            cpu_ms = (usage.ru_utime + usage.ru_stime) * 1000
            unit = 1 if sys.platform == "darwin" else 1024
            ended.set_result(Ended(status, cpu_ms, usage.ru_maxrss * unit))

    def look() -> None:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid == 0:
            loop.call_later(_POLL_SECONDS, look)
        else:
            kill_group(process.pid, ended)
            finish(status, usage)

    try:
        pidfd = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        # macOS, and kernels before 5.3: look every few milliseconds.
        look()
        return ended

    def readable() -> None:
        loop.remove_reader(pidfd)
        os.close(pidfd)
        # It is a zombie now, so its number still names its group and nobody else's.
        kill_group(process.pid, ended)
        _, status, usage = os.wait4(process.pid, 0)
        finish(status, usage)

    loop.add_reader(pidfd, readable)
    return ended


def _open_to_all(path: Path) -> bool:
    """Whether another user can reach the library: pyenv's in a closed home folder can't be."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
