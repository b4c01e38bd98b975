"""Time and bytes of every kind of picture, cold, warm and from the cache. Prints, asserts nothing.

    python -m benchmarks.render [--times 30] [--out FOLDER]

CPU time is the figure to compare: a busy machine stretches the other. The goal for a before/after
picture is 60 ms and 60 KB, warm. ``--out`` writes the pictures for looking at.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.library.loading import load_library
from bot.rendering.pictures.cache import PictureCache, picture_key
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.code_picture import draw_lesson
from bot.rendering.pictures.profile import draw_profile
from bot.rendering.pictures.share import draw_share
from bot.rendering.pictures.theme import DARK

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "rendering"))
import pictures_samples as samples  # noqa: E402  (the tests' samples are no package)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.rendering.pictures.facts import Picture


@dataclass(frozen=True)
class Timing:
    """Milliseconds: the first call, then CPU time of the following ones."""

    cold: float
    median: float
    worst: float
    kept: float


def jobs() -> Iterator[tuple[str, Callable[[], Picture]]]:
    library, _faults = load_library([ROOT / "lessons"])
    yield "before/after, at the limits", lambda: draw_lesson(samples.LIMIT)
    yield "before/after, any script", lambda: draw_lesson(samples.HOSTILE)
    for lesson in library:
        yield f"before/after, PEP {lesson.pep}", lambda lesson=lesson: draw_lesson(lesson)
    yield "reveal", lambda: draw_reveal(samples.REVEAL)
    yield "profile", lambda: draw_profile(samples.PROFILE)
    yield "share", lambda: draw_share(samples.SHARE)


def measure(draw: Callable[[], Picture], times: int) -> tuple[Picture, Timing]:
    start = time.perf_counter()
    picture = draw()
    cold = time.perf_counter() - start
    spent = []
    for _ in range(times):
        start = time.process_time()
        draw()
        spent.append(time.process_time() - start)
    with tempfile.TemporaryDirectory() as folder:
        cache = PictureCache(Path(folder))
        key = picture_key("benchmark", 0, DARK)
        cache.store(key, picture)
        start = time.perf_counter()
        cache.load(key)
        kept = time.perf_counter() - start
    timing = (cold, statistics.median(spent), max(spent), kept)
    return picture, Timing(*(1000 * value for value in timing))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=30, help="warm calls a picture")
    parser.add_argument("--out", type=Path, help="write the pictures here")
    arguments = parser.parse_args()
    print(
        f"{'picture':30} {'pixels':>11} {'bytes':>7} {'cold ms':>8} {'warm ms':>8} {'worst':>7} "
        f"{'kept':>6}"
    )
    for name, draw in jobs():
        picture, timing = measure(draw, arguments.times)
        size = f"{picture.width}x{picture.height}"
        print(
            f"{name:30} {size:>11} {len(picture.png):>7,} {timing.cold:>8.1f} "
            f"{timing.median:>8.1f} {timing.worst:>7.1f} {timing.kept:>6.2f}"
        )
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            file = name.replace("/", "-").replace(",", "").replace(" ", "-").lower()
            (arguments.out / f"{file}.png").write_bytes(picture.png)


if __name__ == "__main__":
    main()
