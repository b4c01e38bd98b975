"""The command line: ``python -m bot COMMAND``; `GROUPS` has them all.

The only place that prints, exits or configures logging. Each module of this package holds one
group of commands: ``add_parser(subparsers)`` declares them and sets ``handler``, a function from
the parsed arguments to the exit code.
"""

from __future__ import annotations

import argparse
import importlib
import sqlite3
import sys
from typing import TYPE_CHECKING

from bot import __version__
from bot.core.errors import (
    BackupFailed,
    ConfigError,
    CopyRefused,
    DatabaseInUse,
    DatabaseTooNew,
    StorageUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Groups = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (no public name)


GROUPS = {
    "run": "runtime",
    "playground": "runtime",
    "lessons": "lessons",
    "db": "db",
    "log": "audit",
    "reports": "reports",
    "sandbox": "sandbox",
    "doctor": "doctor",
    "health": "health",
}
"""Command -> the module of this package that declares it, as the help lists them."""


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; or of it what ``command`` needs, which starts much sooner."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="PEP Speedrun")
    parser.add_argument("--version", action="version", version=f"PEP Speedrun {__version__}")
    groups = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    names = [GROUPS[command]] if command in GROUPS else dict.fromkeys(GROUPS.values())
    for name in names:
        # One group's imports (discord, yaml) don't slow the others down: a container asks for
        # `health` once a minute.
        importlib.import_module(f"bot.cli.{name}").add_parser(groups)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 for success, 1 for a finding, 2 for a usage error."""
    argv = sys.argv[1:] if argv is None else argv
    arguments = build_parser(argv[0] if argv else None).parse_args(argv)
    try:
        code: int = arguments.handler(arguments)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except (BackupFailed, CopyRefused, DatabaseInUse) as error:
        print(error, file=sys.stderr)
        return 2
    except (DatabaseTooNew, StorageUnavailable, sqlite3.Error) as error:
        print(f"The database can't be used: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code
