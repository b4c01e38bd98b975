"""Which files are checked, and in whose company. Reads files; judges and runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from bot.library.loading import lesson_paths, read_paths
from bot.library.rules.across import Shelf
from bot.library.shared_lists import LISTS, MISCONCEPTIONS, RETIRED, load_list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.core.errors import LessonFault
    from bot.library.files import LessonFile


@dataclass(frozen=True, slots=True)
class Selection:
    """What to check: the lessons that could be read, the faults of reading, and the whole shelf."""

    files: tuple[LessonFile, ...]
    faults: tuple[LessonFault, ...]
    shelf: Shelf


def select(paths: Sequence[Path], company: Sequence[Path]) -> Selection:
    """Read the lessons at ``paths`` (files, folders) and their neighbours in ``company`` (folders).

    Links, twins, misconceptions and habits are judged over all of them. A neighbour that takes a
    selected file's PEP or puzzle id steps back, since it may be the version that a draft replaces.
    """
    wanted = [file for path in paths for file in (lesson_paths(path) if path.is_dir() else [path])]
    homes = _distinct([*(path.parent for path in wanted), *company])
    neighbours = [path for home in homes for path in lesson_paths(home)]
    reading = read_paths(_distinct([*wanted, *neighbours]))
    chosen = set(wanted)
    lists: dict[str, dict[str, str]] = {name: {} for name in LISTS}
    faults = [fault for fault in reading.faults if fault.path in chosen]
    for home, name in product(homes, LISTS):
        listed, wrong = load_list(home, name)
        lists[name] |= listed
        faults += wrong
    files = tuple(file for file in reading.files if file.path in chosen)
    return Selection(
        files, tuple(faults), Shelf(reading.files, lists[MISCONCEPTIONS], lists[RETIRED])
    )


def _distinct(paths: Sequence[Path]) -> list[Path]:
    """Each file or folder once, under the first of its names: links and dots make several."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(path.resolve(), path)
    return list(found.values())
