"""A small file system in memory, for lessons that declare ``needs: [fs]``. Python 2.7 and 3.6 up.

Replaces ``open`` and the functions of ``os`` that lessons use; nothing of it outlives the process
and nothing touches the host. It is a convenience for snippets, not a lock: the filter is the lock.
"""
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
# mypy: disable-error-code="no-untyped-call"
# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, A001, UP004, UP008, UP010, UP031
# ruff: noqa: PTH118, PTH119, PTH120

from __future__ import absolute_import

import errno
import io
import os
import stat
import sys

CAPACITY = 8 * 1024 * 1024
"""Bytes over all files."""

_real_open = io.open


class _Tree(object):
    """Every file and folder, by absolute path."""

    def __init__(self):
        self.files = {}
        self.folders = {"/", "/tmp"}  # noqa: S108

    def path(self, path):
        path = os.fspath(path) if hasattr(os, "fspath") else path
        if isinstance(path, bytes) and not isinstance(path, str):
            path = path.decode("utf-8")
        return os.path.normpath(os.path.join("/", path))

    def parent_of(self, path):
        parent = os.path.dirname(path)
        if parent in self.files:
            raise _error(errno.ENOTDIR, path)
        if parent not in self.folders:
            raise _error(errno.ENOENT, path)

    def names_in(self, folder):
        everything = list(self.files) + [each for each in self.folders if each != "/"]
        return sorted(os.path.basename(p) for p in everything if os.path.dirname(p) == folder)

    def size(self):
        return sum(len(content) for content in self.files.values())


_tree = _Tree()


def _error(number, path):
    # Python 3 picks the subclass (FileNotFoundError and its like) by the number.
    kind = OSError if sys.version_info >= (3,) else IOError
    return kind(number, os.strerror(number), path)


class _Raw(io.RawIOBase):
    def __init__(self, path, reading, writing, appending):
        super(_Raw, self).__init__()
        self.name = path
        self._content = _tree.files[path]
        self._at = 0
        self._reading, self._writing, self._appending = reading, writing, appending

    def readable(self):
        return self._reading

    def writable(self):
        return self._writing

    def seekable(self):
        return True

    def readinto(self, buffer):
        part = self._content[self._at : self._at + len(buffer)]
        buffer[: len(part)] = bytes(part)
        self._at += len(part)
        return len(part)

    def write(self, data):
        data = bytes(data)
        if self._appending:
            self._at = len(self._content)
        if _tree.size() + len(data) > CAPACITY:
            raise _error(errno.ENOSPC, self.name)
        if self._at > len(self._content):
            self._content.extend(bytearray(self._at - len(self._content)))
        self._content[self._at : self._at + len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset, whence=0):
        start = (0, self._at, len(self._content))[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self):
        return self._at

    def truncate(self, size=None):
        size = self._at if size is None else size
        if size > CAPACITY:
            raise _error(errno.ENOSPC, self.name)
        del self._content[size:]
        self._content.extend(bytearray(size - len(self._content)))
        return size


def open(
    file,
    mode="r",
    buffering=-1,
    encoding=None,
    errors=None,
    newline=None,
    closefd=True,
    opener=None,
):
    """`io.open` over the files in memory; a descriptor's number opens the real one."""
    if isinstance(file, int):
        return _real_open(file, mode, buffering, encoding, errors, newline, closefd)
    del opener
    letters = set(mode)
    if letters - set("rwxabt+U") or len(letters & set("rwxa")) != 1:
        raise ValueError("invalid mode: %r" % (mode,))
    path = _tree.path(file)
    if path in _tree.folders:
        raise _error(errno.EISDIR, path)
    _tree.parent_of(path)
    if "x" in letters and path in _tree.files:
        raise _error(errno.EEXIST, file)
    if "r" in letters and path not in _tree.files:
        raise _error(errno.ENOENT, file)
    if letters & set("wx") or path not in _tree.files:
        _tree.files[path] = bytearray()
    updating = "+" in letters
    raw = _Raw(
        path, "r" in letters or updating, bool(letters & set("wxa")) or updating, "a" in letters
    )
    raw.name = file
    if buffering == 0 and "b" in letters:
        return raw
    if updating:
        buffered = io.BufferedRandom(raw)
    elif "r" in letters:
        buffered = io.BufferedReader(raw)
    else:
        buffered = io.BufferedWriter(raw)
    if "b" in letters:
        return buffered
    text = io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline, buffering == 1)
    text.mode = mode
    return text


def _stat(path, *_, **__):
    full = _tree.path(path)
    if full in _tree.files:
        return os.stat_result(
            (stat.S_IFREG | 0o644, 0, 0, 1, 0, 0, len(_tree.files[full]), 0, 0, 0)
        )
    if full in _tree.folders:
        return os.stat_result((stat.S_IFDIR | 0o755, 0, 0, 2, 0, 0, 0, 0, 0, 0))
    raise _error(errno.ENOENT, path)


def _listdir(path="."):
    full = _tree.path(path)
    if full not in _tree.folders:
        raise _error(errno.ENOTDIR if full in _tree.files else errno.ENOENT, path)
    return _tree.names_in(full)


def _mkdir(path, *_, **__):
    full = _tree.path(path)
    if full in _tree.folders or full in _tree.files:
        raise _error(errno.EEXIST, path)
    _tree.parent_of(full)
    _tree.folders.add(full)


def _rmdir(path, *_, **__):
    full = _tree.path(path)
    if _listdir(path):
        raise _error(errno.ENOTEMPTY, path)
    _tree.folders.discard(full)


def _remove(path, *_, **__):
    full = _tree.path(path)
    if full in _tree.folders:
        raise _error(errno.EISDIR, path)
    if _tree.files.pop(full, None) is None:
        raise _error(errno.ENOENT, path)


def _rename(source, target, *_, **__):
    old, new = _tree.path(source), _tree.path(target)
    if old not in _tree.files:
        raise _error(errno.ENOENT, source)
    _tree.parent_of(new)
    _tree.files[new] = _tree.files.pop(old)


def _access(path, *_, **__):
    full = _tree.path(path)
    return full in _tree.files or full in _tree.folders


class _Entry(object):
    def __init__(self, folder, name):
        self.name, self.path = name, os.path.join(folder, name)

    def __fspath__(self):
        return self.path

    def is_dir(self, **_):
        return _tree.path(self.path) in _tree.folders

    def is_file(self, **_):
        return _tree.path(self.path) in _tree.files

    def is_symlink(self):
        return False

    def stat(self, **_):
        return _stat(self.path)


class _Scan(object):
    def __init__(self, path="."):
        self._entries = iter([_Entry(path, name) for name in _listdir(path)])

    def __iter__(self):
        return self._entries

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def close(self):
        """Nothing is held open."""


def install():
    """Put the files in memory in the place of the host's. Before the snippet imports anything."""
    builtins = sys.modules.get("builtins") or sys.modules["__builtin__"]
    builtins.open = io.open = open
    replaced = {
        "stat": _stat,
        "lstat": _stat,
        "listdir": _listdir,
        "scandir": _Scan,
        "mkdir": _mkdir,
        "rmdir": _rmdir,
        "remove": _remove,
        "unlink": _remove,
        "rename": _rename,
        "replace": _rename,
        "access": _access,
    }
    for name, function in replaced.items():
        setattr(os, name, function)
