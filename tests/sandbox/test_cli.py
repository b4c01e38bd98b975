"""The command's contract: one JSON object, its exit codes."""

from __future__ import annotations

import argparse
import io
import json

import pytest

from bot.cli import sandbox
from bot.core.runs import Limits
from tests.sandbox.conftest import OWN, needs_locks


def call(*arguments):
    parser = argparse.ArgumentParser()
    sandbox.add_parser(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["sandbox", *arguments])
    return parsed.handler(parsed)


@pytest.fixture(autouse=True)
def only_own_python(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYENV_ROOT", "/nonexistent")
    monkeypatch.delenv("PEP_SPEEDRUN_PYTHONS", raising=False)


def test_a_file_is_run_and_told_in_one_json_object(tmp_path, capsys):
    file = tmp_path / "snippet.py"
    file.write_text("print(input())\n{}['k']", "utf-8")
    assert call("run", "--stdin", "hello", str(file)) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told)[:8] == [
        "outcome",
        "stdout",
        "stderr",
        "exit_code",
        "exception",
        "duration_ms",
        "truncated",
        "python",
    ]
    assert told["outcome"] == "error"
    assert told["stdout"] == "hello\n"
    assert told["exception"] == "KeyError"
    assert told["exit_code"] == 1
    assert told["python"] == str(OWN)
    assert told["truncated"] is False


@needs_locks
def test_code_comes_from_standard_input_too_and_runs_in_a_zygote(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("print(1)"))
    assert call("run", "--mode", "zygote", "--python", str(OWN), "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["stdout"] == "1\n"


def test_limits_come_from_the_arguments(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("while True: pass"))
    assert call("run", "--timeout", "0.2", "-") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "timeout"
    parsed = argparse.Namespace(timeout=3.0, memory=64)
    assert sandbox.limits_from(parsed) == Limits(
        wall_ms=3_000, cpu_ms=3_000, data_bytes=64 << 20, address_space_bytes=192 << 20
    )


@pytest.mark.parametrize("arguments", [("--timeout", "9999"), ("--memory", "1")])
def test_a_limit_out_of_bounds_is_a_usage_error(monkeypatch, capsys, arguments):
    monkeypatch.setattr("sys.stdin", io.StringIO("1"))
    assert call("run", *arguments, "-") == 2
    assert "must be between" in capsys.readouterr().err


def test_a_missing_file_and_a_missing_python_are_told(capsys, monkeypatch):
    assert call("run", "/nonexistent.py") == 2
    assert "nonexistent" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("1"))
    assert call("run", "--python", "3.99", "-") == 2
    assert json.loads(capsys.readouterr().out)["outcome"] == "unavailable"
    with pytest.raises(SystemExit):
        call("run", "--python", "three", "-")


def test_the_pythons_are_listed(capsys):
    assert call("pythons") == 0
    assert capsys.readouterr().out.startswith(f"{OWN}\t/")


@needs_locks
def test_the_self_test_says_what_held(capsys):
    assert call("selftest", "--json", "--python", str(OWN)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["host"]["reason"] is None
    assert told["pythons"][0]["way"] == "fork"
    assert all(row["held"] for row in told["pythons"][0]["rows"])
    assert call("selftest") == 0
    printed = capsys.readouterr().out
    assert "members may use it" in printed
    assert "second lock  landlock: o" in printed
