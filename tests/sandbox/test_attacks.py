"""One attack a test, through the real path, with watchers outside. The words are our own."""

# Snippets stay on one line where that reads better.
# ruff: noqa: E501

from __future__ import annotations

import os
import platform
import sys
import textwrap

import pytest

from bot.core.runs import Limits, Outcome
from bot.sandbox.job import Mode
from bot.sandbox.syscalls import numbers
from tests.sandbox.attempts import assert_stopped, raw, tries
from tests.sandbox.conftest import needs_locks

pytestmark = needs_locks
MACHINE = platform.machine() if platform.machine() in ("x86_64", "aarch64") else "x86_64"


@pytest.fixture(autouse=True)
def nothing_outside_was_touched(watcher):
    yield
    assert watcher.alarms() == []


FILES = {
    "read a system file": "open('/etc/hostname').read()",
    "read a file through a descriptor of a folder": "os.open('etc/hostname', os.O_RDONLY, dir_fd=os.open('/', os.O_RDONLY))",
    "read the secret": "print(open('@SECRETDIR@/bot.db').read())",
    "read the secret through io.FileIO": "import io; print(io.FileIO('@SECRETDIR@/bot.db').read())",
    "map the secret": "import mmap; mmap.mmap(os.open('@SECRETDIR@/bot.db', 0), 0, prot=1, flags=2)",
    "list the secret's folder": "print(os.listdir('@SECRETDIR@'))",
    "scan the root folder": "list(os.scandir('/'))",
    "ask for the secret's size": "os.stat('@SECRETDIR@/bot.db')",
    "ask for the secret without following links": "os.lstat('@SECRETDIR@/bot.db')",
    "ask whether the secret can be read": "assert os.access('@SECRETDIR@/bot.db', os.R_OK)",
    "ask where a link of the kernel points": "os.readlink('/proc/self/exe')",
    "read its own memory map": "open('/proc/self/maps').read()",
    "read the bot's command line": "open('/proc/@PARENT@/cmdline').read()",
    "read the bot's memory": "open('/proc/@PARENT@/mem', 'rb').seek(0)",
    "write over the secret": "open('@SECRETDIR@/world.txt', 'w').write('changed')",
    "append to a file anybody may write": "open('@SECRETDIR@/world.txt', 'a').write('changed')",
    "make a file": "os.open('@SECRETDIR@/new', os.O_CREAT | os.O_WRONLY)",
    "make a file without a name": "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "make a folder": "os.mkdir('@SECRETDIR@/folder')",
    "make a link to the secret": "os.link('@SECRETDIR@/bot.db', '@SECRETDIR@/hard')",
    "make a symbolic link": "os.symlink('/etc', '@SECRETDIR@/soft')",
    "make a named pipe": "os.mkfifo('@SECRETDIR@/pipe')",
    "rename the secret": "os.rename('@SECRETDIR@/bot.db', '@SECRETDIR@/gone')",
    "delete the secret": "os.remove('@SECRETDIR@/bot.db')",
    "empty the secret by truncation": "os.truncate('@SECRETDIR@/world.txt', 0)",
    "open everybody's file for everybody": "os.chmod('@SECRETDIR@/world.txt', 0o777)",
    "set back the time of a file": "os.utime('@SECRETDIR@/world.txt', (1, 1))",
    "hang an attribute on a file": "os.setxattr('@SECRETDIR@/world.txt', 'user.a', b'1')",
    "change the working folder": "os.chdir('/tmp')",
    "change the root": "os.chroot('/tmp')",
    "use the terminal of the bot": "os.open('/dev/tty', os.O_RDWR)",
    "fill the shared memory folder": "open('/dev/shm/x', 'wb')",
    "open its interpreter's library": "open(os.__file__).read(); open('/usr/lib/os-release').read()",
    "take shared memory": "from multiprocessing import shared_memory as m; m.SharedMemory(create=True, size=9)",
}


@pytest.mark.parametrize("attack", FILES, ids=lambda name: name.replace(" ", "_"))
def test_no_snippet_can(ran, watcher, attack):
    assert_stopped(ran(tries(watcher.fill(FILES[attack]), "import os")))


