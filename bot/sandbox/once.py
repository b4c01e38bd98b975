"""A locked Python for one run: the zygote's program without the fork.

For hosts where a zygote does not start, and for runs that want an environment of their own.
"""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING

from bot.sandbox import execute, program, zygote
from bot.sandbox.host import this_host
from bot.sandbox.inside.zygote import COMMON
from bot.sandbox.watch import Started

if TYPE_CHECKING:
    from bot.sandbox.archive import Packed
    from bot.sandbox.interpreters import Interpreter
    from bot.sandbox.job import Job

_ALWAYS = ("ctypes", "signal", "unicodedata")
# What these load only when they are used, down to an extension: isinstance() with a protocol
# has typing load inspect, which needs _opcode; @singledispatch has functools ask typing. A test
# finds what each Python's own modules would miss (tests/sandbox/test_late_imports.py).
_LATE = {
    "cProfile": ("pstats",),
    "dataclasses": ("inspect", "annotationlib"),
    "datetime": ("locale", "calendar"),
    "email": ("email.generator", "email.parser"),
    "fractions": ("decimal",),
    "functools": ("typing", "inspect", "annotationlib"),
    "hashlib": ("_md5", "_sha1", "_sha2", "_sha256", "_sha3", "_sha512", "_blake2"),
    "pathlib": ("hashlib",),
    "random": ("_sha2", "_sha512"),
    "typing": ("inspect", "annotationlib"),
    "uuid": ("hashlib", "_md5", "_sha1"),
    "warnings": ("tracemalloc",),
}
# They print, open a window or look for files as they are imported.
_NEVER = {"this", "antigravity", "site", "idlelib", "tkinter", "turtle", "turtledemo", "test"}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


def start(
    interpreter: Interpreter, packed: Packed, job: Job, nonce: bytes, *, second_locks: bool
) -> Started:
    """Start ``interpreter``, have it load what ``job`` mentions, lock itself and run it.

    Raises:
        OSError: It could not be started.
    """
    began = time.monotonic()
    request = zygote.header(job, nonce, private_user=this_host().is_root)
    config = zygote.configuration(
        packed.archive,
        second_locks=second_locks,
        preload=mentioned(job.code),
        once={**request, "code": job.code.encode("utf-8", "replace")},
    )
    text = program.anonymous_file(program.pack_compiled(packed.launcher, config), "program")
    try:
        command = program.command(interpreter, text, collect=False)
        process, out, err = execute.spawn(command, job, (text, packed.archive, packed.launcher))
    finally:
        os.close(text)
    ended = execute.await_end(process)
    return Started(
        process.pid, began, out, err, ended, lambda: execute.kill_group(process.pid, ended)
    )


def mentioned(code: str) -> list[str]:
    """The library's modules whose names occur in ``code`` at all: what it may want to import.

    Loading one too many costs a millisecond; one too few, and an extension that it needs, which
    can't be loaded later, shows as an ImportError.
    """
    words: dict[str, None] = {}
    for dotted in _WORD.findall(code):
        parts = dotted.split(".")
        if parts[0] in sys.stdlib_module_names and parts[0] not in _NEVER:
            words.update((".".join(parts[: count + 1]), None) for count in range(len(parts)))
            words.update(dict.fromkeys(_LATE.get(parts[0], ())))
    return [*_ALWAYS, *(name for name in COMMON if name in words), *words]
