"""Packs what the sandboxed Python is to do into one text that any Python from 2.7 on can run.

The child gets it through a descriptor, so nothing needs to be readable on disk for it, and the
bot's source is not in reach of an import.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.interpreters import Interpreter

_PACKAGE = "bot.sandbox.inside"

_LOADER = """\
# -*- coding: utf-8 -*-
import sys
kind = type(sys)
for name in ("bot", "bot.sandbox", "bot.sandbox.inside"):
    sys.modules[name] = kind(name)
for name, source in SOURCES:
    full = "bot.sandbox.inside." + name
    module = sys.modules[full] = kind(full)
    setattr(sys.modules["bot.sandbox.inside"], name, module)
    if hasattr(source, "encode"):
        source = compile(source, name + ".py", "exec", 0, 1)
    exec(source, module.__dict__)
    if hasattr(module, "prepare"):
        module.prepare(CONFIG)
sys.exit(module.main(CONFIG))
"""


def pack(modules: Sequence[str], config: Mapping[str, Any]) -> bytes:
    """The text of a program that loads ``modules`` in order and calls the last one's ``main``."""
    head = f"# -*- coding: utf-8 -*-\nSOURCES = {sources(modules)!a}\nCONFIG = {dict(config)!a}\n"
    return (head + _LOADER.partition("\n")[2]).encode("ascii")


def pack_compiled(launcher: int, config: Mapping[str, Any]) -> bytes:
    """As `pack`, with the modules' code in the descriptor ``launcher`` (archive.py makes it)."""
    head = (
        "# -*- coding: utf-8 -*-\nimport marshal, os\n"
        f"SOURCES = marshal.loads(os.pread({launcher}, os.fstat({launcher}).st_size, 0))\n"
        f"os.close({launcher})\nCONFIG = {dict(config)!a}\n"
    )
    return (head + _LOADER.partition("\n")[2]).encode("ascii")


def sources(modules: Sequence[str]) -> list[tuple[str, str]]:
    """Name and text of the modules of ``inside``."""
    return [(name, _source(name)) for name in modules]


def command(interpreter: Interpreter, program_fd: int, *, collect: bool = True) -> list[str]:
    """What to start so that ``interpreter`` runs the program in ``program_fd``.

    Not ``-I``: it ignores PYTHONHASHSEED. The environment is constructed, so there is nothing for
    ``-E`` to shut out. With ``collect`` false the garbage collector is off until the program
    puts it on.
    """
    flags = ["-s", "-S", "-B", "-u"]
    if interpreter.can_run_members:
        flags.append("-P")
    off = "" if collect else "import gc;gc.disable();"
    stub = f"{off}import os;exec(compile(os.fdopen({program_fd},'rb').read(),'program','exec',0,1))"
    return [str(interpreter.path), *flags, "-c", stub]


def anonymous_file(content: bytes, name: str) -> int:
    """A descriptor, at the start of ``content``, of a file that has no path; read-only on Linux."""
    if sys.platform == "linux":
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    if sys.platform == "linux":
        seal(fd)
    return fd


def seal(fd: int) -> None:
    """Nobody can write to it, resize it or map it writable from here on, whoever gets it."""
    import fcntl  # noqa: PLC0415  (Windows has none, and must be able to import this module)

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)


@cache
def _source(name: str) -> str:
    return files(_PACKAGE).joinpath(f"{name}.py").read_text("utf-8")
