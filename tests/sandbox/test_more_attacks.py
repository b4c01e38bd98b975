"""Attacks by class, beyond the corpus: what the kernel offers, what Python opens, what stays.

One class a section. Each goes through the real path; what is claimed is looked at from outside
where that can be.
"""

# Snippets stay on one line where that reads better.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
import errno
import os
import platform
import textwrap
import time
from pathlib import Path

import pytest

from bot.core.runs import Limits, Outcome
from bot.sandbox import policy
from bot.sandbox.job import Mode
from bot.sandbox.syscalls import numbers
from tests.sandbox.attempts import assert_stopped, raw, tries
from tests.sandbox.conftest import OWN, QUICK, needs_locks

pytestmark = needs_locks
MACHINE = platform.machine() if platform.machine() in ("x86_64", "aarch64") else "x86_64"
BOTH = pytest.mark.parametrize("mode", [Mode.ZYGOTE, Mode.EXEC])


@pytest.fixture(autouse=True)
def nothing_outside_was_touched(watcher):
    yield
    assert watcher.alarms() == []


# The whole kernel: what no rule names.


def _answers() -> dict[str, set[int]]:
    """Each call of the table that is not allowed outright -> the errors that the policy gives."""
    answers = {name: {errno.EPERM} for name in numbers(MACHINE)}
    for rule in reversed(policy.MEMBER_RULES):
        for name in rule.names.split():
            if isinstance(rule, policy.Refuse):
                answers[name] = {rule.error, rule.otherwise}
            else:
                answers.pop(name, None)
    return {name: errors for name, errors in answers.items() if name in numbers(MACHINE)}


@BOTH
def test_every_call_that_no_rule_allows_is_refused_by_the_kernel_itself(ran, mode):
    refused = {numbers(MACHINE)[name]: (name, errors) for name, errors in _answers().items()}
    assert len(refused) > 230
    code = f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for number in {sorted(refused)}:
            ctypes.set_errno(0)
            result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
            print(number, ctypes.get_errno() if result < 0 else 0)
    """
    seen = dict(
        map(int, line.split()) for line in ran(textwrap.dedent(code), mode=mode).stdout.splitlines()
    )
    assert seen.keys() == refused.keys()
    wrong = {
        name: seen[number]
        for number, (name, errors) in refused.items()
        if seen[number] not in errors
    }
    assert wrong == {}


def test_calls_newer_than_the_table_look_like_an_older_kernel(ran):
    last = max(numbers(MACHINE).values())
    code = f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for number in [*range({last + 1}, {last + 80}), 1000, 5000, 1 << 20]:
            assert libc.syscall(number, 0, 0, 0, 0, 0, 0) < 0, number
            assert ctypes.get_errno() == 38, number
        print("old")
    """
    assert ran(textwrap.dedent(code)).stdout == "old\n"


# Files by every way that the library has.

