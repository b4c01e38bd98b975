"""Runs snippets through the sandbox's public seam and watches from outside what they reach.

Used by the corpus tests and as a command, so that a setting (another user, fewer locks) can be put
on a whole process first: ``python -m tests.sandbox.watched --corpus DIR --setting docker``.
"""

# ruff: noqa: ASYNC240  (nothing else runs on this loop while files are listed)

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import re
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.runs import Limits, Outcome, RunResult
from bot.core.versions import PythonVersion
from bot.sandbox.job import Mode
from bot.sandbox.runner import SandboxRunner

LIMITS = Limits(wall_ms=2_500, cpu_ms=1_000)
HOST_PATHS = (
    "/dev/shm/sbx-corpus",
    "/tmp/lnk",
    "/tmp/fill",
    "/tmp/f0",
    "/tmp/sparse",
    "/lnk",
    "/fill",
    "/f0",
    "/sparse",
)


@dataclass
class Watcher:
    """A secret folder, listeners and a victim; `alarms` says what was touched since the start."""

    folder: Path
    canary: str = field(default_factory=lambda: secrets.token_hex(12))
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self):
        (self.folder / "bot.db").write_text(self.canary)
        (self.folder / "world.txt").write_text("unchanged")
        (self.folder / ".env").write_text(f"DISCORD_TOKEN={self.canary}")
        for path in self.folder.iterdir():
            path.chmod(0o666)
        self.folder.chmod(0o777)
        os.environ["DISCORD_TOKEN"] = self.canary
        self.stack.callback(os.environ.pop, "DISCORD_TOKEN", None)
        self.tcp = self.stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        self.udp = self.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.unix = self.stack.enter_context(socket.socket(socket.AF_UNIX))
        self.unix.bind(str(self.folder / "sock"))
        self.unix.listen(16)
        self.stream = self.stack.enter_context(socket.socket(socket.AF_UNIX))
        self.stream.bind(f"\0sbxcanary{self.tag}")
        self.stream.listen(16)
        self.datagram = self.stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.datagram.bind(f"\0sbxcanarydg{self.tag}")
        # The victim has the sandbox's own user id where we can give it: the nearest neighbour.
        self.victim = subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; print('up', flush=True); time.sleep(600)"],
            stdout=subprocess.PIPE,
        )
        self.stack.callback(self._end_victim)
        self.victim.stdout.readline()
        self.victim_limits = self._victim_limits()
        self.files = self._files()
        self.host_paths = {path for path in HOST_PATHS if os.path.lexists(path)}
        self.processes = _user_processes()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def fill(self, text: str) -> str:
        values = {
            "PARENT": os.getpid(),
            "VICTIM": self.victim.pid,
            "PORT": self.tcp.getsockname()[1],
            "UDP": self.udp.getsockname()[1],
            "SECRETDIR": self.folder,
            "CANARY": self.canary,
            "HOSTINIT": Path("/proc/1/comm").read_text().strip(),
            "TAG": self.tag,
        }
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def alarms(self) -> list[str]:
        found = []
        readable, _, _ = select.select(
            [self.tcp, self.udp, self.unix, self.stream, self.datagram], [], [], 0
        )
        for each in readable:
            found.append(f"something reached {each.getsockname()!r}")
            each.accept()[0].close() if each.type == socket.SOCK_STREAM else each.recv(64)
        if self.victim.poll() is not None:
            found.append(f"the victim ended: {self.victim.returncode}")
        elif Path(f"/proc/{self.victim.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            found.append("the victim was stopped")
        elif self._victim_limits() != self.victim_limits:
            found.append("the victim's limits were changed")
        if self._files() != self.files:
            found.append("the secret folder was changed")
        found += [
            f"{p} was made" for p in HOST_PATHS if p not in self.host_paths and os.path.lexists(p)
        ]
        return found

    def _end_victim(self):
        self.victim.kill()
        self.victim.wait()
        self.victim.stdout.close()

    def _victim_limits(self):
        return Path(f"/proc/{self.victim.pid}/limits").read_text()

    def _files(self):
        rows = []
        for path in sorted(self.folder.iterdir()):
            seen = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            rows.append(
                (path.name, seen.st_mode, seen.st_uid, seen.st_size, seen.st_mtime_ns, content)
            )
        return rows


def _handle(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _user_processes() -> set[int]:
    """Processes of the users that root drops to, or of ourselves."""
    found = set()
    own = os.getuid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                uid = entry.stat().st_uid
                comm = (entry / "status").read_text()
            except OSError:
                continue
            real = int(re.search(r"Uid:\s+(\d+)", comm)[1])
            parent = int(re.search(r"PPid:\s+(\d+)", comm)[1])
            # Somebody else's sandbox may be at work on this machine; an orphan or a child is ours.
            if parent not in (1, os.getpid()):
                continue
            if 64_700 <= real < 64_764 or (own != 0 and own in (uid, real)):
                found.add(int(entry.name))
    return found


def judge(name: str, source: str, watcher: Watcher, result: RunResult) -> list[str]:
    """What is wrong with ``result``; nothing if the sandbox did as the file's header expects."""
    expect = re.search(r"# expect: (.*)", source)[1]
    output = result.stdout + result.stderr
    wrong = []
    if re.search(r"^ESCAPED|^LEAK", output, re.MULTILINE):
        wrong.append(output.strip()[:160])
    if watcher.canary in output:
        wrong.append("the canary was printed")
    if result.outcome is Outcome.UNAVAILABLE:
        wrong.append(f"unavailable: {result.detail}")
    if result.duration_ms > LIMITS.wall_ms + 1_500:
        wrong.append(f"took {result.duration_ms:.0f} ms")
    if len(output.encode("utf-8", "replace")) > LIMITS.output_bytes * 3 + 200:
        wrong.append("printed more than the cap")
    if result.peak_memory_bytes > LIMITS.address_space_bytes:
        wrong.append(f"used {result.peak_memory_bytes >> 20} MB")
    if result.threads > 300:
        wrong.append(f"{result.threads} threads")
    if expect.startswith("allow"):
        wrong += _allowed(name, source, expect, result)
    if "bound: " in result.stdout or "opened: " in result.stdout:
        wrong.append(result.stdout.strip()[:100])
    return wrong


def _allowed(name: str, source: str, expect: str, result: RunResult) -> list[str]:
    tail = (result.stderr or result.stdout)[-160:]
    seen = f"{result.outcome} exit={result.exit_code} {result.detail} {tail!r}"
    if "exit" in expect:
        return [] if result.exit_code == 1 and result.stderr else [seen]
    if "os._exit(137)" in source:
        return [] if result.exit_code == 137 else [seen]
    if result.outcome is not Outcome.OK:
        return [seen]
    if re.search(r"print\(.?.OK", source) and "OK" not in result.stdout + result.stderr:
        return [seen]
    return []


async def run_corpus(
    folder: Path,
    version: PythonVersion,
    mode: Mode,
    *,
    second_locks: bool,
    at_once: int = 2,
    pythons=(),
) -> dict[str, list[str]]:
    """Verdicts by file name (nothing wrong: an empty list); "outside" is what watching showed."""
    verdicts: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="secret") as secret, Watcher(Path(secret)) as watcher:
        async with SandboxRunner(
            pythons, runs_at_once=at_once, second_locks=second_locks
        ) as sandbox:
            if version not in sandbox.interpreters():
                raise SystemExit(f"no Python {version} here: {sandbox.interpreters()}")

            async def one(path: Path) -> None:
                source = watcher.fill(path.read_text("utf-8"))
                result = await sandbox.run(source, LIMITS, version, mode=mode)
                verdicts[path.name] = judge(path.name, source, watcher, result)
                if at_once == 1:
                    verdicts[path.name] += watcher.alarms()

            await asyncio.gather(*(one(path) for path in sorted(folder.glob("*.py"))))
        outside = watcher.alarms()
        left = _user_processes() - watcher.processes
        # An orphan that is dying is no leftover, nor is one of another sandbox on this machine.
        handles = {pid: _handle(pid) for pid in left}
        for pid, handle in handles.items():
            if handle is not None:
                ended, _, _ = select.select([handle], [], [], 10)
                os.close(handle)
                if not ended:
                    outside.append(f"process left: {pid}")
        verdicts["outside"] = outside
    return dict(sorted(verdicts.items()))


def main() -> int:
    from tests.sandbox import settings

    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--python", type=PythonVersion.parse, default=PythonVersion(3, 11))
    parser.add_argument("--pythons", type=Path, action="append", default=[])
    parser.add_argument("--setting", choices=settings.ALL, default="plain")
    parser.add_argument("--mode", type=Mode, default=Mode.ZYGOTE)
    parser.add_argument("--at-once", type=int, default=2)
    arguments = parser.parse_args()
    second_locks = settings.put_on(arguments.setting)
    verdicts = asyncio.run(
        run_corpus(
            arguments.corpus,
            arguments.python,
            arguments.mode,
            second_locks=second_locks,
            at_once=arguments.at_once,
            pythons=arguments.pythons,
        )
    )
    sys.stdout.write(json.dumps(verdicts, indent=1) + "\n")
    return 1 if any(verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
