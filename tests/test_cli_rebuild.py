"""``python -m bot db rebuild``: counts anew, and says what was wrong."""

from __future__ import annotations

import asyncio

from bot.cli import main
from bot.config import bundled
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from bot.storage.plays import insert_guess
from tests.doubles import GUILD, a_guess, at

from .storage.test_tables import opened

NOW = at("2026-03-02 08:00")


async def fill(path, steps=None):
    async with open_database(path) as db:
        await migrate(db, load_migrations(bundled("migrations"))[:steps], NOW)
        if steps is None:
            await db.write(
                lambda tx: insert_guess(tx, a_guess(round_id=opened(tx).id)),
            )


def test_a_guess_without_its_sums_gets_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    asyncio.run(fill(tmp_path / "bot.db"))
    assert main(["db", "rebuild"]) == 0
    told = capsys.readouterr().out
    assert f"guild {GUILD} was wrong: player 11, all all: 0 points in 0 guesses stored" in told
    assert "counted anew from the guesses of 1 servers" in told
    assert main(["db", "rebuild"]) == 0
    assert "was wrong" not in capsys.readouterr().out


def test_an_older_database_is_to_be_migrated_first(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    asyncio.run(fill(tmp_path / "bot.db", steps=1))
    assert main(["db", "rebuild"]) == 1
    assert "run `python -m bot db migrate` first" in capsys.readouterr().err