WAYS_TO_A_FILE = {
    "the import system": "import sys; sys.path.insert(0, '@SECRETDIR@'); sys.path_hooks.append(__import__('importlib.machinery', fromlist=['x']).FileFinder.path_hook((__import__('importlib.machinery', fromlist=['x']).SourceFileLoader, ['.db']))); import bot",
    "runpy": "import runpy; runpy.run_path('@SECRETDIR@/bot.db')",
    "linecache": "import linecache; assert linecache.getlines('@SECRETDIR@/bot.db')",
    "tokenize": "import tokenize; tokenize.open('@SECRETDIR@/bot.db')",
    "fileinput": "import fileinput; list(fileinput.input('@SECRETDIR@/bot.db'))",
    "pkgutil": "import pkgutil, json; pkgutil.get_data('json', '../../../../../../../..@SECRETDIR@/bot.db').decode()",
    "importlib.resources": "from importlib import resources; print(resources.files('json').joinpath('..', '..', '..', '@SECRETDIR@/bot.db').read_text())",
    "sqlite3": "import sqlite3; sqlite3.connect('@SECRETDIR@/bot.db').execute('select 1 from sqlite_master').fetchall()",
    "sqlite3 ATTACH": "import sqlite3; sqlite3.connect(':memory:').execute(\"attach '@SECRETDIR@/new.db' as x\").execute('create table x.t (a)')",
    "sqlite3 extensions": "import sqlite3; c = sqlite3.connect(':memory:'); c.enable_load_extension(True); c.load_extension('@SECRETDIR@/bot.db')",
    "dbm": "import dbm.dumb; dbm.dumb.open('@SECRETDIR@/d', 'c')['a'] = 'b'",
    "shutil": "import shutil; shutil.copyfile('@SECRETDIR@/bot.db', '@SECRETDIR@/copy')",
    "tempfile": "import tempfile; tempfile.NamedTemporaryFile()",
    "glob": "import glob; assert glob.glob('@SECRETDIR@/*')",
    "os.walk": "import os; assert list(os.walk('@SECRETDIR@'))",
    "pathlib": "import pathlib; assert list(pathlib.Path('@SECRETDIR@').iterdir())",
    "os.path.realpath of a link": "import os; assert os.path.realpath('/proc/self/exe') != '/proc/self/exe'",
    "a time zone's name": "import zoneinfo; zoneinfo.ZoneInfo('../../../..@SECRETDIR@/bot.db')",
    "ssl": "import ssl; ssl.create_default_context(cafile='@SECRETDIR@/bot.db')",
    "tarfile": "import tarfile; tarfile.open('@SECRETDIR@/bot.db')",
    "zipimport": "import zipimport; zipimport.zipimporter('@SECRETDIR@/bot.db')",
    "ctypes.CDLL": "import ctypes; ctypes.CDLL('@SECRETDIR@/bot.db')",
    "libc's fopen": "import ctypes; l = ctypes.CDLL(None); l.fopen.restype = ctypes.c_void_p; assert l.fopen(b'@SECRETDIR@/bot.db', b'r')",
    "io.open_code": "import io; io.open_code('@SECRETDIR@/bot.db')",
    "a FileIO with an opener": "import os; open('@SECRETDIR@/bot.db', opener=lambda p, f: os.open(p, f | os.O_PATH))",
    "logging": "import logging.handlers; logging.handlers.RotatingFileHandler('@SECRETDIR@/log')",
    "faulthandler": "import faulthandler; faulthandler.enable(open('@SECRETDIR@/f', 'w'))",
    "webbrowser": "import webbrowser; assert webbrowser.open('file://@SECRETDIR@/bot.db')",
    "multiprocessing's heap": "import multiprocessing.heap as h; h.Arena(4096)",
    "posix_spawn": "import os; os.posix_spawn('/bin/cat', ['cat', '@SECRETDIR@/bot.db'], {})",
    "a shared memory file": "import _posixshmem, os; _posixshmem.shm_open('/x', os.O_CREAT | os.O_RDWR, 0o600)",
    "a named semaphore": "import _multiprocessing as m; m.SemLock(0, 1, 1, '/sbxcorpus', False)",
    "a terminal": "import os; os.openpty()",
    "the users of the host": "import pwd; assert pwd.getpwall()",
}


@pytest.mark.parametrize("way", WAYS_TO_A_FILE, ids=lambda name: name.replace(" ", "_"))
def test_no_file_is_reached_through(ran, watcher, way):
    result = ran(tries(watcher.fill(WAYS_TO_A_FILE[way])))
    assert watcher.canary not in result.stdout + result.stderr
    assert_stopped(result)


# Memory that limits might not count.


