"""Pictures are kept once, found again, bounded, never trusted when damaged, drawn off the loop."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pictures_samples as samples
import pytest

from bot.rendering.pictures import cache
from bot.rendering.pictures.cache import PictureCache, Studio, lesson_key, picture_key
from bot.rendering.pictures.facts import Picture
from bot.rendering.pictures.theme import DARK, LIGHT

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = Picture(b"\x89PNG" + bytes(range(256)), "what it\nshows · 🐍", 720, 300)
KEY = picture_key("test", 1, DARK)


def key(number: int) -> str:
    return picture_key("test", number, DARK)


def forbidden() -> Picture:
    raise AssertionError("it was drawn again")


# ---- keys


def test_a_key_names_what_the_picture_shows_and_nothing_else():
    same = replace(samples.WALRUS, tagline="another", prose=("other",), digest="1")
    assert lesson_key(same, DARK) == lesson_key(samples.WALRUS, DARK)
    other = replace(samples.WALRUS, after=replace(samples.WALRUS.after, label="another"))
    keys = {lesson_key(lesson, DARK) for lesson in (samples.WALRUS, samples.ASYNC, other)}
    keys |= {lesson_key(samples.WALRUS, LIGHT), picture_key("reveal", samples.REVEAL, DARK)}
    assert len(keys) == 5


def test_a_new_edition_of_the_drawing_has_new_keys(monkeypatch: pytest.MonkeyPatch):
    before = lesson_key(samples.WALRUS, DARK)
    monkeypatch.setattr(cache, "EDITION", cache.EDITION + 1)
    assert lesson_key(samples.WALRUS, DARK) != before


def test_any_text_has_a_key_of_its_own():
    names = ("\ud800", "\\ud800", "", "\x00")
    assert len({picture_key("name", name, DARK) for name in names}) == len(names)


def test_a_key_can_not_name_a_file_elsewhere(tmp_path: Path):
    for bad in ("../../etc/passwd", "", "A" * 64):
        with pytest.raises(ValueError, match="64 hexadecimal"):
            PictureCache(tmp_path).load(bad)


# ---- on disk


def test_what_was_stored_comes_back_whole(tmp_path: Path):
    PictureCache(tmp_path / "new" / "folder").store(KEY, PICTURE)
    assert PictureCache(tmp_path / "new" / "folder").load(KEY) == PICTURE


def test_a_repeat_is_not_drawn_again(tmp_path: Path):
    kept = PictureCache(tmp_path)
    assert kept.get(KEY, lambda: PICTURE) == PICTURE
    assert kept.get(KEY, forbidden) == PICTURE


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + b"x",
        lambda data: b"x" + data,
        lambda data: data.replace(b"720", b"721"),
    ],
    ids=["empty", "short", "half", "changed", "shifted", "facts"],
)
def test_a_damaged_file_is_ignored_and_rewritten(tmp_path: Path, damage):
    kept = PictureCache(tmp_path)
    kept.store(KEY, PICTURE)
    [file] = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert kept.load(KEY) is None
    assert kept.get(KEY, lambda: PICTURE) == PICTURE
    assert kept.load(KEY) == PICTURE


def test_the_bound_holds_and_the_longest_unused_go_first(tmp_path: Path):
    size = len(cache._pack(PICTURE))
    kept = PictureCache(tmp_path, max_bytes=3 * size)
    for number in range(3):
        kept.store(key(number), PICTURE)
        os.utime(kept._path(key(number)), (1000 + number, 1000 + number))
    assert kept.load(key(0)) == PICTURE, "a use makes it the youngest"
    kept.store(key(3), PICTURE)
    assert [kept.load(key(number)) is not None for number in range(4)] == [True, False, True, True]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3 * size


def test_half_written_files_of_dead_processes_are_swept(tmp_path: Path):
    old, young = tmp_path / "old.part", tmp_path / "young.part"
    for file in (old, young):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    PictureCache(tmp_path).store(KEY, PICTURE)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_disk_that_fails_costs_time_but_no_picture(tmp_path: Path, caplog):
    (tmp_path / "file").write_text("in the way")
    kept = PictureCache(tmp_path / "file")
    assert kept.get(KEY, lambda: PICTURE) == PICTURE
    assert "was not kept" in caplog.text


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch):
    def full(_source: str, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.os, "replace", full)
    PictureCache(tmp_path).store(KEY, PICTURE)
    assert list(tmp_path.iterdir()) == []


def _storm(folder: Path, seed: int) -> int:
    """Store and load among a few keys under a tight bound; count what was not whole."""
    kept = PictureCache(folder, max_bytes=4 * len(cache._pack(PICTURE)))
    wrong = 0
    for step in range(60):
        number = (seed * 7 + step * step) % 6
        kept.store(key(number), PICTURE)
        wrong += kept.load(key((number + 1) % 6)) not in (None, PICTURE)
    return wrong


def test_threads_and_processes_share_a_folder(tmp_path: Path, caplog):
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(_storm, [tmp_path] * 4, range(4))) == 0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert sum(processes.map(_storm, [tmp_path] * 2, range(2))) == 0
    assert caplog.text == ""
    assert not list(tmp_path.glob("*.part"))


# ---- off the loop


async def test_a_picture_is_drawn_in_another_thread_and_kept(tmp_path: Path):
    studio = Studio(PictureCache(tmp_path))
    drawn_in: list[int] = []

    def draw() -> Picture:
        drawn_in.append(threading.get_ident())
        return PICTURE

    assert await studio.picture(KEY, draw) == PICTURE
    assert drawn_in != [threading.get_ident()]
    assert await studio.picture(KEY, forbidden) == PICTURE


async def test_who_asks_for_the_same_at_once_shares_one_drawing():
    studio = Studio()
    calls: list[int] = []

    def draw() -> Picture:
        calls.append(1)
        return PICTURE

    made = await asyncio.gather(*(studio.picture(KEY, draw) for _ in range(20)))
    assert made == [PICTURE] * 20
    assert calls == [1]


async def test_only_a_few_are_drawn_at_once():
    studio = Studio(at_once=2)
    lock, now, most = threading.Lock(), 0, 0
    gate = threading.Event()

    def draw() -> Picture:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        gate.wait(0.02)
        with lock:
            now -= 1
        return PICTURE

    await asyncio.gather(*(studio.picture(key(number), draw) for number in range(8)))
    assert most <= 2


async def test_one_who_stops_waiting_does_not_take_it_from_the_others():
    studio = Studio()
    gate = threading.Event()

    def draw() -> Picture:
        gate.wait(5)
        return PICTURE

    first = asyncio.create_task(studio.picture(KEY, draw))
    second = asyncio.create_task(studio.picture(KEY, forbidden))
    await asyncio.sleep(0.01)
    first.cancel()
    gate.set()
    assert await second == PICTURE
    assert first.cancelled()


async def test_a_failure_reaches_everyone_who_waits_and_is_not_kept(tmp_path: Path):
    studio = Studio(PictureCache(tmp_path))

    def draw() -> Picture:
        raise ValueError("no")

    waiting = (studio.picture(KEY, draw) for _ in range(3))
    failures = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(failure) for failure in failures] == ["no"] * 3
    assert await studio.picture(KEY, lambda: PICTURE) == PICTURE


async def test_closing_waits_for_what_is_being_drawn():
    studio = Studio()
    done = threading.Event()

    def draw() -> Picture:
        threading.Event().wait(0.02)
        done.set()
        return PICTURE

    task = asyncio.create_task(studio.picture(KEY, draw))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await studio.aclose()
    assert done.is_set()
    assert await task == PICTURE
