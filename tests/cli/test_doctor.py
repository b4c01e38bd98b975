"""`python -m bot doctor`: each line's fault and warning, the exit code; no token is shown."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.cli import main
from bot.cli.doctor import account, data, examination, machine, puzzles
from bot.cli.doctor.findings import Level, fault, ok, warning, worst
from bot.config import Secret, read_settings
from bot.core.accounts import Account, ChannelAccess, Inspection
from bot.core.sandbox_health import MemberCode, PythonHealth, SandboxHealth
from bot.core.versions import PythonVersion
from bot.storage.backup import name_of
from bot.storage.claim import claimed
from tests.doubles import GUILD, PY313, at
from tests.storage.test_backup import MIGRATIONS, damage, made

NOW = at("2026-12-02 09:00")
TOKEN = "MTIz.abc.def-the-secret"
HELD = PythonHealth(PY313, "3.13.1", True, True, "fork", None, 22, (), {"landlock": "on"}, None)
WELL = SandboxHealth(MemberCode.ON, None, (HELD,), slots=2, running=0, waiting=0)


def settings_of(tmp_path, **environ):
    return read_settings(
        {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", **environ}, needs_token=False
    )


def only(findings, level):
    """The one finding, at that level, with a way out where it is no good news."""
    [found] = findings
    assert found.level is level, found
    assert bool(found.way_out) is (level is not Level.OK)
    return found.says


def test_the_worst_line_decides():
    lines = [ok("a", ""), warning("b", "", "do"), ok("c", "")]
    assert worst([]) is worst(lines[:1]) is Level.OK
    assert worst(lines) is Level.WARNING
    assert worst([*lines, fault("d", "", "do")]) is Level.FAULT
    assert [int(level) for level in Level] == [0, 1, 2]


class TestMachine:
    def test_an_old_python_is_a_fault(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        assert "3.10.4" in only(machine.python((3, 10, 4)), Level.FAULT)
        assert "3.11.0" in only(machine.python((3, 11, 0)), Level.OK)

    def test_root_is_a_warning(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert [each.level for each in machine.python((3, 13, 1))] == [Level.OK, Level.WARNING]

    def test_what_is_installed_is_what_the_release_asks_for(self):
        assert len(machine.requirements()) > 5
        only(machine.dependencies(machine.requirements()), Level.OK)

    def test_missing_and_wrong_versions_are_named(self):
        asked = ["aiosqlite<0.1", "no-such-thing>=1", "PyYAML>=6; python_version > '3'"]
        says = only(machine.dependencies(asked), Level.FAULT)
        assert "wanted <0.1" in says
        assert "no-such-thing is missing" in says
        assert "PyYAML" not in says

    @pytest.mark.parametrize(
        ("installed", "bounds", "held"),
        [
            ("2.7.1", "==2.7.1", True),
            ("2.7.10", "==2.7.1", False),
            ("2.8", ">=2.8,<3", True),
            ("2.10", ">=2.8,<3", True),
            ("3.0", ">=2.8,<3", False),
            ("3", ">=3.0.0", True),
            ("0.22.1", ">=0.22,<0.23", True),
            ("1.0rc1", "!=1.0", False),
            ("anything", "", True),
        ],
    )
    def test_versions_are_compared_as_numbers(self, installed, bounds, held):
        assert machine._is_within(installed, bounds) is held

    @pytest.mark.parametrize(
        ("free", "level"),
        [(10 * 1024**2, Level.FAULT), (200 * 1024**2, Level.WARNING), (9 * 1024**3, Level.OK)],
    )
    def test_a_full_disk_is_seen_before_it_hurts(self, tmp_path, monkeypatch, free, level):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        only(machine.disk(tmp_path / "not" / "there" / "yet"), level)

    @pytest.mark.parametrize(
        ("now", "ahead", "level", "says"),
        [
            (at("1970-01-01 00:10"), None, Level.FAULT, "before this release"),
            (NOW, None, Level.OK, "UTC"),
            (NOW, 0.7, Level.OK, "as Discord's"),
            (NOW, 5.0, Level.WARNING, "5 s ahead of"),
            (NOW, -3_600.0, Level.FAULT, "3,600 s behind"),
        ],
    )
    def test_a_clock_that_is_wrong_is_told(self, now, ahead, level, says):
        assert says in only(machine.clock(now, ahead), level)

    def test_no_time_zones_is_a_fault(self, monkeypatch):
        def none(key):
            raise KeyError(key)

        monkeypatch.setattr(machine, "ZoneInfo", none)
        assert [each.level for each in machine.clock(NOW)] == [Level.OK, Level.FAULT]


class TestData:
    def test_a_file_that_is_not_there_yet_is_well_where_it_can_be_made(self, tmp_path):
        settings = settings_of(tmp_path / "deep")
        assert "not there yet" in only(data.database(settings), Level.OK)
        assert list(data.running(settings)) == []
        assert not (tmp_path / "deep").exists()

    def test_a_folder_that_takes_nothing_is_a_fault(self, tmp_path):
        (tmp_path / "file").touch()
        settings = settings_of(tmp_path / "file")
        assert "can't be made" in only(data.database(settings), Level.FAULT)

    async def test_a_whole_one_is_well(self, tmp_path):
        await made(tmp_path / "bot.db")
        says = only(await threaded(data.database, settings_of(tmp_path)), Level.OK)
        assert f"version {len(MIGRATIONS)} of {len(MIGRATIONS)}" in says

    async def test_one_to_migrate_is_a_warning(self, tmp_path):
        await made(tmp_path / "bot.db", migrations=MIGRATIONS[:1])
        says = only(await threaded(data.database, settings_of(tmp_path)), Level.WARNING)
        assert "pending: 0002_outages" in says

    async def test_one_of_a_newer_release_is_a_fault(self, tmp_path):
        await made(tmp_path / "bot.db")
        with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
            connection.execute("INSERT INTO schema_versions VALUES (9999, '9999_future', 0)")
            connection.commit()
        says = only(await threaded(data.database, settings_of(tmp_path)), Level.FAULT)
        assert "version 9999" in says

    async def test_damage_is_a_fault(self, tmp_path):
        damage(await made(tmp_path / "bot.db", "x" * 100_000))
        assert "damaged" in only(data.database(settings_of(tmp_path)), Level.FAULT)

    async def test_one_that_may_not_be_written_is_a_fault(self, tmp_path, monkeypatch):
        await made(tmp_path / "bot.db")
        # Root, as whom tests may run, may write anything.
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        assert "not write" in only(data.database(settings_of(tmp_path)), Level.FAULT)

    async def test_a_server_that_is_away_is_a_fault_and_its_password_not_shown(self, tmp_path):
        settings = settings_of(
            tmp_path, DATABASE_URL="postgresql://me:hush@127.0.0.1:1/bot?connect_timeout=2"
        )
        says = only(await threaded(data.database, settings), Level.FAULT)
        assert "hush" not in says
        assert list(data.backups(settings, NOW)) == list(data.running(settings)) == []
        assert list(data.lasting(settings, {"DYNO": "worker.1"})) == []

    async def test_whether_a_bot_runs_is_said(self, tmp_path):
        path = await made(tmp_path / "bot.db")
        assert "none is running" in only(data.running(settings_of(tmp_path)), Level.OK)
        with claimed(path):
            assert "one is running" in only(data.running(settings_of(tmp_path)), Level.OK)

    def test_copies_missing_old_and_fresh(self, tmp_path):
        assert "no daily" in only(data.backups(settings_of(tmp_path), NOW), Level.WARNING)
        folder = tmp_path / "copies"
        settings = settings_of(tmp_path, BACKUP_DIR=str(folder))
        assert "none yet" in only(data.backups(settings, NOW), Level.WARNING)
        folder.mkdir()
        (folder / name_of("bot", NOW - timedelta(days=3))).touch()
        assert "72 hours old" in only(data.backups(settings, NOW), Level.WARNING)
        (folder / name_of("bot", NOW - timedelta(hours=5))).touch()
        assert "2 in" in only(data.backups(settings, NOW), Level.OK)

    @pytest.mark.parametrize(
        ("path", "environ", "warned"),
        [
            ("/srv/bot.db", {}, False),
            ("/srv/bot.db", {"DYNO": "worker.1"}, True),
            ("/dev/shm/bot.db", {}, True),
        ],
    )
    def test_a_disk_that_does_not_last_is_a_warning(self, tmp_path, path, environ, warned):
        settings = settings_of(tmp_path, DATABASE_URL=f"sqlite:///{path}")
        assert bool(list(data.lasting(settings, environ))) is warned


async def threaded(check, *arguments):
    """Run a check that runs a loop of its own."""
    return await asyncio.to_thread(lambda: list(check(*arguments)))


class TestPuzzles:
    def of(self, **fields):
        return dataclasses.replace(WELL, **fields)

    def test_where_all_holds_it_says_so_with_the_second_locks(self):
        first, locks = puzzles.sandbox(WELL)
        assert (first.level, locks.level) == (Level.OK, Level.OK)
        assert "landlock" in locks.says

    def test_no_python_is_a_fault(self):
        only(puzzles.sandbox(self.of(pythons=())), Level.FAULT)

    def test_a_host_that_can_t_hold_code_is_a_warning_that_says_what_it_means(self):
        health = self.of(member_code=MemberCode.NOT_HELD, host_reason="this is macOS")
        says = only(puzzles.sandbox(health), Level.WARNING)
        assert "NOT SANDBOXED" in says
        assert "members' code not at all" in says

    def test_a_canary_that_got_through_is_named(self):
        leaky = dataclasses.replace(HELD, members=False, way=None, failed=("reads a file",))
        found = list(puzzles.sandbox(self.of(member_code=MemberCode.NOT_HELD, pythons=(leaky,))))
        assert [each.level for each in found] == [Level.WARNING, Level.WARNING, Level.OK]
        assert "reads a file did not hold" in found[0].says

    def test_a_lock_that_the_host_lacks_is_said_and_no_warning(self):
        bare = dataclasses.replace(HELD, locks={"landlock": "off: ENOSYS"})
        found = list(puzzles.sandbox(self.of(pythons=(bare,))))
        assert worst(found) is Level.OK
        assert "landlock off: ENOSYS" in found[-1].says

    def test_puzzles_that_want_another_python_are_counted(self, tmp_path):
        settings = settings_of(tmp_path)
        only(puzzles.puzzles(settings, []), Level.FAULT)
        says = only(puzzles.puzzles(settings, [PythonVersion(3, 11)]), Level.WARNING)
        assert "want 3.14+" in says
        everything = [PythonVersion(2, 7), *(PythonVersion(3, n) for n in range(6, 17))]
        assert "all" in only(puzzles.puzzles(settings, everything), Level.OK)

    def test_a_lesson_that_is_left_out_is_told(self, tmp_path):
        (tmp_path / "pep-0008.yaml").write_text("pep: [")
        settings = settings_of(tmp_path, LESSON_FOLDERS=str(tmp_path))
        everything = [PythonVersion(2, 7), *(PythonVersion(3, n) for n in range(6, 17))]
        found = list(puzzles.puzzles(settings, everything))
        assert [each.level for each in found] == [Level.WARNING, Level.OK]
        assert "pep-0008.yaml" in found[0].says


KNOWN = Account("Speedrun#0001", (), 990, 1000, ())


class TestAccount:
    def seen(self, **fields):
        return Inspection(dataclasses.replace(KNOWN, **fields), None, 0.0)

    @pytest.mark.parametrize(
        ("text", "level"), [("", Level.FAULT), ("abc", Level.WARNING), (TOKEN, Level.OK)]
    )
    def test_a_token_is_looked_at_and_never_shown(self, text, level):
        says = only(account.token(Secret(text)), level)
        assert not text or text not in says

    @pytest.mark.parametrize(
        ("refusal", "way"),
        [("Discord refused the token", "Reset it"), ("Discord can't be reached: x", "network")],
    )
    def test_a_refusal_is_a_fault(self, refusal, way):
        [found] = account.account(Inspection(None, refusal, None))
        assert (found.level, way in found.way_out) == (Level.FAULT, True)

    def test_where_all_is_well_nothing_warns(self):
        channels = (ChannelAccess(GUILD, 5, ()),)
        assert worst(account.account(self.seen(channels=channels))) is Level.OK
        assert worst(account.account(self.seen())) is Level.OK

    @pytest.mark.parametrize(
        ("fields", "level", "says"),
        [
            ({"intents": ("message content",)}, Level.WARNING, "message content"),
            ({"sessions_left": 3}, Level.WARNING, "3 of 1000"),
            ({"channels": (ChannelAccess(1, 5, ("Send Messages",)),)}, Level.FAULT, "Send Mess"),
        ],
    )
    def test_each_trouble_is_told(self, fields, level, says):
        found = [
            each for each in account.account(self.seen(**fields)) if each.level is not Level.OK
        ]
        assert says in only(found, level)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder to run the command in; the self-test, which takes seconds, is not made again."""

    async def tested(_):
        return WELL

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(examination.puzzles, "examine_sandbox", tested)
    for name in ("DISCORD_TOKEN", "DATABASE_URL", "BACKUP_DIR", "LESSON_FOLDERS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_command_tells_every_line_and_ends_with_the_worst(house, capsys):
    assert main(["doctor", "--offline"]) == 2
    told = capsys.readouterr()
    assert "FAULT   token: DISCORD_TOKEN is not set\n        -> Copy it" in told.out
    assert "faults: 1" in told.out
    assert list(house.iterdir()) == []


def test_as_json_it_is_one_object(house, capsys, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    code = main(["doctor", "--offline", "--json"])
    text = capsys.readouterr().out
    told = json.loads(text)
    assert code == {"ok": 0, "warning": 1, "fault": 2}[told["level"]] == 1
    assert {"subject": "token", "level": "ok", "says": "DISCORD_TOKEN is set", "way_out": ""} in (
        told["findings"]
    )
    assert TOKEN not in text


def test_settings_that_can_t_be_read_are_faults_each(house, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    monkeypatch.setenv("HEALTH_PORT", "many")
    assert main(["doctor", "--offline"]) == 2
    told = capsys.readouterr().out
    assert told.count("FAULT") == 2
    assert "DATABASE_URL" in told
    assert "HEALTH_PORT" in told
