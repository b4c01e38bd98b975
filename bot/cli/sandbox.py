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

from bot.cli.runtime import settings_of
from bot.core.runs import Outcome
from bot.core.versions import PythonVersion
from bot.sandbox.host import this_host
from bot.sandbox.interpreters import find_interpreters
from bot.sandbox.job import Mode
from bot.sandbox.limits import AUTHORED, with_memory, with_settings
from bot.sandbox.runner import SandboxRunner

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core.runs import Limits, RunResult
    from bot.sandbox.selftest import Report


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the group ``sandbox``."""
    group = groups.add_parser("sandbox", help="run a snippet, list the Pythons, test the locks")
    commands = group.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a file and print what happened as one JSON object")
    run.add_argument("file", metavar="FILE", help="the file to run, or - for standard input")
    run.add_argument("--python", metavar="X.Y", type=_version, help="default: the newest found")
    run.add_argument("--stdin", metavar="TEXT", default="", help="what the snippet can read")
    run.add_argument("--timeout", metavar="SECONDS", type=float, help="wall time, 0.1 to 60")
    run.add_argument("--memory", metavar="MB", type=int, help="data memory, 64 to 4096")
    run.add_argument(
        "--json", action="store_true", default=True, help="the default, and all there is"
    )
    run.add_argument(
        "--mode",
        # One run does not repay a zygote's start, so that is not the default here.
        choices=[Mode.EXEC.value, Mode.ZYGOTE.value],
        default=Mode.EXEC.value,
        help="a Python of its own (exec, the default) or a fork of a locked one",
    )
    run.set_defaults(handler=_run)

    pythons = commands.add_parser("pythons", help="list the Pythons that were found")
    pythons.set_defaults(handler=_pythons)

    selftest = commands.add_parser("selftest", help="try to break out, and say what held")
    selftest.add_argument("--json", action="store_true", help="everything as one JSON object")
    selftest.add_argument("--python", metavar="X.Y", type=_version, help="this one only")
    selftest.set_defaults(handler=_selftest)


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


def limits_from(arguments: argparse.Namespace) -> Limits:
    """The limits that ``--timeout`` and ``--memory`` ask for.

    Raises:
        ValueError: A figure is out of bounds.
    """
    limits = AUTHORED if arguments.memory is None else with_memory(AUTHORED, arguments.memory)
    wall_ms = None if arguments.timeout is None else round(arguments.timeout * 1000)
    return with_settings(limits, wall_ms=wall_ms, cpu_ms=wall_ms)


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
        limits = limits_from(arguments)
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
        return await sandbox.run(
            code, limits, version, stdin=arguments.stdin, mode=Mode(arguments.mode)
        )


def _pythons(_: argparse.Namespace) -> int:
    for interpreter in find_interpreters(folders()):
        print(f"{interpreter.version}\t{interpreter.path}\t{interpreter.full_version}")
    return 0


def _selftest(arguments: argparse.Namespace) -> int:
    settings = settings_of()
    reports = asyncio.run(_examine(settings, arguments.python))
    if arguments.json:
        host = this_host()
        pythons = [
            {**asdict(report), "python": str(report.python), "summary": report.summary}
            for report in reports
        ]
        print(json.dumps({"host": asdict(host), "pythons": pythons}, indent=1))
    else:
        for report in reports:
            _print_report(report)
        if this_host().reason:
            print(f"NOT SANDBOXED: {this_host().reason}")
        if not settings.sandbox.member_code:
            print("MEMBER_CODE=off: the bot runs no member's code all the same.")
    return 0 if any(report.way for report in reports) else 1


async def _examine(settings: Settings, version: PythonVersion | None) -> tuple[Report, ...]:
    # The root brings discord.py along, which takes longer to import than a snippet runs.
    from bot.app import sandbox_runner

    async with sandbox_runner(settings) as sandbox:
        return await sandbox.self_test(*([version] if version else []))


def _print_report(report: Report) -> None:
    print(f"Python {report.python}: {report.summary}")
    for row in report.rows:
        print(f"  {'held  ' if row.held else 'FAILED'}  {row.name}: {row.seen!a}")
    for name, state in report.locks.items():
        print(f"  second lock  {name}: {state}")
