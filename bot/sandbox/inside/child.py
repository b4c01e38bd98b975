"""Runs one snippet in the process it is in, after the locks are on. For Python 2.7 and 3.6 up.

Must not import anything of the project but `locks`, open a path, or know a secret: everything in
this process belongs to the snippet from the moment `execute` is called.
"""
# Old Pythons have no annotations; this file is checked by running it on all of them.
# mypy: disable-error-code="var-annotated, assignment"
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
# ruff: noqa: ANN001, ANN201, ANN202, UP010, UP031, UP036, PLC0415, S102, BLE001, SIM105, S110, SLF001

from __future__ import absolute_import, print_function

import atexit
import gc
import linecache
import os
import sys
import threading
import traceback

try:
    import resource
except ImportError:  # Windows
    resource = None

FILENAME = "main.py"
# Freed when an exception is to be shown, so that a MemoryError leaves room for its own traceback.
_reserve = [bytearray(512 * 1024)]
# The launcher's own __main__: Python 2 empties a module that is let go while its code still runs.
_launcher = []


def limit(rlimits):
    """Set ``(name, soft, hard)`` each; a limit that this system does not know is passed over."""
    for name, soft, hard in rlimits:
        number = getattr(resource, name, None)
        if number is None:
            continue
        # macOS refuses some of what Linux takes; the wall clock outside holds on both.
        try:
            resource.setrlimit(number, (soft, hard))
        except (OSError, ValueError):
            if sys.platform.startswith("linux"):
                raise


def close_all_but(keep):
    """Close every descriptor above 2 that is not in ``keep``."""
    low = 3
    for fd in sorted(keep):
        if fd > low:
            os.closerange(low, fd)
        low = max(low, fd + 1)
    os.closerange(low, 4096)


def show_source(source):
    """Let tracebacks quote the snippet, which is in no file."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    # A None for the time tells linecache not to look at the disk.
    linecache.cache[FILENAME] = (len(text), None, text.splitlines(True), FILENAME)


def fresh_main():
    """The ``__main__`` that ``python main.py`` would have."""
    _launcher.append(sys.modules["__main__"])
    main = sys.modules["__main__"] = type(sys)("__main__")
    builtins = sys.modules.get("builtins") or sys.modules["__builtin__"]
    names = main.__dict__
    names.update(__name__="__main__", __doc__=None, __package__=None, __builtins__=builtins)
    if sys.version_info >= (3,):
        names.update(__loader__=None, __spec__=None, __cached__=None)
    if (3, 6) <= sys.version_info < (3, 14):
        names["__annotations__"] = {}
    names["__file__"] = FILENAME
    return names


def locked(nonce):
    """Tell the side that watches that the locks are on: the first bytes on standard error.

    They are written before the snippet can write any, so a snippet can't claim that a lock was
    refused, which would make the watching side try again in a weaker way.
    """
    _say(nonce + b"+")


def execute(source, nonce):
    """Compile and run ``source`` as ``main.py``; the exit code that Python would end with.

    Where an exception ends it, one line on standard error, begun by ``nonce``, names its type and
    errno for the side that watches. The snippet could write such a line too; it could as well
    raise what it likes, so the line is worth no more than that.
    """
    show_source(source)
    sys.argv[:] = [FILENAME]
    try:
        # The dictionary is not held here: what __main__ holds must die when __main__ does.
        exec(compile(source, FILENAME, "exec", 0, 1), fresh_main())
    except SystemExit as error:
        # Subclasses may do anything: a code that raises is answered as Python would, with 1.
        try:
            return _exit_code(error)
        except BaseException:
            return 1
    except BaseException:
        return _report(nonce, *sys.exc_info())
    return 0


def _exit_code(error):
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    try:
        sys.stderr.write("%s\n" % (code,))
    except BaseException:
        pass
    return 1


def _report(nonce, kind, value, tb):
    del _reserve[:]
    try:
        while tb is not None and tb.tb_frame.f_code.co_filename != FILENAME:
            tb = tb.tb_next
        if sys.excepthook is sys.__excepthook__:
            text = "".join(_own_lines(kind, value, tb))
            try:
                sys.stderr.write(text)
            except UnicodeError:
                sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii"))
        else:
            sys.excepthook(kind, value, tb)
        sys.stderr.flush()
    except BaseException:
        _say(_name(kind) + b" (its traceback could not be shown)\n")
    try:
        number = b"%d" % value.errno if isinstance(value, EnvironmentError) else b""
    except BaseException:
        number = b""
    _say(nonce + b":" + _name(kind) + b":" + number + b"\n")
    return 130 if kind is KeyboardInterrupt else 1


def _name(kind):
    """The type's own name, past any property that a metaclass puts over it."""
    try:
        return type.__dict__["__name__"].__get__(kind).encode("utf-8", "replace")
    except BaseException:
        return b"Exception"


def _own_lines(kind, value, tb):
    """The traceback's text without the library's and the launcher's frames."""
    if not hasattr(traceback, "TracebackException"):
        frames = [frame for frame in traceback.extract_tb(tb) if frame[0] == FILENAME]
        head = ["Traceback (most recent call last):\n"] if frames else []
        return head + traceback.format_list(frames) + traceback.format_exception_only(kind, value)
    shown = traceback.TracebackException(kind, value, tb, limit=1100)
    _cut(shown, 0)
    return list(shown.format())


def _cut(shown, depth):
    own = [frame for frame in shown.stack if frame.filename == FILENAME]
    # An error raised by the library's own thread or callback has no line of the snippet: keep it.
    if own or not shown.stack:
        shown.stack[:] = own
    if depth < 20:
        inner = [shown.__cause__, shown.__context__]
        inner += getattr(shown, "exceptions", None) or []
        for each in inner:
            if each is not None:
                _cut(each, depth + 1)


def _say(text):
    try:
        os.write(2, text)
    except OSError:
        pass


def finish(code):
    """End as Python ends, without the 7 ms that taking an interpreter apart costs.

    Waits for threads, runs atexit, lets go of ``__main__`` (so that ``__del__`` runs), flushes.
    """
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        # What CPython forgets first, because it holds the last traceback's frames.
        for name in ("last_exc", "last_type", "last_value", "last_traceback"):
            sys.__dict__.pop(name, None)
        sys.modules.pop("__main__", None)
        gc.collect()
    except BaseException:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    os._exit(code)


def main(config):
    """An exec run: this process is for one snippet, and Python ends it in its own way."""
    from bot.sandbox.inside import locks, memory_files

    close_all_but([])
    if config["locks"]:
        locks.die_first()
    limit(config["rlimits"])
    if config["locks"]:
        locks.thread_stacks(config["thread_stack"])
    try:
        locks.put_on(config["locks"])
    except locks.LockError as error:
        _say(config["nonce"] + b"!" + str(error).encode("utf-8", "replace") + b"\n")
        os._exit(125)
    if "" in sys.path:
        sys.path.remove("")
    if "fs" in config["needs"]:
        memory_files.install()
    # Python 2 empties a module that nothing holds any more, and this function's is one of them.
    kept = [sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "bot"]
    locked(config["nonce"])
    code = execute(config["code"], config["nonce"])
    del kept
    return code