PROCESSES = {
    "fork": "os.fork() or os._exit(0)",
    "fork a terminal": "import pty; pty.fork()[0] or os._exit(0)",
    "start a program": "os.execv('/bin/sh', ['sh', '-c', 'exit'])",
    "start its own interpreter": "import sys, subprocess; subprocess.run([sys.executable, '-V'], check=True)",
    "start a program by posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "run a shell": "assert os.system('true') == 0",
    "run a pool of processes": "import multiprocessing as m; m.get_context('fork').Pool(1).map(abs, [1])",
    "end the bot": "os.kill(@PARENT@, 9)",
    "ask whether the bot lives": "os.kill(@PARENT@, 0)",
    "end a neighbour": "os.kill(@VICTIM@, 9)",
    "end everything it may": "os.kill(-1, 9)",
    "end its process group": "os.killpg(0, 9)",
    "hold a neighbour by a descriptor": "os.pidfd_open(@VICTIM@)",
    "signal a neighbour through a descriptor": "import signal; signal.pidfd_send_signal(0, 9)",
    "change a neighbour's limits": "import resource as r; r.prlimit(@VICTIM@, r.RLIMIT_NOFILE, (1, 1))",
    "raise its own limits": "import resource as r; r.setrlimit(r.RLIMIT_DATA, (-1, -1))",
    "slow a neighbour down": "os.setpriority(os.PRIO_PROCESS, @VICTIM@, 19)",
    "pin a neighbour to a processor": "os.sched_setaffinity(@VICTIM@, {0})",
    "learn a neighbour's session": "os.getsid(@VICTIM@)",
    "become root": "os.setuid(0)",
    "join the group of root": "os.setgid(0)",
    "start a session of its own": "os.setsid()",
}


@pytest.mark.parametrize("attack", PROCESSES, ids=lambda name: name.replace(" ", "_"))
def test_no_snippet_is_able_to(ran, watcher, attack):
    assert_stopped(ran(tries(watcher.fill(PROCESSES[attack]), "import os")))


NETWORK = {
    "connect to a port of the host": "socket.create_connection(('127.0.0.1', @PORT@), 1)",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @UDP@))",
    "connect over IPv6": "socket.socket(socket.AF_INET6).connect(('::1', @PORT@))",
    "listen on a port": "socket.create_server(('127.0.0.1', 0))",
    "connect to a socket by its path": "socket.socket(socket.AF_UNIX).connect('@SECRETDIR@/sock')",
    "connect to a socket by its abstract name": r"socket.socket(socket.AF_UNIX).connect('\0sbxcanary@TAG@')",
    "look a name up": "socket.getaddrinfo('example.com', 80)",
    "speak to the kernel's network": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "send raw packets": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "use the kernel's ciphers": "socket.socket(38, socket.SOCK_SEQPACKET)",
    "fetch a page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=1)",
    "make a connection by asyncio": "import asyncio; asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', @PORT@), 1))",
    "pass a descriptor on": "import array; a, b = socket.socketpair(); a.sendmsg([b'x'], [(1, 1, array.array('i', [1]))])",
    "grow a socket's buffer": "socket.socketpair()[0].setsockopt(1, socket.SO_SNDBUF, 1 << 24)",
    "learn the host's name": "print(socket.gethostname()); assert 0 if socket.gethostname() == 'sandbox' else 1",
}


@pytest.mark.parametrize("attack", NETWORK, ids=lambda name: name.replace(" ", "_"))
def test_over_the_network_nobody_can(ran, watcher, attack):
    assert_stopped(ran(tries(watcher.fill(NETWORK[attack]), "import socket")))


