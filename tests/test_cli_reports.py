"""``python -m bot reports``: the owner sees what members reported, with what ran."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.cli import main
from bot.config import bundled
from bot.core.lessons import Library
from bot.services.playing import start_clock, submit_guess
from bot.services.reporting import report_puzzle
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import (
    GUILD,
    FakeAnnouncer,
    FakeSandbox,
    FixedClock,
    World,
    a_lesson,
    at,
    library_of,
)

NINE = at("2026-03-02 09:00")


async def fill(path) -> None:
    clock = FixedClock(at("2026-03-02 08:00"))
    async with open_database(path) as db:
        await migrate(db, load_migrations(bundled("migrations")), NINE)
        world = World(db, library_of(a_lesson(8)), clock, FakeSandbox(), FakeAnnouncer(clock))
        await world.set_up()
        await world.tick(NINE)
        facts = {"guild_id": GUILD, "round_id": 1, "player_id": 5}
        await start_clock(db, world.library, **facts, at=NINE)
        later = NINE + timedelta(seconds=9)
        await submit_guess(db, world.library, **facts, position=0, at=later)
        # The lesson need not be in the library any more: the round keeps its own.
        await report_puzzle(db, Library(), **facts, complaint="wrong", note="\x1b[2J", now=later)


def test_the_owner_reads_each_report_with_its_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    asyncio.run(fill(tmp_path / "bot.db"))
    assert main(["reports"]) == 0
    told = capsys.readouterr().out
    assert f"guild={GUILD} round=1 puzzle=8-" in told
    assert r"wrong note='\x1b[2J'" in told
    assert "printed" in told
    assert "\x1b" not in told


def test_without_reports_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    assert main(["db", "migrate"]) == 0
    capsys.readouterr()
    assert main(["reports"]) == 0
    assert capsys.readouterr().out == "no report waits for an answer\n"
