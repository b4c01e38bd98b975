"""What the library imports only when it is used is there too, in every way of running."""

from __future__ import annotations

import json
import subprocess

import pytest

from bot.core.runs import Outcome
from bot.sandbox import once
from bot.sandbox.inside.zygote import COMMON
from bot.sandbox.job import Environment
from bot.sandbox.limits import AUTHORED
from bot.sandbox.runner import SandboxRunner
from tests.sandbox.conftest import OWN, every_python

PROTOCOL = """
from typing import Protocol, runtime_checkable

@runtime_checkable
class Purrs(Protocol):
    def purr(self): ...

class Cat:
    def purr(self): return 1

print(isinstance(Cat(), Purrs))
"""
DISPATCH = """
from functools import singledispatch

@singledispatch
def kind(thing): return "any"

@kind.register
def _(thing: int): return "int"

print(kind(1))
"""


HASHES = """
import random, uuid
random.seed("x")
print(uuid.uuid5(uuid.NAMESPACE_DNS, "a").version)
"""
MAIL = """
from email.message import EmailMessage
mail = EmailMessage()
mail["To"] = "a@b"
print(mail.as_string())
"""


@pytest.mark.parametrize(
    ("code", "printed"),
    [(PROTOCOL, "True\n"), (DISPATCH, "int\n"), (HASHES, "5\n"), (MAIL, "To: a@b\n\n\n")],
)
async def test_a_module_that_loads_another_late_finds_it(code, printed):
    async with SandboxRunner() as sandbox:
        for python in sandbox.interpreters():
            if (python.major, python.minor) < (3, 8):
                continue
            for environment in (Environment(), Environment(hash_seed=1)):
                result = await sandbox.run(code, AUTHORED, python, environment=environment)
                assert (result.outcome, result.stdout) == (Outcome.OK, printed), python


LOCKED = [
    # A minute each where the machine is busy.
    pytest.param(each, marks=[] if each.version == OWN else pytest.mark.slow, id=str(each.version))
    for each in every_python()
    if each.can_run_members
]
OTHERS = [
    "argparse",
    "bz2",
    "cProfile",
    "calendar",
    "cmd",
    "code",
    "colorsys",
    "configparser",
    "csv",
    "difflib",
    "doctest",
    "email",
    "email.message",
    "fractions",
    "getpass",
    "graphlib",
    "gzip",
    "html",
    "http",
    "ipaddress",
    "json.tool",
    "logging.config",
    "lzma",
    "mimetypes",
    "optparse",
    "pathlib",
    "pdb",
    "plistlib",
    "pprint",
    "sched",
    "secrets",
    "shelve",
    "shlex",
    "shutil",
    "statistics",
    "string",
    "tarfile",
    "tempfile",
    "timeit",
    "tomllib",
    "unittest",
    "unittest.mock",
    "urllib.parse",
    "uuid",
    "wave",
    "xml.etree.ElementTree",
    "zipfile",
    "zoneinfo",
]

# Loads what exec mode loads for a snippet that names one module; then each module that a function
# of that one would import when it is called: which extensions come with it only now?
FIND = """
import dis, importlib.util, json, os, sys, types, warnings
warnings.simplefilter("ignore")

def load(name):
    try: __import__(name)
    except BaseException: pass

def called(code, inside=False):
    found = set()
    for each in dis.get_instructions(code):
        if inside and each.opname == "IMPORT_NAME": found.add(each.argval)
    for inner in code.co_consts:
        # A class's body runs with its module, a function's does not.
        if isinstance(inner, types.CodeType):
            found |= called(inner, inside or bool(inner.co_flags & 1))
    return found

def extensions():
    loaded = list(sys.modules.items())
    return {name for name, each in loaded if str(getattr(each, "__file__", "")).endswith(".so")}

for line in sys.stdin:
    module, *first = line.split()
    if os.fork():
        os.wait()
        continue
    for name in first: load(name)
    try: code = importlib.util.find_spec(module).loader.get_code(module)
    except BaseException: code = None
    missing = {}
    for name in sorted(called(code)) if code else ():
        before = extensions()
        if name.split(".")[0] in sys.stdlib_module_names: load(name)
        if extensions() - before: missing[name] = sorted(extensions() - before)
    os.write(1, (json.dumps([module, missing]) + "\\n").encode())
    os._exit(0)
"""

ACCEPTED = {
    # Caught where it is imported: without it they go on in pure Python, or in plain text.
    *(("collections", "heapq"), ("cmd", "readline"), ("code", "readline"), ("pdb", "readline")),
    *(("argparse", "shutil"), ("uuid", "shutil"), ("shutil", "zipfile")),
    # For what there is none of here: processes, files, sockets, users, a terminal.
    *(("os", "subprocess"), ("subprocess", "grp"), ("pathlib", "grp"), ("shutil", "grp")),
    *(("uuid", "socket"), ("uuid", "subprocess"), ("ssl", "calendar")),
    *(("logging", "pickle"), ("logging.config", "multiprocessing.queues"), ("types", "_socket")),
    *(("pdb", "pydoc"), ("pdb", "_pyrepl.readline"), ("pathlib", "urllib.request")),
    *(
        ("pathlib", "urllib.error"),
        ("pathlib", "shutil"),
        ("shelve", "dbm"),
        ("traceback", "importlib.resources.readers"),
    ),
    # Their own tests and demonstrations.
    *(("pickle", "doctest"), ("difflib", "doctest"), ("random", "statistics"), ("wave", "uuid")),
    # Asked where the faster way is there; uuid1 and random's seeds do without.
    *(("uuid", "random"), ("random", "hashlib")),
}


@pytest.mark.parametrize("interpreter", LOCKED)
def test_no_module_of_a_python_misses_an_extension_that_it_loads_late(interpreter):
    names = list(dict.fromkeys([*COMMON, *OTHERS]))
    asked = "".join(f"{name} {' '.join(once.mentioned(f'import {name}'))}\n" for name in names)
    done = subprocess.run(
        [interpreter.path, "-s", "-S", "-B", "-P", "-c", FIND],
        input=asked,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(names)
    missed = {
        (module, late): extensions
        for module, missing in rows
        for late, extensions in missing.items()
        if (module, late) not in ACCEPTED
    }
    assert missed == {}
