"""``python -m bot lessons check | new | preview | stats | list | rules``: an author's tools.

Composes the library with the sandbox; what a rule is, and whether it holds, `bot.library` decides.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import textwrap
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.lesson_preview import preview
from bot.cli.lesson_report import Bar, as_json, print_report
from bot.cli.lesson_trials import SandboxTrials, cache_folder
from bot.cli.sandbox import folders as python_folders
from bot.library.bench import Bench
from bot.library.cache import RunCache
from bot.library.check import check_lessons
from bot.library.facts import pep_facts
from bot.library.loading import load_library, read_paths, shipped_folder
from bot.library.measure import reading_time
from bot.library.registry import RULES
from bot.library.selection import select
from bot.library.shelf_stats import shelf_stats
from bot.library.skeleton import skeleton
from bot.library.trials import Matrix
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.runner import SandboxRunner

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bot.core.lessons import Lesson
    from bot.library.check import Report

_SHOWN = 12


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the group ``lessons``."""
    group = groups.add_parser("lessons", help="check, write and look at lessons")
    commands = group.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="run every snippet and apply every rule")
    check.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="files or folders")
    check.add_argument(
        "--matrix",
        choices=list(Matrix),
        type=Matrix,
        default=Matrix.QUICK,
        help="glance: one run each; quick: the oldest and the newest Python in bounds; full: all",
    )
    check.add_argument("--json", action="store_true", help="one JSON object instead of text")
    check.add_argument("--no-cache", action="store_true", help="run everything again")
    check.set_defaults(handler=_check)

    new = commands.add_parser("new", help="begin a lesson, filled with the PEP's facts")
    new.add_argument("pep", metavar="PEP", type=int)
    new.add_argument(
        "--folder",
        metavar="DIR",
        type=Path,
        default=None,
        help="default: lessons/ here, else the shipped lessons",
    )
    new.set_defaults(handler=_new)

    show = commands.add_parser("preview", help="show a lesson as Discord will")
    show.add_argument("pep", metavar="PEP|FILE", help="a PEP's number, or a lesson file")
    show.add_argument("--png", metavar="FILE", type=Path, help="save the post's picture here")
    show.set_defaults(handler=_preview)

    stats = commands.add_parser("stats", help="count lessons, puzzles and what they are like")
    stats.add_argument("--json", action="store_true")
    stats.set_defaults(handler=_stats)

    commands.add_parser("list", help="list all lessons").set_defaults(handler=_list)
    commands.add_parser("rules", help="list all rules").set_defaults(handler=_rules)


def _check(arguments: argparse.Namespace) -> int:
    paths: list[Path] = arguments.paths or [shipped_folder()]
    absent = [path for path in paths if not path.exists()]
    if absent:
        print(f"not there: {', '.join(map(str, absent))}", file=sys.stderr)
        return 2
    began = time.monotonic()
    report = asyncio.run(_checked(paths, arguments.matrix, use_cache=not arguments.no_cache))
    seconds = time.monotonic() - began
    if arguments.json:
        print(json.dumps(as_json(report, seconds), indent=2))
    else:
        print_report(report, seconds)
    return 1 if report.faults else 0


async def _checked(paths: Sequence[Path], matrix: Matrix, *, use_cache: bool) -> Report:
    with tempfile.TemporaryDirectory() as elsewhere:
        async with SandboxRunner(python_folders()) as runner:
            bench = Bench(
                SandboxTrials(runner, elsewhere),
                RunCache(cache_folder() if use_cache else None),
                progress=Bar(sys.stderr).show,
            )
            return await check_lessons(select(paths, [shipped_folder()]), bench, matrix=matrix)


def _new(arguments: argparse.Namespace) -> int:
    facts = pep_facts().get(arguments.pep)
    if facts is None:
        print(f"PEP {arguments.pep} is not in bot/library/facts.tsv", file=sys.stderr)
        return 1
    here = Path("lessons")
    folder: Path = arguments.folder or (here if here.is_dir() else shipped_folder())
    path = folder / f"pep-{facts.pep:04d}.yaml"
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(skeleton(facts))
    except FileExistsError:
        print(f"{path} is there already", file=sys.stderr)
        return 1
    print(f"{path}: fill in every TODO, then python -m bot lessons check {path}")
    return 0


def _preview(arguments: argparse.Namespace) -> int:
    wanted: str = arguments.pep
    numbered = f"pep-{int(wanted):04d}.yaml" if wanted.isdigit() else ""
    path = shipped_folder() / numbered if numbered else Path(wanted)
    reading = read_paths([path])
    for fault in reading.faults:
        print(fault, file=sys.stderr)
    if arguments.png is not None:
        return _draw(reading.files[0].lesson, arguments.png) if reading.files else 1
    library, _ = load_library([shipped_folder()])
    for file in reading.files:
        print(preview(file.lesson, library, colour=sys.stdout.isatty()))
    return 0 if reading.files else 1


def _draw(lesson: Lesson, path: Path) -> int:
    from bot.rendering.pictures.code_picture import draw_lesson

    drawn = draw_lesson(lesson)
    try:
        path.write_bytes(drawn.png)
    except OSError as error:
        print(f"{path} can't be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{path}: {drawn.width} x {drawn.height} pixels. Its alt text:\n{drawn.alt}")
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    library, faults = load_library([shipped_folder()])
    pythons = [found.version for found in find_interpreters(python_folders())]
    stats = asdict(shelf_stats(list(library), pythons))
    if arguments.json:
        print(json.dumps({**stats, "faults": len(faults)}, indent=2))
        return 0
    for name, value in stats.items():
        label = name.replace("_", " ")
        text = f"{label:17} {_told(value)}"
        print(textwrap.fill(text, 100, subsequent_indent=" " * 18, break_on_hyphens=False))
    return 0


def _told(value: object) -> str:
    """A figure, or the first of many."""
    if isinstance(value, tuple):
        return "; ".join(value)
    if not isinstance(value, dict):
        return str(value)
    shown = [f"{key} {count}" for key, count in list(value.items())[:_SHOWN]]
    more = [f"and {len(value) - _SHOWN} more"] if len(value) > _SHOWN else []
    return ", ".join([*shown, *more]) or "-"


def _list(_arguments: argparse.Namespace) -> int:
    library, faults = load_library([shipped_folder()])
    for lesson in library:
        seconds = reading_time(lesson).seconds
        print(
            f"{lesson.pep:5}  {lesson.python!s:5} {lesson.level:12} {len(lesson.puzzles)} puzzles"
            f" {seconds:3.0f} s  {lesson.title}"
        )
    for fault in faults:
        print(fault, file=sys.stderr)
    return 0


def _rules(_arguments: argparse.Namespace) -> int:
    for rule in RULES:
        print(rule.name)
        for text in (rule.reason, f"Way out: {rule.way_out}."):
            print(textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="    "))
    return 0