RAW = {
    "ptrace": "16, @VICTIM@, 0, 0",
    "process_vm_readv": "@VICTIM@, 0, 0, 0, 0, 0",
    "process_vm_writev": "@VICTIM@, 0, 0, 0, 0, 0",
    "process_madvise": "0, 0, 0, 0, 0",
    "pidfd_getfd": "0, 1, 0",
    "kcmp": "@PARENT@, @VICTIM@, 0, 0, 0",
    "bpf": "0, 0, 0",
    "perf_event_open": "0, 0, -1, -1, 0",
    "userfaultfd": "0",
    "io_uring_setup": "4, ctypes.create_string_buffer(256)",
    "keyctl": "0, -3, 0",
    "add_key": "b'user', b'x', b'y', 1, -3",
    "memfd_create": "b'x', 0",
    "memfd_secret": "0",
    "shmget": "0, 4096, 0o1600",
    "msgget": "0, 0o1600",
    "semget": "0, 1, 0o1600",
    "mq_open": "b'x', 0o102, 0o600, 0",
    "unshare": "0x10000000",
    "setns": "0, 0",
    "mount": "b'none', b'/tmp', b'tmpfs', 0, 0",
    "fsopen": "b'tmpfs', 0",
    "pivot_root": "b'.', b'.'",
    "open_by_handle_at": "-100, ctypes.create_string_buffer(64), 0",
    "execveat": "-1, b'', 0, 0, 0x1000",
    "personality": "0x0040000",
    "seccomp": "1, 0, ctypes.create_string_buffer(16)",
    "sync": "",
    "syslog": "3, ctypes.create_string_buffer(64), 64",
    "sysinfo": "ctypes.create_string_buffer(256)",
    "uname": "ctypes.create_string_buffer(512)",
    "mlock": "0x10000, 4096",
    "vmsplice": "1, 0, 0, 0",
    "splice": "0, 0, 1, 0, 1, 0",
    "tee": "0, 1, 1, 0",
    "inotify_init1": "0",
    "fanotify_init": "0, 0",
    "timer_create": "0, 0, ctypes.create_string_buffer(8)",
    "timerfd_create": "0, 0",
    "signalfd4": "-1, ctypes.create_string_buffer(8), 8, 0",
    "eventfd2": "0, 0",
    "capset": "ctypes.create_string_buffer(8), ctypes.create_string_buffer(24)",
    "landlock_create_ruleset": "0, 0, 1",
    "rt_sigqueueinfo": "@VICTIM@, 9, ctypes.create_string_buffer(128)",
    "tkill": "@VICTIM@, 9",
    "tgkill": "@VICTIM@, @VICTIM@, 9",
    "sched_setscheduler": "@VICTIM@, 3, ctypes.create_string_buffer(8)",
    "ioprio_set": "1, @VICTIM@, 0",
    "migrate_pages": "@VICTIM@, 0, 0, 0",
    "prlimit64": "@VICTIM@, 7, ctypes.create_string_buffer(bytes(16)), 0",
    "statx": "-100, b'/etc/passwd', 0, 0xfff, ctypes.create_string_buffer(256)",
    "newfstatat": "-100, b'/etc/passwd', ctypes.create_string_buffer(256), 0x1000",
}


@pytest.mark.parametrize("name", RAW)
def test_native_code_is_refused_the_call(ran, watcher, name):
    assert_stopped(ran(watcher.fill(raw(name, RAW[name]))))


# The bypasses that sandbox.md tells of, each in a sentence.


def test_fcntl_setown_and_o_async_send_no_signal_to_another_process(ran, watcher):
    code = """
        import fcntl, os, signal
        r, w = os.pipe()
        fcntl.fcntl(r, fcntl.F_SETOWN, @VICTIM@)
        fcntl.fcntl(r, 10, signal.SIGKILL)
        fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)
        os.write(w, b"x")
    """
    assert_stopped(ran(tries(watcher.fill(code))))


def test_ioctl_fiosetown_sends_no_signal_to_another_process(ran, watcher):
    code = """
        import fcntl, socket, struct
        a, b = socket.socketpair()
        fcntl.ioctl(a, 0x8901, struct.pack("i", @VICTIM@))
        fcntl.ioctl(a, 0x5452, struct.pack("i", 1))
        b.send(b"x")
    """
    assert_stopped(ran(tries(watcher.fill(code))))


def test_a_datagram_socketpair_reaches_no_socket_of_the_host(ran, watcher):
    code = r"""
        import socket
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        a.sendto(b"x", "\0sbxcanarydg@TAG@")
    """
    assert_stopped(ran(tries(watcher.fill(code))))


def test_a_stream_socketpair_can_not_be_turned_to_another_address(ran, watcher):
    code = r"""
        import socket
        a, b = socket.socketpair()
        a.sendto(b"x", "\0sbxcanary@TAG@")
    """
    assert_stopped(ran(tries(watcher.fill(code))))


def test_urgent_data_is_refused_on_a_socketpair(ran):
    assert_stopped(ran(tries("import socket\nsocket.socketpair()[0].send(b'x', socket.MSG_OOB)")))


def test_a_pipe_can_not_be_grown_beyond_what_limits_count(ran):
    assert_stopped(ran(tries("import fcntl, os\nfcntl.fcntl(os.pipe()[0], 1031, 1 << 20)")))


