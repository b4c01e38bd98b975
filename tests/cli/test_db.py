"""`db backup`, `db restore` and `db check` as an operator types them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest

from bot.cli import main
from bot.storage.claim import claimed
from tests.storage.test_backup import damage, made, value_of


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The database of this house; nothing of the machine's own settings is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/bot.db")
    (tmp_path / "data").mkdir()
    asyncio.run(made(tmp_path / "data" / "bot.db"))
    return tmp_path / "data" / "bot.db"


def test_a_backup_is_made_and_put_back_beside_the_old_one(path, capsys):
    assert main(["db", "backup", "copy.db"]) == 0
    assert "copy.db: version" in capsys.readouterr().out
    asyncio.run(made(path, "new"))
    assert main(["db", "restore", "copy.db"]) == 0
    told = capsys.readouterr().out
    assert "restored from copy.db" in told
    assert "is kept as data/bot.db.before-restore-" in told
    assert asyncio.run(value_of(path)) == "old"


def test_a_folder_gets_names_with_times_and_keeps_so_many(path, tmp_path, capsys):
    folder = tmp_path / "copies"
    for day in ("20200101", "20210101", "20220101"):
        folder.mkdir(exist_ok=True)
        (folder / f"bot-{day}T000000Z.db").touch()
    assert main(["db", "backup", "copies/", "--keep", "2"]) == 0
    told = capsys.readouterr().out
    assert told.count("deleted") == 2
    names = sorted(each.name for each in folder.iterdir())
    assert len(names) == 2
    assert names[0] == "bot-20220101T000000Z.db"


@pytest.mark.parametrize(
    "arguments",
    [["copies/", "--keep", "0"], ["copy.db", "--keep", "3"], ["data/bot.db"], ["data/bot.db/x.db"]],
)
def test_what_can_t_be_asked_for_is_refused_in_words(path, capsys, arguments):
    assert main(["db", "backup", *arguments]) == 2
    told = capsys.readouterr()
    assert told.err
    assert "Traceback" not in told.err


def test_never_over_a_live_bot(path, capsys):
    main(["db", "backup", "copy.db"])
    with claimed(path):
        assert main(["db", "backup", "while-it-runs.db"]) == 0
        assert main(["db", "restore", "copy.db"]) == 2
    assert "Another bot is running" in capsys.readouterr().err
    assert not list(path.parent.glob("*before-restore*"))


def test_a_server_has_its_own_tools(path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@127.0.0.1/bot")
    for command in ("backup", "restore"):
        assert main(["db", command, "copy.db"]) == 2
        told = capsys.readouterr().err
        assert "pg_dump" in told
        assert "secret" not in told


def test_a_whole_database_is_said_to_be_one(path, capsys):
    assert main(["db", "check"]) == 0
    assert "whole" in capsys.readouterr().out
    assert main(["db", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == []


def test_sums_that_disagree_are_a_finding(path, capsys):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO totals VALUES (7, 'all', 'all', 1, 5, 1, 1, 9)")
        connection.commit()
    assert main(["db", "check"]) == 1
    assert "guild 7: 1 totals, 0 streaks and 0 places disagree" in capsys.readouterr().out


def test_damage_is_a_finding_with_a_way_out(path, capsys):
    asyncio.run(made(path, "x" * 100_000))
    damage(path)
    assert main(["db", "check"]) == 1
    assert "db restore" in capsys.readouterr().out


def test_a_database_that_is_not_there_is_none_to_check(path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/none.db")
    assert main(["db", "check"]) == 0
    assert "not there yet" in capsys.readouterr().out
    assert not (path.parent / "none.db").exists()


@pytest.mark.parametrize("command", [["db", "status"], ["db", "migrate"], ["db", "check"], ["log"]])
def test_a_database_of_a_newer_release_is_refused_with_the_way_back(path, capsys, command):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO schema_versions VALUES (9999, '9999_future', 0)")
        connection.commit()
    assert main(command) == 2
    assert "python -m bot db restore PATH" in capsys.readouterr().err
