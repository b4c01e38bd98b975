"""Servers of released databases keep their rounds, starts and guesses as they get slots."""

from __future__ import annotations

import sqlite3

import pytest

from bot.config import bundled
from bot.storage.database import open_database
from bot.storage.guilds import list_settings
from bot.storage.migrate import load_migrations, migrate
from bot.storage.plays import list_counted, list_guesses, load_start
from bot.storage.rounds import insert_reserved, load_round
from tests.doubles import GUILD, a_lesson, at

NOW = at("2026-03-02 09:00")
MIGRATIONS = load_migrations(bundled("migrations"))
RELEASED = 2
"""The newest version of a release that had one schedule a server."""

ROWS = f"""
INSERT INTO guilds VALUES ({GUILD}, 5, '09:30', 'Europe/Berlin', '01234', 300, 1, 7000, 8000,
                           'text', 9);
INSERT INTO guilds VALUES (6, 6, '00:00', 'UTC', '0123456', NULL, 0, 0, NULL, 'picture', 9);
INSERT INTO lesson_versions VALUES ('digest-8', 8, '{{}}');
INSERT INTO rounds (id, guild_id, channel_id, puzzle_date, state, pep, puzzle_id, lesson_digest,
                    true_option, option_count, stdout, python, reserved_at, message_id, opened_at,
                    closes_at, is_excused)
VALUES (3, {GUILD}, 5, '2026-03-02', 'open', 8, '8-one', 'digest-8', 1, 3, '4', '3.13', 1, 77, 2,
        3, 1),
       (9, {GUILD}, 5, '2026-03-03', 'revealed', 8, '8-two', 'digest-8', 1, 3, '4', '3.13', 1, 78,
        2, 3, 0);
INSERT INTO starts VALUES (3, 11, 100, 1), (9, 11, 200, 0), (9, 12, 201, 0);
INSERT INTO guesses VALUES (3, 11, 1, 1, 4000, 150, 1, 104), (9, 12, 0, 0, 900, 0, 0, 205);
"""


@pytest.fixture
async def old(tmp_path):
    path = tmp_path / "bot.db"
    async with open_database(path) as db:
        await migrate(db, MIGRATIONS[:RELEASED], NOW)
    with sqlite3.connect(path) as connection:
        connection.executescript(ROWS)
    connection.close()
    async with open_database(path) as db:
        yield db


async def test_what_a_server_had_is_its_first_schedule(old):
    await migrate(old, MIGRATIONS, NOW)
    [settings] = await old.read(lambda tx: list_settings(tx, GUILD))
    assert (settings.slot, settings.channel_id, settings.code) == (1, 5, "text")
    assert settings.schedule.zone.key == "Europe/Berlin"
    assert settings.schedule.is_paused
    assert settings.role_id is None
    assert await old.read(lambda tx: tx.scalar("SELECT count(*) FROM schedules")) == 2


async def test_rounds_keep_their_ids_starts_and_guesses(old):
    await migrate(old, MIGRATIONS, NOW)

    def look(tx):
        assert tx.all("PRAGMA foreign_key_check") == []
        round_ = load_round(tx, 3)
        assert (round_.slot, round_.message_id, round_.state) == (1, 77, "open")
        assert tx.scalar("SELECT is_excused FROM rounds WHERE id = 3") == 1
        assert load_start(tx, 3, 11).has_hint
        assert [guess.points for guess in list_guesses(tx, 3)] == [150]
        assert [guess.puzzle_date.day for guess in list_counted(tx, GUILD, 12)] == [3]

    await old.read(look)


async def test_the_tables_still_refuse_what_they_refused_and_take_a_second_slot(old):
    await migrate(old, MIGRATIONS, NOW)
    lesson = a_lesson(8)

    def reserve(tx, slot):
        return insert_reserved(
            tx,
            guild_id=GUILD,
            slot=slot,
            channel_id=5,
            puzzle_date=at("2026-03-02 09:00").date(),
            lesson=lesson,
            puzzle=lesson.puzzles[0],
            now=NOW,
        )

    assert await old.write(lambda tx: reserve(tx, 1)) is None
    second = await old.write(lambda tx: reserve(tx, 2))
    assert (second.slot, second.id) == (2, 10)
    for orphan in (
        "INSERT INTO starts (round_id, player_id, started_at, has_hint) VALUES (404, 11, 100, 1)",
        "INSERT INTO guesses VALUES (404, 11, 1, 1, 4000, 150, 1, 104)",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            await old.write(lambda tx, sql=orphan: tx.execute(sql))