def test_no_memory_becomes_executable(ran):
    assert_stopped(ran(tries("import mmap\nmmap.mmap(-1, 4096, prot=7)")))
    before = "m = ctypes.create_string_buffer(8192); p = (ctypes.addressof(m) + 4095) & ~4095"
    assert_stopped(ran(raw("mprotect", "p, 4096, 7", before)))


def test_clone_makes_no_process_whatever_its_flags(ran):
    for flags in ("17", "0x10000000 | 17", "0x20000 | 17", "0x100 | 0x4000 | 17", "0x8000 | 17"):
        assert_stopped(ran(raw("clone", f"{flags}, 0, 0, 0, 0")))


def test_clone3_looks_like_an_older_kernel_and_threads_work(ran):
    assert "38" in ran(raw("clone3", "ctypes.create_string_buffer(88), 88")).stdout
    assert (
        ran(
            "import threading as t\na = t.Thread(target=print, args=('up',))\na.start()\na.join()"
        ).stdout
        == "up\n"
    )


@pytest.mark.skipif(MACHINE != "x86_64", reason="x32 is an x86 matter")
def test_x32_numbers_do_not_fork(ran):
    number = 0x40000000 | numbers("x86_64")["fork"]
    assert_stopped(
        ran(raw("getpid").replace(f"call({numbers('x86_64')['getpid']}", f"call({number}"))
    )


def test_a_futex_with_priority_inheritance_is_refused(ran):
    assert_stopped(ran(raw("futex", "ctypes.create_string_buffer(8), 6, 0, 0, 0, 0")))


def test_the_signal_of_the_parents_death_can_not_be_cleared(ran):
    assert_stopped(ran(raw("prctl", "1, 0, 0, 0, 0")))


def test_the_process_can_not_be_made_dumpable_again(ran):
    assert_stopped(ran(raw("prctl", "4, 1, 0, 0, 0")))


def test_a_thread_bomb_with_tiny_stacks_gets_few_threads(ran):
    result = ran(
        "import _thread, threading, time\nthreading.stack_size(65536)\nn = 0\n"
        "try:\n    while n < 3000:\n        _thread.start_new_thread(time.sleep, (2,)); n += 1\n"
        "except RuntimeError: pass\nprint('ESCAPED' if n > 300 else 'held')"
    )
    assert "ESCAPED" not in result.stdout
    assert result.threads <= 300


def test_a_thread_bomb_with_usual_stacks_is_ended(ran):
    result = ran(
        "import _thread, time\nn = 0\nwhile n < 3000:\n"
        "    _thread.start_new_thread(time.sleep, (9,)); n += 1\nprint('ESCAPED')"
    )
    assert "ESCAPED" not in result.stdout
    assert result.outcome in (Outcome.ERROR, Outcome.KILLED)


def test_the_environment_holds_nothing_of_the_bot(ran, watcher):
    result = ran("import os\nprint(dict(os.environ))")
    assert watcher.canary not in result.stdout
    assert set(eval(result.stdout)) == {
        "PYTHONHASHSEED",
        "PYTHONIOENCODING",
        "TZ",
        "LANG",
        "LC_ALL",
        "MALLOC_ARENA_MAX",
    }


def test_no_frame_below_the_snippet_holds_anything_to_steal(ran, watcher):
    result = ran(
        "import sys\nf = sys._getframe()\nwhile f.f_back:\n    f = f.f_back\n"
        "    print(f.f_code.co_name, {k: repr(v)[:300] for k, v in f.f_locals.items()})"
    )
    assert result.outcome is Outcome.OK
    assert watcher.canary not in result.stdout
    for word in ("DISCORD", "sendmsg", str(os.getpid())):
        assert word not in result.stdout


@pytest.mark.parametrize("mode", [Mode.ZYGOTE, Mode.EXEC])
def test_no_descriptor_but_its_three_streams_is_open(ran, mode):
    code = (
        "import os\nfor fd in range(4096):\n"
        "    try: os.get_inheritable(fd)\n    except OSError: continue\n    print(fd)"
    )
    assert ran(code, mode=mode).stdout == "0\n1\n2\n"


