"""Keeps finished pictures on disk, and draws them off the event loop. Knows no Discord.

A key names everything a picture depends on: its kind, the content drawn, the theme, the language
spoken and the drawing code's own `EDITION`. So an entry is never stale, only unused, and may be
deleted at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
from typing import TYPE_CHECKING

from bot.rendering.language import spoken
from bot.rendering.pictures.facts import Picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.core.lessons import Lesson
    from bot.rendering.pictures.theme import Theme

log = logging.getLogger(__name__)

EDITION = 3
"""Count up when the drawing, or a word in it, changes: old pictures are then drawn anew."""

_MAGIC = b"PEPSPEEDRUN-PICTURE-1\n"
_SUFFIX = ".picture"
_ABANDONED_S = 3600
"""A half-written file of this age belongs to a process that is gone."""


def lesson_key(lesson: Lesson, theme: Theme) -> str:
    """The key of a before/after picture: what it shows of the lesson, not the rest."""
    return picture_key("lesson", (lesson.pep, lesson.before, lesson.after), theme)


def picture_key(kind: str, facts: object, theme: Theme) -> str:
    """A key of 64 hexadecimal digits. ``facts`` are dataclasses, tuples and plain values.

    Their ``repr`` is their content; sets and objects without one of their own have none.
    """
    text = repr((EDITION, kind, facts, theme, spoken()))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


class PictureCache:
    """Finished pictures in a folder, at most ``max_bytes`` of them; the longest unused go first.

    Threads and processes may share a folder: a file appears whole or not at all, and one that is
    damaged counts as missing. A disk that fails costs time, never a picture.
    """

    def __init__(self, folder: Path, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def load(self, key: str) -> Picture | None:
        """The picture of that key, or None where there is none that can be used."""
        path = self._path(key)
        try:
            picture = _unpack(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("picture=%s can't be used and is drawn anew: %s", key, error)
            return None
        with contextlib.suppress(OSError):
            # The time of the last use decides what goes first.
            os.utime(path)
        return picture

    def store(self, key: str, picture: Picture) -> None:
        """Keep a picture, then delete the longest unused beyond the bound."""
        try:
            self._write(self._path(key), _pack(picture))
            self._shrink()
        except OSError as error:
            log.warning("picture=%s was not kept: %s", key, error)

    def get(self, key: str, draw: Callable[[], Picture]) -> Picture:
        """The kept picture of that key, or ``draw()``, kept from now on."""
        picture = self.load(key)
        if picture is None:
            picture = draw()
            self.store(key, picture)
        return picture

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise ValueError("a key is 64 hexadecimal digits")
        return self._folder / f"{key}{_SUFFIX}"

    def _write(self, path: Path, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            # No fsync: after a power cut the checksum finds out, and the picture is drawn again.
            os.replace(temporary, path)  # noqa: PTH105  (what mkstemp gives is a string)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise

    def _shrink(self) -> None:
        files: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            # Another process may have deleted it meanwhile.
            with contextlib.suppress(OSError):
                stat = path.stat()
                if path.suffix == _SUFFIX:
                    files.append((stat.st_mtime, stat.st_size, path))
                elif path.suffix == ".part" and time.time() - stat.st_mtime > _ABANDONED_S:
                    path.unlink()
        total = sum(size for _used, size, _path in files)
        for _used, size, path in sorted(files):
            if total <= self._max_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size


def _pack(picture: Picture) -> bytes:
    facts = {"alt": picture.alt, "width": picture.width, "height": picture.height}
    body = json.dumps(facts).encode() + b"\n" + picture.png
    return _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unpack(data: bytes) -> Picture:
    if not data.startswith(_MAGIC):
        raise ValueError("not a picture of this bot")
    digest, _line, body = data[len(_MAGIC) :].partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError("the checksum differs")
    head, _line, png = body.partition(b"\n")
    facts = json.loads(head)
    return Picture(png, facts["alt"], facts["width"], facts["height"])


class Studio:
    """Draws pictures in threads, each key once at a time; keeps them in a cache.

    One belongs to one event loop. ``cache`` None draws every time. ``at_once`` is how many are
    drawn at a time: Python draws no faster with more, and answers clicks the later.
    """

    def __init__(self, cache: PictureCache | None = None, *, at_once: int = 1) -> None:
        self._cache = cache
        self._slots = asyncio.Semaphore(at_once)
        self._running: dict[str, asyncio.Task[Picture]] = {}

    async def picture(
        self, key: str, draw: Callable[[], Picture], *, is_kept: bool = True
    ) -> Picture:
        """The kept picture, or ``draw()`` in a thread. Who asks for the same meanwhile shares it.

        What is not ``is_kept`` never touches the disk.

        Raises:
            Exception: What ``draw`` raised; the next call tries again.
        """
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._made(key, draw, is_kept=is_kept))
            self._running[key] = task
            task.add_done_callback(lambda _done: self._running.pop(key, None))
        # One who stops waiting must not take the picture away from the others.
        return await asyncio.shield(task)

    async def _made(self, key: str, draw: Callable[[], Picture], *, is_kept: bool) -> Picture:
        async with self._slots:
            if self._cache is None or not is_kept:
                return await asyncio.to_thread(draw)
            return await asyncio.to_thread(self._cache.get, key, draw)

    async def aclose(self) -> None:
        """Wait for what is being drawn, whether or not somebody still waits for it."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)
