"""``python -m bot log``: the owner reads what moderators did, with nothing raw in the terminal."""

from __future__ import annotations

import asyncio

from bot.cli import main
from bot.config import bundled
from bot.core.audit import Deed
from bot.services.audit import record
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import at

NOW = at("2026-03-02 08:00")


async def fill(path, *, is_migrated=True):
    migrations = load_migrations(bundled("migrations"))
    async with open_database(path) as db:
        await migrate(db, migrations if is_migrated else migrations[:1], NOW)
        if is_migrated:
            await db.write(lambda tx: record(tx, 1, Deed.OPTION, NOW, by=77, subject="\x1b[31mred"))
            await db.write(lambda tx: record(tx, 2, Deed.PAUSE, NOW, by=None))


def test_the_log_is_printed_oldest_first_and_escaped(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    asyncio.run(fill(tmp_path / "bot.db"))
    assert main(["log"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == r"2026-03-02 08:00:00Z guild=1 by=77 option subject='\x1b[31mred'"
    assert second == "2026-03-02 08:00:00Z guild=2 by=owner pause"
    assert main(["log", "--guild", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [second]


def test_a_database_that_is_not_there_or_too_old_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    assert main(["log"]) == 2
    assert "not there yet" in capsys.readouterr().err
    assert not (tmp_path / "bot.db").exists()
    asyncio.run(fill(tmp_path / "bot.db", is_migrated=False))
    assert main(["log"]) == 2
    assert "db migrate" in capsys.readouterr().err