@pytest.mark.parametrize(
    "flags",
    ["0x22", "0x21", "0x22 | 0x4000", "0x22 | 0x8000", "0x62"],
    ids=["private", "shared", "noreserve", "populate", "32bit"],
)
def test_mapped_memory_is_bounded_whatever_its_flags(ran, flags):
    code = f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
        got = 0
        while got < 64 and libc.mmap(None, 16 << 20, 3, {flags}, -1, 0) != 2**64 - 1:
            got += 1
        print(got * 16)
    """
    assert int(ran(textwrap.dedent(code)).stdout or 0) <= 384


@pytest.mark.parametrize(
    "code",
    [
        "import mmap\nm = mmap.mmap(-1, 1 << 20)\nm.resize(600 << 20)",
        "import ctypes\nl = ctypes.CDLL(None, use_errno=True)\nl.sbrk.restype = ctypes.c_void_p\nassert l.sbrk(ctypes.c_long(600 << 20)) != 2**64 - 1",
        "import zlib\nd = zlib.decompressobj()\nz = zlib.compress(bytes(200 << 20))\nx = [zlib.decompress(z) for _ in range(9)]",
        "import threading\nthreading.stack_size(512 << 20)\nthreading.Thread(target=print).start()",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('create table t (a)')\nfor _ in range(900): c.execute('insert into t values (zeroblob(1000000))')",
        "import array\na = array.array('q', [0]) * (80 << 20)",
        "import collections\nd = collections.deque(bytes(1 << 20) for _ in range(900))",
    ],
)
def test_memory_is_not_to_be_had_by_another_door(ran, code):
    result = ran(code + "\nprint('ESCAPED')", limits=Limits(wall_ms=4_000, cpu_ms=3_000))
    assert "ESCAPED" not in result.stdout
    assert result.peak_memory_bytes < 400 << 20


def test_kernel_memory_in_pipes_and_sockets_is_bounded_by_descriptors(ran):
    code = """
        import os, socket
        held, parts = 0, []
        try:
            while True:
                a, b = socket.socketpair() if len(parts) % 2 else os.pipe()[::-1]
                parts.append((a, b))
                fd = a if isinstance(a, int) else a.fileno()
                os.set_blocking(fd, False)
                try:
                    while True: held += os.write(fd, bytes(65536))
                except BlockingIOError: pass
        except OSError: pass
        print(held)
    """
    assert 0 < int(ran(textwrap.dedent(code)).stdout) < 32 << 20


@BOTH
async def test_where_memory_runs_out_the_kernel_ends_runs_before_the_bot(ran, mode):
    seen = []

    async def look(sandbox):
        run = asyncio.create_task(
            sandbox.run("import time; print(1, flush=True); time.sleep(1)", QUICK, OWN, mode=mode)
        )
        while not run.done() and "1000" not in seen:
            await asyncio.sleep(0.05)
            seen.extend(_oom_scores_of_the_sandbox())
        await run

    await asyncio.to_thread(ran.call, look(ran.sandbox))
    assert "1000" in seen
    assert _oom_score("self") != "1000"


def _oom_score(pid: str) -> str:
    return Path(f"/proc/{pid}/oom_score_adj").read_text().strip()


def _oom_scores_of_the_sandbox() -> list[str]:
    scores, frontier = [], [os.getpid()]
    while frontier:
        pid = frontier.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                children = (task / "children").read_text().split()
                frontier += [int(child) for child in children]
                scores += [_oom_score(child) for child in children]
        except OSError:
            continue
    return scores


# Descriptors, threads, output.


def test_descriptors_run_out_for_the_run_alone(ran):
    for make in ("os.pipe()", "os.dup(1)", "socket.socketpair()", "select.epoll()"):
        result = ran(f"import os, select, socket\nkept = []\nwhile True: kept.append({make})")
        assert result.exception == "OSError"
        assert "Too many open files" in result.stderr
    assert ran("print('next')").stdout == "next\n"


def test_a_flood_of_single_bytes_from_many_threads_ends_soon(ran):
    code = "import os, threading\ndef f():\n    while True: os.write(1, b'x'); os.write(2, b'y')\nfor _ in range(20): threading.Thread(target=f).start()"
    result = ran(code, limits=Limits(wall_ms=5_000, cpu_ms=4_000, output_bytes=4_096))
    assert result.outcome is Outcome.OUTPUT_LIMIT
    assert len(result.stdout) + len(result.stderr) == 4_096


def test_a_name_made_to_deceive_proc_does_not_hide_threads_from_the_watchdog(ran):
    code = """
        import ctypes, _thread, time
        ctypes.CDLL(None).prctl(15, b") R 1 1 1 1 1", 0, 0, 0)
        try:
            for _ in range(60): _thread.start_new_thread(time.sleep, (9,))
        except RuntimeError: pass
        time.sleep(9)
    """
    result = ran(textwrap.dedent(code), limits=Limits(wall_ms=3_000, threads=8))
    assert (result.outcome, result.limit) == (Outcome.KILLED, "threads")


# Ends that don't come.

HANGS = {
    "an atexit that never ends": "import atexit, time\natexit.register(time.sleep, 60)",
    "a thread that never ends": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "a finalizer that never ends": "import weakref, time\nclass A: pass\na = A()\nweakref.finalize(a, time.sleep, 60)",
    "a flush that never ends": "import sys, time\nclass S:\n    def write(self, t): return len(t)\n    def flush(self): time.sleep(60)\nsys.stdout = S()",
    "an excepthook that never ends": "import sys, time\nsys.excepthook = lambda *a: time.sleep(60)\nraise KeyError",
    "an error whose text never ends": "import time\nclass E(Exception):\n    def __str__(self): time.sleep(60)\nraise E",
    "a trace function that never ends": "import sys, time\nsys.setprofile(lambda *a: time.sleep(60))\nprint(1)",
    "an audit hook that never ends": "import sys, time\nsys.addaudithook(lambda *a: time.sleep(60))\nopen('x')",
    "an exit that was taken away": "import os, time, sys\nsys._getframe(1).f_globals['finish'] = lambda c: time.sleep(60)",
    "a signal that comes back": "import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: None)\nsignal.setitimer(0, .001, .001)\ntime.sleep(60)",
    "all descriptors closed": "import os, time\nos.closerange(0, 4096)\ntime.sleep(60)",
    "every signal blocked": "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(60)",
    "a deadlock": "import threading\na = threading.Lock()\na.acquire()\na.acquire()",
}


@pytest.mark.parametrize("hang", HANGS, ids=lambda name: name.replace(" ", "_"))
def test_the_wall_clock_ends(ran, hang):
    began = time.monotonic()
    result = ran(HANGS[hang], limits=Limits(wall_ms=400, cpu_ms=5_000))
    assert (result.outcome, result.limit) == (Outcome.TIMEOUT, "wall_ms")
    assert time.monotonic() - began < 5
    assert ran("print('next')").stdout == "next\n"


# What one run could leave for the next, or find of another.

FIND = """
import ctypes, gc, sys
wanted = bytes.fromhex({hex!r})
pages = {{id(o) >> 12 for o in gc.get_objects()}}
gc.unfreeze()
pages |= {{id(o) >> 12 for o in gc.get_objects()}}
for o in gc.get_objects():
    if isinstance(o, dict):
        for each in (*o.keys(), *o.values()): pages.add(id(each) >> 12)
