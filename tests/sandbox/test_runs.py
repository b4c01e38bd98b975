"""What a run's result says, on the real path."""

# Snippets stay on one line where that reads better.
# ruff: noqa: E501, ISC004, PTH208, ASYNC110, ASYNC240

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.runs import Limits, Outcome
from bot.core.versions import PythonVersion
from bot.sandbox.cache import CachedSandbox
from bot.sandbox.job import Environment, Mode
from tests.sandbox.conftest import OWN, QUICK, every_python, needs_locks, only_own_python

ROOT = Path(__file__).parents[2]
EVERY_PYTHON = every_python()
BOTH = pytest.mark.parametrize("mode", [Mode.ZYGOTE, Mode.EXEC])


@needs_locks
@BOTH
def test_what_is_printed_comes_back_with_its_exit_code(ran, mode):
    result = ran("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(7)", mode=mode)
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 7)
    assert (result.outcome, result.exception, result.python) == (Outcome.ERROR, None, str(OWN))
    assert result.duration_ms > 0
    assert result.cpu_ms > 0
    assert result.peak_memory_bytes > 1 << 20


@needs_locks
@BOTH
def test_a_traceback_shows_the_snippets_lines_and_no_others(ran, mode):
    result = ran(
        "import json\ndef read(text):\n    return json.loads(text)\nread('{')\n", mode=mode
    )
    assert result.exception == "JSONDecodeError"
    assert result.exit_code == 1
    assert 'File "main.py", line 4, in <module>\n    read(' in result.stderr
    assert 'File "main.py", line 3, in read\n    return json.loads(text)' in result.stderr
    assert "decoder.py" not in result.stderr
    assert "child.py" not in result.stderr
    assert "\0" not in result.stderr


@needs_locks
@pytest.mark.parametrize(
    ("code", "exception", "detail"),
    [
        ("open('recipe.txt')", "FileNotFoundError", "tried to open a file: no files here"),
        ("open('recipe.txt', 'w')", "OSError", "tried to write a file: no files here"),
        (
            "import os; os.fork()",
            "PermissionError",
            "tried to start a process: a run is one process",
        ),
        (
            "import socket; socket.socket()",
            "OSError",
            "tried to reach the network: no network here",
        ),
        ("bytearray(1 << 30)", "MemoryError", "needed more than 256 MB"),
        ("raise KeyError('x')", "KeyError", None),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", None),
        ("def f(:", "SyntaxError", None),
        ("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E", "E", None),
    ],
)
def test_errors_teach(ran, code, exception, detail):
    result = ran(code)
    assert (result.exception, result.detail) == (exception, detail)
    assert exception in result.stderr


@needs_locks
@BOTH
@pytest.mark.parametrize(
    ("code", "outcome", "limit", "detail"),
    [
        ("import time; time.sleep(9)", Outcome.TIMEOUT, "wall_ms", "took longer than 0.7 s"),
        ("print('x' * 5000)", Outcome.OUTPUT_LIMIT, "output_bytes", "printed more than 1 KB"),
        (
            "x = bytes(300 << 20)",
            Outcome.MEMORY,
            "data_bytes",
            "needed more than 256 MB",
        ),
    ],
)
def test_each_limit_is_named_when_it_ends_a_run(ran, mode, code, outcome, limit, detail):
    limits = Limits(wall_ms=700, cpu_ms=2_000, output_bytes=1024)
    result = ran(code, limits=limits, mode=mode)
    assert (result.outcome, result.limit, result.detail) == (outcome, limit, detail)


@needs_locks
def test_output_of_exactly_the_cap_is_not_cut(ran):
    limits = Limits(output_bytes=1024)
    whole = ran("print('x' * 1023)", limits=limits)
    assert (whole.outcome, whole.truncated, len(whole.stdout)) == (Outcome.OK, False, 1024)
    cut = ran("print('x' * 1024)", limits=limits)
    assert (cut.outcome, cut.truncated, len(cut.stdout)) == (Outcome.OUTPUT_LIMIT, True, 1024)


@needs_locks
@BOTH
def test_stdin_is_read_to_its_end(ran, mode):
    result = ran("import sys\nprint(input(), sys.stdin.read())", mode=mode, stdin="one\ntwo\nthree")
    assert result.stdout == "one two\nthree\n"


