"""``python -m bot doctor``: what is well, what is not, and the way out of each.

The exit code is 0 where all is well, 1 where something could be better, 2 where the bot would not
run or not post. Nothing is changed; over the network only Discord is asked, and not with
``--offline``. The token is never shown.
"""

from __future__ import annotations

import json
import logging
import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.cli.doctor.findings import Level, worst
from bot.config import load_environ

if TYPE_CHECKING:
    import argparse

    from bot.cli import Groups
    from bot.cli.doctor.findings import Finding

_MARKS = {Level.OK: "ok", Level.WARNING: "WARNING", Level.FAULT: "FAULT"}


def add_parser(groups: Groups) -> None:
    """Declare the command."""
    doctor = groups.add_parser(
        "doctor",
        help="what is well on this host, what is not, and the way out",
        description="Exit code: 0 all is well, 1 a warning, 2 a fault.",
    )
    doctor.add_argument("--json", action="store_true", help="the findings as one JSON object")
    doctor.add_argument("--offline", action="store_true", help="do not ask Discord")
    doctor.set_defaults(handler=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from bot.cli.doctor.examination import examine

    environ = load_environ(os.environ, Path(".env"))
    findings = []
    # What the sandbox and discord.py log is in the findings already.
    logging.disable()
    try:
        for finding in examine(environ, is_offline=arguments.offline):
            findings.append(finding)
            if not arguments.json:
                _print(finding)
    finally:
        logging.disable(logging.NOTSET)
    level = worst(findings)
    if arguments.json:
        told = {
            "version": __version__,
            "level": level.name.lower(),
            "findings": [finding.as_json() for finding in findings],
        }
        print(json.dumps(told, indent=2))
    else:
        counts = [sum(each.level is wanted for each in findings) for wanted in Level]
        print(f"\nwell: {counts[0]}, warnings: {counts[1]}, faults: {counts[2]}")
    return int(level)


def _print(finding: Finding) -> None:
    """One finding, its way out below it."""
    print(f"{_MARKS[finding.level]:8}{finding.subject}: {finding.says}", flush=True)
    if finding.way_out:
        print(textwrap.indent(textwrap.fill(f"-> {finding.way_out}", 90), " " * 8))