found = 0
for page in pages:
    at = ctypes.string_at(page << 12, 4096).find(wanted)
    # Past the header of a bytes object lies the very text that is sought with.
    found += at >= 0 and (page << 12) + at != id(wanted) + bytes.__basicsize__ - 1
print(len(pages) > 500, found)
"""


def test_nothing_of_an_earlier_run_or_of_the_bot_is_left_in_memory(ran, watcher):
    left = "left-behind-by-somebody"
    ran(f"text = {left!r} * 3\nprint(text)", stdin=left)
    for secret in (left, watcher.canary):
        # In hexadecimal, so that the seeker itself holds it once alone.
        result = ran(FIND.format(hex=secret[2:18].encode().hex()))
        assert result.stdout == "True 0\n", secret
    # What is there is found this way.
    assert ran(FIND.format(hex=b"PYTHONIOENCODING".hex())).stdout.startswith("True ")
    assert ran(FIND.format(hex=b"PYTHONIOENCODING".hex())).stdout != "True 0\n"


def test_chance_is_not_the_same_in_two_runs_of_one_zygote(ran):
    code = "import os, random, secrets, ssl, uuid\nprint(random.random(), secrets.token_hex(8), os.urandom(8), ssl.RAND_bytes(8), uuid.uuid4())"
    first, second = ran(code).stdout.split(), ran(code).stdout.split()
    assert len(first) == len(second) >= 5
    assert not set(first) & set(second)


def test_no_offset_or_flag_is_shared_with_the_next_run(ran):
    # A descriptor that two runs share would be a place to leave something in.
    code = "import os\nfor fd in range(3, 4096):\n    try: os.lseek(fd, 4711, 0)\n    except OSError: continue\n    print(fd)"
    assert ran(code).stdout == ""


def test_what_one_run_did_to_the_childs_own_machinery_is_gone_in_the_next(ran):
    code = """
        import atexit, gc, linecache, os, sys, threading
        machinery = sys._getframe(1).f_globals
        for name in ("_report", "_say", "finish", "locked"):
            machinery[name] = lambda *a: os._exit(0)
        for module in (atexit, gc, linecache, os, threading):
            vars(module).clear()
    """
    ran(textwrap.dedent(code))
    result = ran("raise KeyError('x')")
    assert (result.outcome, result.exception) == (Outcome.ERROR, "KeyError")


# Other processes, by every number that names one.


@pytest.mark.parametrize(
    "pid",
    [
        "0",
        "-1",
        "1",
        "os.getppid()",
        "-os.getpid()",
        "@PARENT@",
        "@VICTIM@",
        "-@VICTIM@",
        "2**31 - 1",
    ],
)
def test_no_signal_leaves_the_run(ran, watcher, pid):
    assert_stopped(ran(watcher.fill(tries(f"import os\nos.kill({pid}, 0)"))))


SCHEDULING = {
    "sched_setscheduler": "0, 1, ctypes.create_string_buffer(8)",
    "sched_setparam": "0, ctypes.create_string_buffer(8)",
    "sched_getparam": "@VICTIM@, ctypes.create_string_buffer(8)",
    "sched_setattr": "0, ctypes.create_string_buffer(64), 0",
    "sched_getattr": "@VICTIM@, ctypes.create_string_buffer(64), 56, 0",
    "sched_setaffinity": "0, 8, ctypes.create_string_buffer(8)",
    "sched_getaffinity": "@VICTIM@, 8, ctypes.create_string_buffer(8)",
    "setpriority": "0, 0, 19",
    "getpriority": "0, @VICTIM@",
    "ioprio_get": "1, @VICTIM@",
    "get_robust_list": "@VICTIM@, ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)",
    "membarrier": "0, 0, 0",
    "pidfd_open": "@VICTIM@, 0",
    "process_mrelease": "0, 0",
    "move_pages": "@VICTIM@, 0, 0, 0, 0, 0",
    "rt_tgsigqueueinfo": "@VICTIM@, @VICTIM@, 9, ctypes.create_string_buffer(128)",
}


@pytest.mark.parametrize("name", SCHEDULING)
def test_nobodys_scheduling_is_seen_or_changed(ran, watcher, name):
    if name not in numbers(MACHINE):
        pytest.skip(f"{MACHINE} has no {name}")
    assert_stopped(ran(watcher.fill(raw(name, SCHEDULING[name]))))


def test_a_crash_leaves_no_core(ran, watcher):
    def files() -> set[Path]:
        return {*Path("/").iterdir(), *watcher.folder.iterdir()}

    before = files()
    assert ran("import os\nos.abort()").outcome is Outcome.KILLED
    assert files() == before


@BOTH
def test_a_run_that_lies_about_everything_is_still_held_to_its_limits(ran, mode):
    code = """
        import os, sys, time, resource, signal
        resource.getrlimit = lambda *a: (-1, -1)
        time.monotonic = time.time = lambda: 0
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        os.getpid = lambda: 1
        while True: pass
    """
    result = ran(textwrap.dedent(code), mode=mode, limits=Limits(wall_ms=20_000, cpu_ms=300))
    assert (result.outcome, result.limit) == (Outcome.TIMEOUT, "cpu_ms")
