import sys
from pathlib import Path

from bot.core.versions import PythonVersion
from bot.sandbox.interpreters import find_interpreters, probe
from tests.sandbox.conftest import NOWHERE, OWN


def test_the_python_that_runs_the_bot_is_always_found():
    (own,) = find_interpreters(search_path="", pyenv_root=NOWHERE)
    assert own.version == OWN
    assert own.full_version == sys.version.replace("\n", " ").strip()


def test_a_folder_of_the_operator_comes_first(tmp_path):
    (own,) = find_interpreters(search_path="", pyenv_root=NOWHERE)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / f"python{OWN}").symlink_to(own.path)
    found = find_interpreters((tmp_path,), search_path="", pyenv_root=NOWHERE)
    assert [each.path for each in found] == [own.path]


def test_scripts_broken_files_and_other_programs_are_left_out(tmp_path):
    shim = tmp_path / "python3.11"
    shim.write_text("#!/bin/sh\nexit 1\n")
    shim.chmod(0o755)
    broken = tmp_path / "python3.12"
    broken.write_bytes(b"\x7fELF and nothing")
    broken.chmod(0o755)
    (tmp_path / "python3.13").symlink_to(tmp_path / "gone")
    (tmp_path / "pythonw").write_text("")
    found = find_interpreters((tmp_path,), search_path="", pyenv_root=NOWHERE)
    assert [each.version for each in found] == [OWN]
    assert probe(broken) is None
    assert probe(Path("/bin/true")) is None


def test_versions_come_oldest_first_and_once_each():
    versions = [each.version for each in find_interpreters()]
    assert versions == sorted(set(versions))
    assert OWN in versions


def test_a_pyenv_folder_that_is_closed_to_us_is_passed_over(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "glob", refuse)
    found = find_interpreters(search_path="", pyenv_root=Path("/closed"))
    assert [each.version for each in found] == [OWN]


def test_members_need_311():
    (own,) = find_interpreters(search_path="", pyenv_root=NOWHERE)
    assert own.can_run_members == (PythonVersion(3, 11) <= OWN)
