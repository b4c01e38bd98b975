"""The shared corpus of hostile snippets, under every setting that a host may be in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.sandbox.conftest import OWN, every_python, needs_locks
from tests.sandbox.settings import USER

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "sandbox-corpus"
MEMBER_PYTHONS = [each for each in every_python() if each.can_run_members]
_LEFT_OUT = shutil.ignore_patterns("test", "site-packages", "__pycache__", "idlelib", "*.a")

pytestmark = [
    needs_locks,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS.name}"),
]

# This host as it is comes below, with each of its Pythons.
SETTINGS = [
    ("no-landlock", "zygote"),
    ("no-namespaces", "zygote"),
    ("docker", "zygote"),
    ("docker", "exec"),
    ("no-second-locks", "zygote"),
    ("no-second-locks", "exec"),
]


def verdicts(python, *arguments, **more):
    done = subprocess.run(
        [str(python), "-m", "tests.sandbox.watched", "--corpus", str(CORPUS), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **more,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 100
    return {name: wrong for name, wrong in found.items() if wrong}


def test_the_corpus_is_contained_and_its_legitimate_files_work():
    assert verdicts(sys.executable) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "mode"), SETTINGS)
def test_the_corpus_is_contained_on_a_poorer_host(setting, mode):
    assert verdicts(sys.executable, "--setting", setting, "--mode", mode) == {}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["zygote", "exec"])
@pytest.mark.parametrize("interpreter", MEMBER_PYTHONS, ids=lambda each: str(each.version))
def test_the_corpus_is_contained_on_every_python(interpreter, mode):
    folder = interpreter.path.parent
    wanted = ("--python", str(interpreter.version), "--pythons", str(folder), "--mode", mode)
    assert verdicts(sys.executable, *wanted) == {}


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="already a plain user: the other settings are")
@pytest.mark.parametrize("mode", ["zygote", "exec"])
def test_the_corpus_is_contained_as_a_plain_user(mode):
    # Not tmp_path: another pytest of this machine may tidy it away within these minutes.
    with tempfile.TemporaryDirectory() as folder:
        assert _as_plain_user(Path(folder), mode) == {}


def _as_plain_user(tmp_path, mode):
    # The user can't enter root's home, where pyenv's Pythons are: it gets a copy of one.
    (own,) = [each for each in MEMBER_PYTHONS if each.version == OWN]
    home = tmp_path / "python"
    library = own.path.parent.parent / "lib" / f"python{OWN}"
    shutil.copytree(library, home / "lib" / library.name, ignore=_LEFT_OUT)
    (home / "bin").mkdir()
    copied = Path(shutil.copy2(own.path, home / "bin"))
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=_LEFT_OUT)
    shutil.copytree(ROOT / "tests" / "sandbox", tmp_path / "tests" / "sandbox", ignore=_LEFT_OUT)
    corpus = shutil.copytree(CORPUS, tmp_path / "corpus")
    for parent in (tmp_path, *tmp_path.parents):
        if parent != parent.parent and not parent.stat().st_mode & 1:
            parent.chmod(0o755)
    done = subprocess.run(
        [
            *(copied, "-s", "-m", "tests.sandbox.watched", "--corpus", corpus, "--mode", mode),
            *("--pythons", home / "bin", "--python", str(OWN), "--setting", "user"),
        ],
        cwd=tmp_path,
        env={"PATH": "", "PYENV_ROOT": "/nonexistent", "HOME": "/nonexistent"},
        user=USER,
        group=USER,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    return {name: wrong for name, wrong in json.loads(done.stdout).items() if wrong}