@needs_locks
@BOTH
def test_the_end_is_the_one_that_python_has(ran, mode):
    code = (
        "import atexit, threading, time, weakref\n"
        "atexit.register(print, 'atexit')\n"
        "class A:\n    def __del__(self): print('del')\n"
        "a = A()\n"
        "def keeps(): return a\n"
        "threading.Thread(target=lambda: (time.sleep(.05), print('thread'))).start()\n"
        "print('last line')\n"
    )
    assert ran(code, mode=mode).stdout == "last line\nthread\natexit\ndel\n"


@needs_locks
@BOTH
@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(.001 * n)\n    return n\n"
        "async def m():\n    async with asyncio.TaskGroup() as g:\n        g.create_task(f(1))\n"
        "    return await asyncio.gather(f(1), f(2)), await asyncio.to_thread(sum, [1, 2])\n"
        "assert asyncio.run(m()) == ([1, 2], 3)",
        "import threading\ne = threading.Event()\nts = [threading.Thread(target=e.wait) for _ in range(40)]\n"
        "[t.start() for t in ts]\ne.set()\n[t.join() for t in ts]",
        "from concurrent.futures import ThreadPoolExecutor as T\nwith T() as t: assert list(t.map(abs, [-1])) == [1]",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('create table t(a)')\nc.execute('insert into t values (1)')\n"
        "assert c.execute('select * from t order by a').fetchall() == [(1,)]",
        "import datetime, zoneinfo\nz = zoneinfo.ZoneInfo('Europe/Paris')\n"
        "assert datetime.datetime(2024, 7, 1, tzinfo=z).utcoffset().seconds == 7200\n"
        "assert 'Asia/Tokyo' in zoneinfo.available_timezones()",
        "import tracemalloc\ntracemalloc.start()\nx = [0] * 9999\nassert tracemalloc.get_traced_memory()[0] > 0",
        "import dataclasses, decimal, enum, fractions, json, re, statistics, typing\n"
        "@dataclasses.dataclass\nclass P:\n    x: int\nassert P(1) == P(1)\nassert str(decimal.Decimal('0.1') * 3) == '0.3'",
        "import unittest, doctest, html.parser, email.message, configparser, tomllib, argparse, logging, csv, difflib\n"
        "assert tomllib.loads('a = 1') == {'a': 1}",
        "import inspect\ndef f(a, /, *, b): pass\nassert str(inspect.signature(f)) == '(a, /, *, b)'\nassert 'def f' in inspect.getsource(f)",
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(signal.ITIMER_REAL, .01)\nsignal.pause()",
        "import os, secrets, uuid, random\nassert len(os.urandom(8)) == 8 and uuid.uuid4().version == 4\nassert random.Random(7).random() < 1",
        "import pickle\nclass A: pass\nassert type(pickle.loads(pickle.dumps(A()))) is A",
        "from pathlib import Path\nassert not Path('a/b.txt').exists() and Path('a/b.txt').suffix == '.txt' and Path.cwd() == Path('/')",
        "import bz2, gzip, lzma, zlib\nassert all(m.decompress(m.compress(b'x')) == b'x' for m in (bz2, gzip, lzma, zlib))",
        "import subprocess\ntry: subprocess.run(['ls'])\nexcept PermissionError: pass\nelse: raise SystemExit(1)",
        "try:\n    import numpy\nexcept ModuleNotFoundError as e:\n    assert e.name == 'numpy'",
    ],
)
def test_ordinary_python_works(ran, mode, code):
    result = ran(code, mode=mode)
    assert result.outcome is Outcome.OK, result.stderr


@needs_locks
@BOTH
def test_a_lesson_may_declare_files_that_live_in_memory(ran, mode):
    code = (
        "import os\nfrom pathlib import Path\n"
        "with open('notes.txt', 'w') as f: print('one', file=f)\n"
        "with open('notes.txt', 'a') as f: f.write('two\\n')\n"
        "print([line.strip() for line in open('notes.txt')], os.path.getsize('notes.txt'))\n"
        "Path('box').mkdir()\nPath('box/a.txt').write_text('x')\n"
        "print(sorted(os.listdir('.')), [p.name for p in Path('box').iterdir()])\n"
        "with open('b', 'wb+') as f: f.write(b'abc'); f.seek(1); print(f.read())\n"
        "os.rename('b', 'c'); os.remove('c'); print(os.path.exists('c'))\n"
        "try: open('none.txt')\nexcept FileNotFoundError as e: print(e)\n"
        "try: open('notes.txt', 'x')\nexcept FileExistsError: print('there')\n"
        "try: open('big', 'wb').write(bytes(9 << 20))\nexcept OSError as e: print(e.errno)\n"
    )
    result = ran(code, mode=mode, needs=frozenset({"fs"}))
    assert result.stderr == ""
    assert result.stdout == (
        "['one', 'two'] 8\n['box', 'notes.txt', 'tmp'] ['a.txt']\nb'bc'\nFalse\n"
        "[Errno 2] No such file or directory: 'none.txt'\nthere\n28\n"
    )
    assert not Path("/notes.txt").exists()


