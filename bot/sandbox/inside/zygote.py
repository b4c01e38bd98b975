"""A Python that is up, locked, and forks once a run. Python 3.11 and newer; holds no secret.

Speaks over one SEQPACKET socket. To us: a JSON header with the descriptors [code, stdin, stdout,
stderr]. From us: ``ready``, then for each run ``started`` with a pidfd, and ``ended`` with wait4's
figures. Only the process that forked a child can reap it, and only that makes its pidfd free of
races, which is why both happen here.
"""

# mypy: disallow-untyped-calls=False
# ruff: noqa: SLF001  (the child's helpers are written for Python 2 and have no other home)

from __future__ import annotations

import _sitebuiltins
import array
import builtins
import contextlib
import gc
import json
import locale
import os
import select
import signal
import socket
import struct
import sys
from importlib.machinery import PathFinder
from typing import Any, NoReturn

from bot.sandbox.inside import child, locks, memory_files, stdlib

_HEADER_BYTES = 4096

COMMON = (  # noqa: SIM905
    "abc array ast asyncio asyncio.taskgroups asyncio.timeouts base64 bisect cmath codecs "
    "collections collections.abc concurrent.futures concurrent.futures.thread contextlib "
    "contextvars copy ctypes dataclasses datetime decimal dis encodings.ascii encodings.latin_1 "
    "encodings.utf_16 enum errno faulthandler fcntl functools gc grp hashlib heapq importlib "
    "inspect io itertools json keyword locale logging marshal math mmap numbers operator os "
    "pickle pwd pyexpat queue random re reprlib resource select selectors signal socket sqlite3 "
    "ssl stat string struct subprocess termios textwrap threading time traceback types typing "
    "unicodedata warnings weakref zlib annotationlib string.templatelib "
    "concurrent.interpreters compression.zstd "
).split()
"""Loaded by their public names before the locks: what snippets use, and all that needs a library.
What is left out (pathlib, zoneinfo, unittest, html ...) is pure Python around extensions that are
loaded, and comes from the archive: a few milliseconds in the runs that want it, where each module
loaded here makes the start and every fork dearer."""

# For tests, or of no use without a terminal, a device or a file.
_NOT_LOADED = (
    *("_test", "_ctypes_test", "_xxtest", "xx", "_tkinter", "_curses", "readline", "ossaudiodev"),
    *("_dbm", "_gdbm", "nis", "spwd", "syslog"),
)


def main(config: dict[str, Any]) -> int:
    """Load, lock, then serve runs until the other side hangs up; or run ``config["once"]``."""
    finder, once = config["finder"], config["once"]
    config["pid"] = os.getpid()
    child.close_all_but({config["control"]} - {None})
    locks.thread_stacks(config["thread_stack"])
    try:
        preload(finder, config["preload"])
        forget_host()
    except Exception as error:
        if once is not None:
            _refuse(bytes.fromhex(once["nonce"]), error)
        raise
    # program.py's stub put it off: going over what is being loaded again and again frees nothing.
    gc.enable()
    for name in [name for name in sys.modules if name.split(".")[0] == "bot"]:
        del sys.modules[name]
    if once is not None:
        _run(once, once["code"], config, own_process=True)
    control = socket.socket(fileno=config["control"])
    try:
        report = _lock(config)
    except locks.LockError as error:
        control.send(json.dumps({"failed": str(error)}).encode())
        return 125
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"ready": report}).encode())
    _serve(control, config)
    return 0


def _lock(config: dict[str, Any]) -> dict[str, str]:
    locks.die_first()
    locks.hide_memory()
    report: dict[str, str] = locks.put_on(config["locks"])
    return report


def preload(finder: stdlib.Finder, names: list[str] | None) -> None:
    """Load ``names``, or everything a snippet may need that can't come from the archive later."""
    extensions = [each for each in sys.path if each.endswith("lib-dynload")]
    wanted = list(names if names is not None else COMMON)
    if names is None:
        for folder in extensions:
            wanted += sorted(
                entry.split(".")[0]
                for entry in os.listdir(folder)  # noqa: PTH208
                if not entry.startswith(_NOT_LOADED)
            )
    # Else _zoneinfo has the whole of the build's configuration loaded, to learn of folders that
    # nothing can be read from.
    os.environ["PYTHONTZPATH"] = ""
    for name in wanted:
        # Absent in this version or this build: the snippet will be told so by its own import.
        with contextlib.suppress(ImportError, OSError, AttributeError):
            __import__(name)
    del os.environ["PYTHONTZPATH"]
    if PathFinder in sys.meta_path:
        sys.meta_path.remove(PathFinder)
    # libc keeps what it has loaded, so that setlocale(LC_ALL, "") works without its files.
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
        locale.setlocale(locale.LC_ALL, "C")
        locale.setlocale(locale.LC_CTYPE, "")
    stdlib.take_over(finder)
    _exit_builtins()