def test_no_writable_descriptor_but_its_own_streams_is_open(ran):
    result = ran(
        "import os\nfor fd in range(3, 200):\n"
        "    try: os.write(fd, b'forged')\n    except OSError: continue\n    print('ESCAPED', fd)"
    )
    assert "ESCAPED" not in result.stdout
    assert result.outcome is Outcome.OK


def test_its_own_input_can_not_be_made_a_place_to_hide_memory_in(ran):
    for code in ("os.write(0, b'x' * 4096)", "os.ftruncate(0, 1 << 30)", "os.pwrite(0, b'x', 0)"):
        assert_stopped(ran(tries(f"import os\n{code}"), stdin="text"))


@pytest.mark.parametrize(
    ("code", "exception", "exit_code"),
    [
        (
            "class M(type):\n    __name__ = property(lambda s: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
            "E",
            1,
        ),
        ("class E(OSError):\n    errno = property(lambda s: 1 / 0)\nraise E", "E", 1),
        ("class E(SystemExit):\n    code = property(lambda s: 1 / 0)\nraise E", None, 1),
        ("import sys\nsys.stderr = None\nraise KeyError", "KeyError", 1),
        ("import sys\nsys.stdout.close()\nsys.stderr.close()\nraise KeyError", "KeyError", 1),
        (
            "import sys, traceback\ntraceback.TracebackException = None\nraise KeyError",
            "KeyError",
            1,
        ),
        ("import sys\nsys.addaudithook(lambda *a: 1 / 0)\nraise KeyError", "KeyError", 1),
        (
            "import gc, os, sys, threading\ngc.collect = os._exit\nsys.modules.clear()\nraise KeyError",
            "KeyError",
            1,
        ),
        ("raise type('a b', (Exception,), {})", "Exception", 1),
    ],
)
def test_no_exception_is_too_strange_to_be_told(ran, code, exception, exit_code):
    result = ran(code)
    assert (result.outcome, result.exception, result.exit_code) == (
        Outcome.ERROR,
        exception,
        exit_code,
    )


@pytest.mark.parametrize(
    "code",
    [
        "import ctypes\nctypes.string_at(0)",
        "eval('(' * 10**6)",
        "eval('-' * 10**6 + '1')",
        "compile('x=' * 10**5 + '1', '', 'exec')",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
        "import marshal\nexec(marshal.loads(marshal.dumps(compile('1', '', 'exec'))[:-3] + b'xxx'))",
        "import builtins\nbuiltins.__dict__.clear()\nx",
        "import os, threading\nthreading.Thread(target=os._exit, args=(3,)).start()",
        "import signal, os\nos.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_a_crash_or_a_refusal_is_told_and_the_next_run_works(ran, code):
    assert ran(code).outcome is not Outcome.UNAVAILABLE
    assert ran("print('next')").stdout == "next\n"


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("\ufeffprint('bom')", "bom\n"),
        ("# -*- coding: latin-1 -*-\nprint(len('\u00e9'))", "2\n"),
        ("print(1)\r\nprint(2)\r\n", "1\n2\n"),
        ("", ""),
        ("print('\u2713')", "\u2713\n"),
    ],
)
def test_source_of_every_spelling_is_read_as_python_reads_it(ran, code, printed):
    assert ran(code).stdout == printed


@pytest.mark.parametrize("code", ["print(1)\0", "print('\ud800')", "# coding: nonsense\n1"])
def test_source_that_python_refuses_is_a_syntax_error(ran, code):
    assert ran(code).exception in ("SyntaxError", "ValueError", None)


def test_the_archive_of_modules_can_not_be_changed_for_later_runs(ran):
    code = """
        import ctypes, sys
        archive = next(f._archive for f in sys.meta_path if hasattr(f, "_archive"))
        where = ctypes.addressof(ctypes.c_char.from_buffer(bytearray(1)))
        view = (ctypes.c_char * len(archive)).from_buffer(archive)
    """
    assert_stopped(ran(tries(code)))
    # By native code too a run changes its own copy alone.
    code = """
        import ctypes, sys
        archive = next(f._archive for f in sys.meta_path if hasattr(f, "_archive"))
        at = ctypes.c_void_p()
        class View(ctypes.Structure):
            _fields_ = [("buf", ctypes.c_void_p), ("rest", ctypes.c_char * 128)]
        view = View()
        ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(archive), ctypes.byref(view), 0)
        libc = ctypes.CDLL(None, use_errno=True)
        size = len(archive) & ~4095
        assert libc.mprotect(ctypes.c_void_p(view.buf), ctypes.c_size_t(size), 3) == 0
        ctypes.memset(view.buf, 0, size)
        print("wiped")
    """
    assert ran(textwrap.dedent(code)).stdout == "wiped\n"
    assert ran("import colorsys; print('whole')").stdout == "whole\n"