def test_the_environment_can_be_chosen(ran):
    code = "import os, sys, time\nprint(hash('a'), time.tzname[0], os.environ['LANG'])"
    first, again, other = (
        ran(code, mode=Mode.EXEC, environment=Environment(hash_seed=seed, tz="XYZ3", lang="C"))
        for seed in (1, 1, 2)
    )
    assert first.stdout == again.stdout != other.stdout
    assert first.stdout.endswith(" XYZ C\n")


def test_code_longer_than_allowed_does_not_run(ran):
    result = ran("#" * 9000)
    assert (result.outcome, result.limit) == (Outcome.ERROR, "source_bytes")


def test_a_python_that_is_not_here_is_unavailable(ran):
    result = ran.call(ran.sandbox.run("print(1)", QUICK, PythonVersion(3, 99)))
    assert (result.outcome, result.detail) == (Outcome.UNAVAILABLE, "no Python 3.99 here")


@pytest.mark.parametrize("interpreter", EVERY_PYTHON, ids=lambda each: str(each.version))
async def test_authored_code_runs_on_every_python_of_this_host(interpreter):
    folder = interpreter.path.parent
    async with only_own_python(folders=(folder,)) as sandbox:
        result = await sandbox.run(
            "import sys\nprint('%d.%d' % sys.version_info[:2])\n{}['k']",
            QUICK,
            interpreter.version,
            mode=Mode.EXEC,
        )
    assert result.stdout == f"{interpreter.version}\n"
    assert result.exception == "KeyError"
    assert "line 3, in <module>" in result.stderr
    assert "{}['k']" in result.stderr


async def test_a_plain_exec_run_is_bounded_and_leaves_no_process():
    code = (
        "import os, time\nfor n in range(3):\n    try: pid = os.fork()\n    except OSError: break\n"
        "    if pid == 0:\n        time.sleep(60)\nprint('parent')"
    )
    async with only_own_python() as sandbox:
        plain = await sandbox.run(code, QUICK, OWN, needs=frozenset({"interpreters"}))
    assert plain.stdout == "parent\n"
    assert plain.outcome is Outcome.OK


async def test_the_end_of_a_process_is_seen_without_pidfds_too(monkeypatch):
    def refuse(_):
        raise OSError("an old kernel")

    async with only_own_python() as sandbox:
        monkeypatch.setattr(os, "pidfd_open", refuse)
        plain = frozenset({"interpreters"})
        result = await sandbox.run("print(1)\nraise SystemExit(3)", QUICK, OWN, needs=plain)
    assert (result.stdout, result.exit_code) == ("1\n", 3)


@needs_locks
async def test_a_worn_out_zygote_is_replaced():
    async with only_own_python(runs_per_zygote=2) as sandbox:
        for _ in range(5):
            assert (await sandbox.run("print(1)", QUICK, OWN, mode=Mode.ZYGOTE)).stdout == "1\n"
        assert sandbox.supervisor(OWN).zygotes_started == 3


@needs_locks
async def test_a_zygote_that_died_is_replaced_and_its_runs_are_told():
    async with only_own_python() as sandbox:
        await sandbox.run("print(1)", QUICK, OWN, mode=Mode.ZYGOTE)
        zygote = sandbox.supervisor(OWN).zygote
        run = asyncio.create_task(
            sandbox.run("import time; time.sleep(30)", QUICK, OWN, mode=Mode.ZYGOTE)
        )
        while zygote.idle:
            await asyncio.sleep(0.005)
        zygote.kill()
        assert (await run).outcome is Outcome.UNAVAILABLE
        assert (await sandbox.run("print(2)", QUICK, OWN, mode=Mode.ZYGOTE)).stdout == "2\n"