def forget_host() -> None:
    """Take the host's name and folders out of what a snippet can print. Tidiness, not a lock."""
    names = os.uname_result(("Linux", "sandbox", "", "", os.uname().machine))
    # The call itself is refused, since it tells the host's name; platform asks this instead.
    os.uname = lambda: names
    real = sys.prefix
    for name in ("prefix", "base_prefix", "exec_prefix", "base_exec_prefix"):
        setattr(sys, name, "/python")
    for name in ("executable", "_base_executable"):
        setattr(sys, name, "/python/bin/python3")
    sys.orig_argv[:] = ["python3", child.FILENAME]
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.startswith(real):
            module.__file__ = "/python/" + path.rpartition("/")[2]


def _exit_builtins() -> None:
    """``exit``, ``quit`` and the like, which the site module would have put there."""
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")


class _Spare:
    """A child that is forked already and waits for its run: the fork is off a run's path."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            control.detach()
            ours.detach()
            _become_child(theirs, config)
        theirs.close()
        self.pidfd = os.pidfd_open(self.pid)
        self._socket = ours

    def hand_over(self, message: bytes, fds: list[int]) -> None:
        """Give it its run; its socket is closed with that."""
        with self._socket:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds).tobytes())
            self._socket.sendmsg([message], [rights])

    def dismiss(self) -> None:
        """Let it end without a run."""
        self._socket.close()
        os.waitpid(self.pid, 0)


def _serve(control: socket.socket, config: dict[str, Any]) -> None:
    poll = select.poll()
    poll.register(control.fileno(), select.POLLIN)
    runs: dict[int, tuple[int, int]] = {}
    spare = _Spare(control, config)
    while True:
        for fd, _ in poll.poll():
            if fd == control.fileno():
                message, fds = _receive(control)
                if not message:
                    _end(runs, spare)
                    return
                spare.hand_over(message, fds)
                for each in fds:
                    os.close(each)
                run = json.loads(message)["run"]
                runs[spare.pidfd] = (run, spare.pid)
                poll.register(spare.pidfd, select.POLLIN)
                _send(control, {"started": run, "pid": spare.pid}, spare.pidfd)
                spare = _Spare(control, config)
            else:
                poll.unregister(fd)
                os.close(fd)
                run, pid = runs.pop(fd)
                _, status, usage = os.wait4(pid, 0)
                cpu_ms = (usage.ru_utime + usage.ru_stime) * 1000
                rss = usage.ru_maxrss * 1024
                _send(control, {"ended": run, "status": status, "cpu_ms": cpu_ms, "rss": rss})


def _end(runs: dict[int, tuple[int, int]], spare: _Spare) -> None:
    """Leave no zombie behind: where the bot is process 1, nobody else would reap them."""
    for pidfd, (_, pid) in runs.items():
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.waitpid(pid, 0)
    spare.dismiss()


def _become_child(waiting: socket.socket, config: dict[str, Any]) -> NoReturn:
    """In the forked process: wait for the run, take its streams, close everything else, run it."""
    try:
        child.close_all_but({waiting.fileno()})
        os.setsid()
        locks.die_with_parent(config["pid"])
        message, fds = _receive(waiting)
        if not message:
            os._exit(0)
        with os.fdopen(fds[0], "rb", closefd=False) as file:
            source = file.read()
        for target in (0, 1, 2):
            os.dup2(fds[target + 1], target)
        waiting.detach()
        child.close_all_but(())
        _run(json.loads(message), source, config, own_process=False)
    finally:
        # Whatever went wrong, this process never goes back to being a zygote.
        os._exit(125)


def _run(
    request: dict[str, Any], source: bytes, config: dict[str, Any], *, own_process: bool
) -> NoReturn:
    """Put the last locks on, run ``source``, end the process."""
    nonce = bytes.fromhex(request["nonce"])
    try:
        if own_process:
            _lock(config)
            # What a module opened as it was loaded.
            child.close_all_but(())
        os.nice(5)
        child.limit(request["rlimits"])
        if "fs" in request["needs"]:
            memory_files.install()
        locks.seccomp(config["filter"], config["pid_offsets"])
    except (locks.LockError, OSError, ValueError) as error:
        _refuse(nonce, error)
    # What the frames below the snippet's still hold is in its reach: nothing is.
    config.clear()
    request.clear()
    child.locked(nonce)
    code = child.execute(source, nonce)
    child.finish(code)
    os._exit(125)


def _refuse(nonce: bytes, error: Exception) -> NoReturn:
    child._say(nonce + b"!" + str(error).encode("utf-8", "replace") + b"\n")
    os._exit(125)


def _receive(channel: socket.socket) -> tuple[bytes, list[int]]:
    data, ancillary, _, _ = channel.recvmsg(_HEADER_BYTES, socket.CMSG_SPACE(16))
    fds = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content)
    return data, list(fds)


def _send(control: socket.socket, message: dict[str, Any], fd: int | None = None) -> None:
    rights = (
        [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", fd))] if fd is not None else []
    )
    # A bot that died can't be told anything; its end closes the socket, which ends the loop above.
    with contextlib.suppress(OSError):
        control.sendmsg([json.dumps(message).encode()], rights)