def test_nothing_that_one_run_changes_reaches_the_next(ran):
    ran(
        "import builtins, sys, json\nbuiltins.print = None\njson.dumps = None\nsys.modules['re'] = None"
    )
    assert ran("import json, re\nprint(json.dumps(1))").stdout == "1\n"


STEAL_NONCE = """
import os, sys
frame = sys._getframe()
while frame and "nonce" not in frame.f_locals:
    frame = frame.f_back
nonce = frame.f_locals["nonce"]
"""


def test_a_forged_status_line_names_no_other_exception_type_than_a_word(ran):
    code = STEAL_NONCE + "os.write(2, nonce + b':@everyone <b>:99999999\\n')\nos._exit(1)"
    result = ran(code)
    assert (result.outcome, result.exception) == (Outcome.ERROR, "Exception")


@pytest.mark.parametrize("mode", [Mode.ZYGOTE, Mode.EXEC])
def test_a_snippet_can_not_claim_that_a_lock_was_refused(ran, mode):
    # Believed, it would be run again in a weaker way: where files can be read.
    code = STEAL_NONCE + "os.write(2, nonce + b'!no seccomp here\\n')\nos._exit(125)"
    result = ran(code, mode=mode)
    assert (result.outcome, result.exit_code) == (Outcome.ERROR, 125)
    assert result.detail is None


def test_a_forged_end_by_memory_is_believed_only_from_a_run_that_failed(ran):
    code = STEAL_NONCE + "os.write(2, nonce + b':MemoryError:\\n')\nos._exit(0)"
    assert ran(code).outcome is Outcome.OK


def test_the_host_is_not_told_by_traceback_or_paths(ran):
    result = ran(
        "import os, sys, json\nprint(sys.executable, sys.prefix, os.__file__, json.__file__, sys.path)\njson.loads('{')"
    )
    assert sys.base_prefix not in result.stdout + result.stderr
    assert "/python" in result.stdout


def test_a_flood_is_cut_at_the_cap_and_its_beginning_is_kept(ran):
    result = ran("import os\nwhile True: os.write(1, b'abcdefgh' * 4096)")
    assert result.outcome is Outcome.OUTPUT_LIMIT
    assert result.truncated
    assert len(result.stdout) == 64 * 1024
    assert result.detail == "printed more than 64 KB"


def test_stopping_itself_ends_at_the_wall_limit(ran):
    result = ran(
        "import os, signal\nprint('here', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)"
    )
    assert (result.outcome, result.limit, result.stdout) == (Outcome.TIMEOUT, "wall_ms", "here\n")


def test_ignoring_every_signal_does_not_outlive_the_cpu_limit(ran):
    code = "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass"
    result = ran(code, limits=Limits(wall_ms=20_000, cpu_ms=500))
    assert (result.outcome, result.limit) == (Outcome.TIMEOUT, "cpu_ms")


def test_memory_beyond_the_limit_is_refused_in_every_kind(ran):
    for code in (
        "bytearray(400 << 20)",
        "[bytes(1 << 20) for _ in range(500)]",
        "import mmap; [mmap.mmap(-1, 64 << 20) for _ in range(9)]",
        "'x' * (3 << 30)",
    ):
        result = ran(f"{code}\nprint('ESCAPED')")
        assert "ESCAPED" not in result.stdout
        assert result.outcome in (Outcome.MEMORY, Outcome.ERROR)
        assert result.peak_memory_bytes < 400 << 20


def test_a_crash_of_python_is_called_a_crash(ran):
    result = ran("import os\nos.abort()")
    assert (result.outcome, result.exit_code) == (Outcome.KILLED, None)
    assert result.detail == "crashed Python (SIGABRT)"


def test_a_hang_in_del_at_the_end_is_ended_too(ran):
    result = ran(
        "class A:\n    def __del__(self):\n        while True: pass\na = A()\nprint('last line')"
    )
    assert (result.outcome, result.stdout) == (Outcome.TIMEOUT, "last line\n")
