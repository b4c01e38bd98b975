"""Builds snippets that try something forbidden and say how it went."""

from __future__ import annotations

import platform
import textwrap

from bot.core.runs import Outcome
from bot.sandbox.syscalls import numbers

_HEAD = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    r = libc.syscall(number, *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if r < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return r
"""


def tries(body: str, head: str = "") -> str:
    """``body`` in a try: prints ESCAPED where it comes to its end, else which error stopped it."""
    inner = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return (
        f"{textwrap.dedent(head)}\ntry:\n{inner}\nexcept BaseException as e:\n"
        "    print('stopped', type(e).__name__, getattr(e, 'errno', None))\nelse:\n"
        "    print('ESCAPED')\n"
    )


def raw(name: str, arguments: str = "", before: str = "") -> str:
    """The system call ``name`` from native code, as a shellcode would make it."""
    number = numbers(platform.machine())[name]
    return tries(f"{before}\ncall({number}, {arguments})", _HEAD)


def assert_stopped(result) -> None:
    assert "ESCAPED" not in result.stdout + result.stderr
    assert result.outcome in (Outcome.OK, Outcome.ERROR), result
    assert "stopped" in result.stdout, result