@needs_locks
async def test_authored_code_still_runs_where_no_zygote_starts(monkeypatch):
    from bot.core.errors import SandboxUnavailable
    from bot.sandbox.zygote import Zygote

    async def refuse(*_, **__):
        raise SandboxUnavailable("not on this host")

    monkeypatch.setattr(Zygote, "start", refuse)
    async with only_own_python() as sandbox:
        assert (await sandbox.run("print(1)", QUICK, OWN)).stdout == "1\n"


async def test_closing_ends_what_is_running():
    async with only_own_python() as sandbox:
        run = asyncio.create_task(sandbox.run("import time; time.sleep(60)", Limits(), OWN))
        await asyncio.sleep(0.3)
    result = await run
    assert (result.outcome, result.detail) == (Outcome.UNAVAILABLE, "the sandbox was closed")
    after = await sandbox.run("print(1)", QUICK, OWN)
    assert after.outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("after", [0.01, 0.08, 0.3, 0.6])
async def test_a_cancelled_run_is_cancelled_and_leaves_nothing_open(after):
    before = set(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else set()
    async with only_own_python() as sandbox:
        run = asyncio.create_task(sandbox.run("import time; time.sleep(60)", Limits(), OWN))
        await asyncio.sleep(after)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    await asyncio.sleep(0)
    if before:
        left = set(os.listdir("/proc/self/fd")) - before
        assert {fd: str(Path(f"/proc/self/fd/{fd}").readlink()) for fd in left} == {}


@needs_locks
def test_what_runs_dies_with_the_bot():
    program = (
        "import asyncio, os\nfrom tests.sandbox.conftest import *\n"
        "async def main():\n"
        "    async with only_own_python() as s:\n"
        "        await s.run('1', QUICK, OWN, mode=Mode.ZYGOTE)\n"
        "        t = asyncio.create_task(s.run('import time; time.sleep(60)', Limits(), OWN, mode=Mode.ZYGOTE))\n"
        "        z = s.supervisor(OWN).zygote\n"
        "        while z.idle: await asyncio.sleep(.01)\n"
        "        await asyncio.sleep(.1)\n"
        "        kids = open(f'/proc/{z.pid}/task/{z.pid}/children').read()\n"
        "        print(z.pid, kids, flush=True)\n"
        "        await t\n"
        "asyncio.run(main())\n"
    )
    bot = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    pids = [int(pid) for pid in bot.stdout.readline().split()]
    # The zygote, the run, and the spare that waits for the next one.
    assert len(pids) == 3
    handles = [os.pidfd_open(pid) for pid in pids]
    bot.send_signal(signal.SIGKILL)
    bot.wait()
    bot.stdout.close()
    import select

    for handle in handles:
        assert select.select([handle], [], [], 10)[0], "it outlived the bot"
        os.close(handle)


async def test_the_cache_runs_the_same_code_once_and_forgets_nothing_else():
    class Counting:
        def __init__(self, sandbox):
            self.sandbox, self.runs = sandbox, 0

        def interpreter(self, version):
            return self.sandbox.interpreter(version)

        def interpreters(self):
            return self.sandbox.interpreters()

        async def run(self, *args, **more):
            self.runs += 1
            return await self.sandbox.run(*args, **more)

    async with only_own_python(mode=Mode.EXEC) as sandbox:
        counting = Counting(sandbox)
        cached = CachedSandbox(counting, size=2)
        first = await cached.run("print(1)", QUICK, OWN)
        assert await cached.run("print(1)", QUICK, OWN) is first
        await cached.run("print(1)", QUICK, OWN, stdin="x")
        await cached.run("print(1)", Limits(wall_ms=1_000), OWN)
        assert counting.runs == 3
        await cached.run("print(1)", QUICK, OWN)
        assert counting.runs == 4
        slow = Limits(wall_ms=200)
        for _ in range(2):
            assert (
                await cached.run("import time; time.sleep(9)", slow, OWN)
            ).outcome is Outcome.TIMEOUT
        assert counting.runs == 6
        assert cached.interpreters() == (OWN,)
        missing = await cached.run("print(1)", QUICK, PythonVersion(3, 99))
        assert missing.outcome is Outcome.UNAVAILABLE
