"""The bot also works installed as a wheel: lessons, migrations and data files travel in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytest.importorskip("build", reason="build is not installed")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel's content in a folder of its own, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("pep_speedrun-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder


def bot(installed: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(installed / "site")}
    environ["DATABASE_URL"] = f"sqlite:///{installed}/data/bot.db"
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=installed,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        input=given,
    )


@pytest.mark.slow
def test_an_installed_bot_has_its_lessons(installed):
    listed = bot(installed, "lessons", "stats", "--json")
    assert listed.returncode == 0, listed.stderr
    shipped = len(list((ROOT / "lessons").glob("pep-*.yaml")))
    assert json.loads(listed.stdout)["lessons"] == shipped


@pytest.mark.slow
def test_an_installed_bot_makes_its_database(installed):
    made = bot(installed, "db", "migrate")
    assert made.returncode == 0, made.stderr
    assert "applied 0001_initial" in made.stdout


@pytest.mark.slow
def test_an_installed_bot_runs_a_snippet(installed):
    ran = bot(installed, "sandbox", "run", "-", given="print(6 * 7)")
    assert json.loads(ran.stdout)["stdout"] == "42\n", ran.stderr


@pytest.mark.slow
def test_an_installed_bot_opens_its_playground(installed):
    command = [sys.executable, "-m", "bot", "playground", "--no-browser"]
    environ = {**os.environ, "PYTHONPATH": str(installed / "site")}
    with subprocess.Popen(
        command, cwd=installed, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        found = any("http://127.0.0.1" in line for line in process.stdout)
        process.terminate()
    assert found


@pytest.mark.slow
def test_an_installed_bot_speaks_german(installed):
    code = "from bot.rendering.language import _, speaking\nwith speaking('de'): print(_('Share'))"
    environ = {**os.environ, "PYTHONPATH": str(installed / "site")}
    spoken = subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert spoken.stdout == "Teilen\n"
