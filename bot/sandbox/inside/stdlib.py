"""Serves the standard library's pure modules from a private mapping. Python 3.11 and newer.

Once the filter is on no file can be opened, so what a snippet may import is either in memory
already (C extensions, common modules) or in this archive. `build` writes it, `Finder` reads it.
The paths of the host are not in it: a traceback shows ``/python/json/decoder.py``.
"""
# Loading code from our own archive is what an importer does, and pathlib is one import more.
# ruff: noqa: S102, S302, PTH113, PTH116, PTH118, PTH120, PTH122, PTH123

from __future__ import annotations

import _imp
import importlib.util
import io
import marshal
import mmap
import os
import sys
import zlib
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, ModuleType

_LEFT_OUT = {
    *("test", "tests", "idlelib", "idle_test", "turtledemo", "lib2to3", "ensurepip", "tkinter"),
    *("__phello__", "site-packages", "dist-packages", "pydoc_data", "__pycache__", "lib-dynload"),
}
_ROOT = "/python/"
_TAIL = 8
_CODE, _SOURCE = 0, 1

_Entry = tuple[int, int, int, bool, str]


def compile_launcher(fd: int, sources: Sequence[tuple[str, str]]) -> None:
    """Write the code of the launcher's own modules to ``fd``: half of what starting one costs."""
    modules = [
        (name, compile(source, f"{name}.py", "exec", dont_inherit=True)) for name, source in sources
    ]
    with os.fdopen(os.dup(fd), "wb") as out:
        out.write(marshal.dumps(modules))


def build(fd: int, zones: Sequence[str]) -> None:
    """Write the library of this interpreter to ``fd``, and the first of ``zones`` that has any.

    Takes 0.15 s where compiled files lie beside the sources, about 2 s where they don't.
    """
    modules: dict[str, _Entry] = {}
    offset = 0
    with os.fdopen(os.dup(fd), "wb") as out:
        for name, is_package, path, shown in _modules():
            kind, content = _content(path, shown)
            modules[name] = (kind, offset, out.write(content), is_package, shown)
            offset += len(content)
        index = marshal.dumps((modules, _time_zones(zones)))
        out.write(index + len(index).to_bytes(_TAIL, "little"))


def _modules() -> Iterator[tuple[str, bool, str, str]]:
    root = os.path.dirname(os.__file__)
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            each for each in folders if each not in _LEFT_OUT and not each.startswith("config-")
        )
        relative = os.path.relpath(folder, root)
        package = "" if relative == "." else relative.replace(os.sep, ".")
        for file in sorted(files):
            stem, extension = os.path.splitext(file)
            path = os.path.join(folder, file)
            if extension != ".py" or not os.path.isfile(path):
                continue
            is_package = stem == "__init__"
            name = package if is_package else f"{package}.{stem}".lstrip(".")
            yield name, is_package, path, _ROOT + os.path.relpath(path, root)


def _content(path: str, shown: str) -> tuple[int, bytes]:
    compiled = importlib.util.cache_from_source(path)
    try:
        with open(compiled, "rb") as file:
            found = file.read()
        flags, mtime = int.from_bytes(found[4:8], "little"), int.from_bytes(found[8:12], "little")
        fresh = flags == 1 or (flags == 0 and mtime == int(os.stat(path).st_mtime) & 0xFFFFFFFF)
        if found[:4] == importlib.util.MAGIC_NUMBER and fresh:
            return _CODE, found[16:]
    except OSError:
        pass
    with open(path, "rb") as file:
        source = file.read()
    try:
        return _CODE, marshal.dumps(compile(source, shown, "exec", dont_inherit=True))
    except (SyntaxError, ValueError):
        return _SOURCE, source


def _time_zones(folders: Sequence[str]) -> dict[str, bytes]:
    for top in folders:
        zones: dict[str, bytes] = {}
        for folder, inner, files in os.walk(top):
            inner[:] = [each for each in inner if each not in ("posix", "right", "__pycache__")]
            for file in files:
                path = os.path.join(folder, file)
                with open(path, "rb") as opened:
                    content = opened.read()
                if content[:4] == b"TZif":
                    zones[os.path.relpath(path, top)] = zlib.compress(content, 1)
        if zones:
            return zones
    return {}


class Finder:
    """Finds modules in an archive; one object on ``sys.meta_path``."""

    def __init__(self, fd: int) -> None:
        """Map the archive behind ``fd``, which is closed: read its index.

        A mapping and no descriptor, since all runs would share a descriptor's offset and flags:
        what one sets there, the next could read.
        """
        # It keeps a descriptor of its own until 3.13, which the launcher closes with all others.
        mapped = mmap.mmap(fd, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        os.close(fd)
        self._archive = memoryview(mapped)
        end = len(self._archive)
        size = int.from_bytes(self._archive[end - _TAIL :], "little")
        index = marshal.loads(self._archive[end - _TAIL - size : end - _TAIL])
        self.modules: dict[str, _Entry] = index[0]
        self.zones: dict[str, bytes] = index[1]

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """As `importlib.abc.MetaPathFinder.find_spec`."""
        entry = self.modules.get(name)
        if entry is None:
            return None
        spec = ModuleSpec(name, self, origin=entry[4], is_package=entry[3])  # type: ignore[arg-type]
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Let the import system make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code in its namespace."""
        exec(self.get_code(module.__name__), module.__dict__)
        # No zone file can be opened; what these two would have read is in the archive.
        if module.__name__ == "zoneinfo._common":
            module.__dict__["load_tzdata"] = self.load_zone
        elif module.__name__ == "zoneinfo._tzpath":
            module.__dict__["available_timezones"] = lambda: set(self.zones)
            module.__dict__["find_tzfile"] = lambda _: None

    def load_zone(self, key: str) -> io.BytesIO:
        """The file of the time zone ``key``, as `zoneinfo._common.load_tzdata`."""
        if key not in self.zones:
            missing = sys.modules["zoneinfo._common"].ZoneInfoNotFoundError
            raise missing(f"No time zone found with key {key}")
        return io.BytesIO(zlib.decompress(self.zones[key]))

    def get_code(self, name: str) -> CodeType:
        """The module's code, under the path that is shown."""
        kind, offset, size, _, shown = self.modules[name]
        content = self._archive[offset : offset + size]
        if kind == _SOURCE:
            return compile(bytes(content), shown, "exec", dont_inherit=True)
        code: CodeType = marshal.loads(content)
        # What importlib does for a moved file, constants' code objects included.
        _imp._fix_co_filename(code, shown)  # type: ignore[attr-defined]  # noqa: SLF001
        return code

    def get_source(self, name: str) -> str | None:
        """Not kept: tracebacks show the snippet's own lines."""
        if name not in self.modules:
            raise ImportError(name)
        return None

    def is_package(self, name: str) -> bool:
        """Whether it has submodules."""
        return self.modules[name][3]


def prepare(config: dict[str, Any]) -> None:
    """Serve from the archive from now on, so that the launcher's own imports come from it too.

    The disk stays the last resort until `take_over`: extensions are still to be loaded.
    """
    if "finder" not in config and not config.get("building"):
        config["finder"] = Finder(config["archive"])
        sys.meta_path.insert(len(sys.meta_path) - 1, config["finder"])


def take_over(finder: Finder) -> None:
    """Make ``finder`` the only source of modules besides those built in."""
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, finder]
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.path_importer_cache.clear()


def main(config: dict[str, Any]) -> int:
    """Build the archive into ``config["archive"]``, the launcher into ``config["launcher"]``."""
    build(config["archive"], config["zones"])
    compile_launcher(config["launcher"], config["sources"])
    return 0
