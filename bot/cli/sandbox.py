"""``python -m bot sandbox run | pythons | selftest``: the sandbox at the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.core.runs import Outcome
from bot.core.versions import PythonVersion
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.limits import AUTHORED, with_settings
from bot.sandbox.runner import SandboxRunner

if TYPE_CHECKING:
    from bot.core.runs import Limits, RunResult


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the group ``sandbox``."""
    group = groups.add_parser("sandbox", help="run a snippet, list the Pythons, test the locks")
    commands = group.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a file and print what happened as one JSON object")
    run.add_argument("file", metavar="FILE", help="the file to run, or - for standard input")
    run.add_argument("--python", metavar="X.Y", type=_version, help="default: the newest found")
    run.add_argument("--stdin", metavar="TEXT", default="", help="what the snippet can read")
    run.set_defaults(handler=_run)

    pythons = commands.add_parser("pythons", help="list the Pythons that were found")
    pythons.set_defaults(handler=_pythons)


def folders() -> tuple[Path, ...]:
    """The folders named in ``PEP_SPEEDRUN_PYTHONS``."""
    value = os.environ.get("PEP_SPEEDRUN_PYTHONS", "")
    return tuple(Path(entry) for entry in value.split(os.pathsep) if entry)


def as_json(result: RunResult) -> dict[str, Any]:
    """The result as the command prints it: the contract first, then what else is known."""
    facts = asdict(result)
    first = ("outcome", "stdout", "stderr", "exit_code", "exception", "duration_ms", "truncated")
    order = [*first, "python", *facts]
    return {name: facts[name] for name in dict.fromkeys(order)}


def _version(text: str) -> PythonVersion:
    try:
        return PythonVersion.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.file == "-":
            code = sys.stdin.read()
        else:
            code = Path(arguments.file).read_text("utf-8")
        limits = with_settings(AUTHORED)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    result = asyncio.run(_run_once(code, limits, arguments))
    print(json.dumps(as_json(result)))
    return 2 if result.outcome is Outcome.UNAVAILABLE else 0


async def _run_once(code: str, limits: Limits, arguments: argparse.Namespace) -> RunResult:
    async with SandboxRunner(folders()) as sandbox:
        known = sandbox.interpreters()
        version = arguments.python or (known[-1] if known else PythonVersion(3, 11))
        return await sandbox.run(code, limits, version, stdin=arguments.stdin)


def _pythons(_: argparse.Namespace) -> int:
    for interpreter in find_interpreters(folders()):
        print(f"{interpreter.version}\t{interpreter.path}\t{interpreter.full_version}")
    return 0
