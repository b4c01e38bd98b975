"""A database of every released schema, a week played in it, upgraded to this release's."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import bundled
from bot.core.errors import DatabaseTooNew
from bot.core.windows import Window
from bot.services.checking import check_sums
from bot.services.playing import start_clock, submit_guess
from bot.services.recounting import rebuild_if_outdated
from bot.services.standings import leaderboard
from bot.storage.backup import examined
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from bot.storage.upgrade import upgrade
from scripts import release_fixture
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

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
MIGRATIONS = load_migrations(bundled("migrations"))
SATURDAY = at("2026-03-07 13:00")
KEPT = ("rounds", "starts", "guesses", "totals", "streaks", "lesson_versions")


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request, tmp_path) -> Path:
    """The file of a bot that ran that release until Saturday."""
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(request.param.read_text(encoding="utf-8"))
    return path


def rows_of(path: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]


def schema_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: re.sub(r"\W+", " ", sql).strip() for name, sql in rows}


async def upgraded(path: Path, tmp_path: Path) -> None:
    async with open_database(path) as db:
        await upgrade(db, MIGRATIONS, SATURDAY, tmp_path / "backups")


def test_the_dumps_are_of_schemas_that_there_are():
    numbers = [int(path.stem) for path in RELEASED]
    assert numbers[0] == 1
    assert numbers[-1] <= len(MIGRATIONS)


async def test_the_next_release_s_dump_can_be_made(tmp_path):
    """The script of the release is run by nobody else until that day."""
    await release_fixture.play(tmp_path / "week.db")
    assert examined(tmp_path / "week.db") == len(MIGRATIONS)
    async with open_database(tmp_path / "week.db") as db:
        checked = await check_sums(db)
    assert (checked.guilds, checked.disagreements) == (2, ())
    assert all(rows_of(tmp_path / "week.db", table) for table in KEPT)


async def test_its_schema_becomes_that_of_a_new_database(released, tmp_path):
    await upgraded(released, tmp_path)
    async with open_database(tmp_path / "new.db") as db:
        await migrate(db, MIGRATIONS, SATURDAY)
    assert schema_of(released) == schema_of(tmp_path / "new.db")
    assert examined(released) == len(MIGRATIONS)


async def test_not_a_row_is_lost_and_not_a_value_changed(released, tmp_path):
    before = {table: rows_of(released, table) for table in KEPT}
    assert all(before.values())
    await upgraded(released, tmp_path)
    for table, old in before.items():
        new = rows_of(released, table)
        assert [{name: row[name] for name in old[0]} for row in new] == old, table


async def test_its_sums_still_agree_with_its_guesses(released, tmp_path):
    await upgraded(released, tmp_path)
    async with open_database(released) as db:
        await rebuild_if_outdated(db)
        checked = await check_sums(db)
    assert (checked.guilds, checked.disagreements) == (2, ())


async def test_the_open_round_is_played_on_and_the_next_one_comes(released, tmp_path):
    await upgraded(released, tmp_path)
    clock = FixedClock(SATURDAY)
    library = library_of(a_lesson(8), a_lesson(20), a_lesson(484))
    async with open_database(released) as db:
        world = World(db, library, clock, FakeSandbox(), FakeAnnouncer(clock))
        await rebuild_if_outdated(db)
        [open_round] = [each for each in await world.rounds() if each.state == "open"]
        player = {"guild_id": GUILD, "round_id": open_round.id, "player_id": 905}
        await start_clock(db, library, **player, at=SATURDAY)
        await submit_guess(db, library, **player, position=0, at=SATURDAY + timedelta(seconds=9))
        await world.tick(SATURDAY + timedelta(days=1))
        assert (await world.states())[-2:] == ["revealed", "open"]
        board = await leaderboard(
            db, GUILD, Window.ALL, viewer_id=905, now=SATURDAY + timedelta(days=1)
        )
        assert (board.players, board.viewer.guesses) == (5, 1)
        assert (await check_sums(db)).disagreements == ()


async def test_the_copy_from_before_is_the_old_release_s(released, tmp_path):
    old = released.read_bytes()
    async with open_database(released) as db:
        before = await upgrade(db, MIGRATIONS, SATURDAY, tmp_path / "backups")
    copies = list((tmp_path / "backups").iterdir())
    if not before.pending:
        assert copies == []
        return
    [copy] = copies
    assert copy.name == "bot-before-migration-20260307T130000Z.db"
    assert examined(copy) == before.version
    assert rows_of(copy, "guesses") == rows_of(released, "guesses")
    assert len(copy.read_bytes()) == len(old)


async def test_the_old_release_refuses_the_upgraded_file_and_takes_the_copy(released, tmp_path):
    async with open_database(released) as db:
        before = await upgrade(db, MIGRATIONS, SATURDAY, tmp_path / "backups")
    if not before.pending:
        pytest.skip("this is the newest schema")
    old_release = MIGRATIONS[: before.version]
    async with open_database(released) as db:
        with pytest.raises(DatabaseTooNew, match="db restore"):
            await migrate(db, old_release, SATURDAY)
    [copy] = (tmp_path / "backups").iterdir()
    async with open_database(copy) as db:
        assert (await migrate(db, old_release, SATURDAY)).pending == ()
