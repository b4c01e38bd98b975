"""Each benchmark runs as a command at its smallest size and prints its table; nothing is judged."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.wire.process import ROOT


def printed(name: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_clicks_compares_the_bot_with_bare_ones_and_loses_no_guess() -> None:
    lines = printed("clicks", "--only", "ours --plain", "dynamic --plain")
    rows = [line.split(" | ") for line in lines if line.startswith("| ours")]
    assert [row[1] for row in rows if len(row) == 9] == ["50"]
    assert [row[-2:] for row in rows if len(row) == 9] == [["0", "3 |"]]
    assert len(rows) == 2


@pytest.mark.slow
def test_fanout_posts_once_in_every_guild_and_is_refused_nothing() -> None:
    rows = [line.split(" | ") for line in printed("fanout") if " | 100 | " in line]
    assert [row[0] for row in rows] == ["| ours", "| bare"]
    assert rows[0][-4:-1] == ["0", "0", "+0"]


@pytest.mark.slow
def test_memory_measures_ours_and_a_bare_bot() -> None:
    rows = [line.split(" | ") for line in printed("memory") if " | 100 | " in line]
    assert [row[0] for row in rows] == ["| ours", "| dynamic"]


@pytest.mark.slow
def test_board_asks_for_each_window_in_each_database() -> None:
    rows = [line.split(" | ") for line in printed("board") if line.count(" | ") == 4]
    assert [row[0] for row in rows[1:]] == ["| 1,000", "| 10,000"]


@pytest.mark.slow
def test_startup_starts_the_bot_with_every_lesson() -> None:
    [row] = [line.split(" | ") for line in printed("startup")[-1:]]
    assert int(row[0].removeprefix("| ")) == len(list((ROOT / "lessons").glob("pep-*.yaml")))
