"""Which module has which command, and that one command does not wait for another's imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.cli import GROUPS, build_parser, main


def commands_of(parser):
    [action] = [each for each in parser._actions if hasattr(each, "choices") and each.choices]
    return set(action.choices)


def test_the_whole_command_line_has_every_command_and_no_other():
    assert commands_of(build_parser()) == set(GROUPS)
    assert commands_of(build_parser("no such command")) == set(GROUPS)


@pytest.mark.parametrize("command", GROUPS)
def test_a_command_alone_is_declared_by_its_module(command):
    assert command in commands_of(build_parser(command))


def test_a_command_that_is_not_there_is_refused_with_those_that_are(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["frobnicate"])
    assert ended.value.code == 2
    assert "playground" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "without"),
    [("health", ("discord", "yaml", "aiohttp")), ("db", ("discord",)), ("run", ("yaml",))],
)
def test_a_command_does_not_wait_for_another_s_imports(command, without):
    code = (
        "import sys; from bot.cli import build_parser; "
        f"build_parser({command!r}); print(*(set({without!r}) & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
