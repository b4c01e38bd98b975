"""Copies of the database: made beside a writer, proved, rotated, put back, never half."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import bundled
from bot.core.errors import BackupFailed, DatabaseTooNew
from bot.storage import backup as backup_module
from bot.storage.backup import back_up, examined, list_backups, name_of, restore, rotate, stamp_of
from bot.storage.daily import back_up_if_due
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from bot.storage.state import load_state, save_state
from bot.storage.upgrade import upgrade
from tests.doubles import Crash, at

NOW = at("2026-03-02 09:00")
MIGRATIONS = load_migrations(bundled("migrations"))
KNOWN = len(MIGRATIONS)


async def made(path, value="old", migrations=MIGRATIONS):
    """A database of this bot that remembers a value."""
    async with open_database(path) as db:
        await migrate(db, migrations, NOW)
        await db.write(lambda tx: save_state(tx, "value", value))
    return path


async def value_of(path):
    async with open_database(path) as db:
        return await db.read(lambda tx: load_state(tx, "value"))


async def test_a_copy_is_one_whole_file_with_what_was_committed(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await migrate(db, MIGRATIONS, NOW)
        await db.write(lambda tx: save_state(tx, "value", "in the log"))
        # The bot runs: what was committed last is in the log beside the file.
        assert (tmp_path / "bot.db-wal").stat().st_size > 0
        copy = back_up(tmp_path / "bot.db", tmp_path / "deep" / "copy.db")
    assert (copy.version, copy.path.stat().st_size) == (KNOWN, copy.size_bytes)
    assert [path.name for path in copy.path.parent.iterdir()] == ["copy.db"]
    assert await value_of(copy.path) == "in the log"


async def test_a_copy_beside_a_busy_writer_is_one_instant_and_keeps_nobody_waiting(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await migrate(db, MIGRATIONS, NOW)

        def both(n):
            def work(tx):
                save_state(tx, "one", str(n))
                save_state(tx, "filling", "x" * 4_000)
                save_state(tx, "other", str(n))

            return work

        await db.write(both(0))
        stop = asyncio.Event()

        async def write():
            n = 0
            while not stop.is_set():
                n += 1
                await db.write(both(n))
            return n

        writer = asyncio.create_task(write())
        copies = [
            await asyncio.to_thread(back_up, tmp_path / "bot.db", tmp_path / f"{n}.db")
            for n in range(5)
        ]
        stop.set()
        written = await writer
    assert written > 0
    for copy in copies:
        with closing(sqlite3.connect(copy.path)) as connection:
            found = dict(connection.execute("SELECT key, value FROM bot_state"))
        assert found["one"] == found["other"]


async def test_nothing_is_written_over(tmp_path):
    path = await made(tmp_path / "bot.db")
    back_up(path, tmp_path / "copy.db")
    for target in ("copy.db", "bot.db"):
        with pytest.raises(BackupFailed, match="there already"):
            back_up(path, tmp_path / target)
    with pytest.raises(BackupFailed, match="nothing to back up"):
        back_up(tmp_path / "none.db", tmp_path / "other.db")
    assert not (tmp_path / "none.db").exists()


async def test_a_copy_that_fails_leaves_no_name_behind(tmp_path, monkeypatch):
    path = await made(tmp_path / "bot.db")

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup_module, "examined", full)
    with pytest.raises(BackupFailed, match="disk is full"):
        back_up(path, tmp_path / "copies" / "copy.db")
    assert list((tmp_path / "copies").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match="could not be written"):
        back_up(path, tmp_path / "file" / "copy.db")


async def test_a_damaged_database_makes_no_copy(tmp_path):
    path = await made(tmp_path / "bot.db", "x" * 100_000)
    damage(path)
    with pytest.raises(BackupFailed, match="damaged"):
        back_up(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def damage(path):
    """Overwrite the middle of the file, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8_192)


def test_names_sort_as_times_do_and_say_their_time(tmp_path):
    names = [name_of("bot", NOW + timedelta(days=n)) for n in (0, 1, 40, 400)]
    assert names == sorted(names)
    assert stamp_of(tmp_path / names[2]) == NOW + timedelta(days=40)


@given(days=st.sets(st.integers(0, 40), max_size=12), keep=st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rotation_keeps_the_newest_and_whatever_is_not_its_own(tmp_path_factory, days, keep):
    folder = tmp_path_factory.mktemp("copies")
    others = ["bot.db", "notes.txt", name_of("other", NOW), name_of("bot-before-migration", NOW)]
    for name in others:
        (folder / name).touch()
    for day in days:
        (folder / name_of("bot", NOW + timedelta(days=day))).touch()
    removed = rotate(folder, "bot", keep)
    left = [stamp_of(path) - NOW for path in list_backups(folder, "bot")]
    assert left == [timedelta(days=day) for day in sorted(days)][-keep:]
    assert len(removed) == max(0, len(days) - keep)
    assert all((folder / name).exists() for name in others)


def test_rotation_never_keeps_none(tmp_path):
    with pytest.raises(ValueError, match="at least 1"):
        rotate(tmp_path, "bot", 0)
    assert rotate(tmp_path / "none", "bot", 1) == []


async def test_a_copy_put_back_is_the_database_and_the_old_one_is_kept(tmp_path):
    path = await made(tmp_path / "bot.db", "good")
    copy = back_up(path, tmp_path / "copy.db")
    await made(path, "bad")
    done = restore(copy.path, path, known=KNOWN, now=NOW)
    assert done.version == KNOWN
    assert done.kept == tmp_path / "bot.db.before-restore-20260302T090000Z"
    assert await value_of(path) == "good"
    assert await value_of(done.kept) == "bad"
    assert await value_of(copy.path) == "good"


async def test_a_copy_goes_where_nothing_was(tmp_path):
    copy = await made(tmp_path / "copy.db")
    done = restore(copy, tmp_path / "new" / "bot.db", known=KNOWN, now=NOW)
    assert done.kept is None
    assert await value_of(tmp_path / "new" / "bot.db") == "old"


async def test_what_was_only_in_the_log_of_a_killed_bot_is_kept_too(tmp_path):
    copy = await made(tmp_path / "copy.db")
    running = tmp_path / "running"
    async with open_database(running / "bot.db") as db:
        await migrate(db, MIGRATIONS, NOW)
        await db.write(lambda tx: save_state(tx, "value", "in the log"))
        # What a SIGKILL leaves: the file, and the log beside it.
        for name in ("bot.db", "bot.db-wal"):
            (tmp_path / name).write_bytes((running / name).read_bytes())
    done = restore(copy, tmp_path / "bot.db", known=KNOWN, now=NOW)
    assert await value_of(tmp_path / "bot.db") == "old"
    assert await value_of(done.kept) == "in the log"


async def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(tmp_path):
    copy = await made(tmp_path / "copy.db")
    (tmp_path / "bot.db").write_bytes(b"no database at all" * 999)
    done = restore(copy, tmp_path / "bot.db", known=KNOWN, now=NOW)
    assert await value_of(tmp_path / "bot.db") == "old"
    assert done.kept.read_bytes() == b"no database at all" * 999


@pytest.mark.parametrize("fails", ["_flush", "_set_aside", "replace"])
async def test_a_restore_that_is_cut_off_leaves_the_old_database_whole(
    tmp_path, monkeypatch, fails
):
    path = await made(tmp_path / "bot.db", "old")
    copy = back_up(path, tmp_path / "copy.db")
    await made(path, "newer")

    def cut_off(*_):
        raise Crash(fails)

    if fails == "replace":
        monkeypatch.setattr(type(path), "replace", cut_off)
    else:
        monkeypatch.setattr(backup_module, fails, cut_off)
    with pytest.raises(Crash):
        restore(copy.path, path, known=KNOWN, now=NOW)
    monkeypatch.undo()
    assert await value_of(path) == "newer"
    # Tried again a moment later, it goes through.
    restore(copy.path, path, known=KNOWN, now=NOW + timedelta(seconds=1))
    assert await value_of(path) == "old"


def no_database(path):
    path.write_bytes(b"PNG" * 5_000)


def another_s_database(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b)")


def empty(path):
    path.touch()


@pytest.mark.parametrize("make", [no_database, another_s_database, empty])
async def test_what_is_no_copy_of_ours_is_refused_and_nothing_changes(tmp_path, make):
    path = await made(tmp_path / "bot.db")
    make(tmp_path / "copy.db")
    with pytest.raises(BackupFailed):
        restore(tmp_path / "copy.db", path, known=KNOWN, now=NOW)
    assert await value_of(path) == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bot.db", "copy.db"]


async def test_a_damaged_copy_and_no_copy_and_the_database_itself_are_refused(tmp_path):
    path = await made(tmp_path / "bot.db")
    copy = back_up(path, tmp_path / "copy.db")
    damage(copy.path)
    for source, says in [
        (copy.path, "damaged"),
        (tmp_path / "none.db", "not there"),
        (path, "the database itself"),
    ]:
        with pytest.raises(BackupFailed, match=says):
            restore(source, path, known=KNOWN, now=NOW)
    assert await value_of(path) == "old"


async def test_a_copy_of_a_newer_release_is_refused_an_older_one_taken(tmp_path):
    copy = await made(tmp_path / "copy.db")
    with pytest.raises(DatabaseTooNew):
        restore(copy, tmp_path / "bot.db", known=KNOWN - 1, now=NOW)
    assert not (tmp_path / "bot.db").exists()
    older = await made(tmp_path / "older.db", migrations=MIGRATIONS[:1])
    assert restore(older, tmp_path / "bot.db", known=KNOWN, now=NOW).version == 1


async def test_a_row_that_refers_to_nothing_is_found(tmp_path):
    path = await made(tmp_path / "bot.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO starts (round_id, player_id, started_at, has_hint) VALUES (7, 7, 7, 0)"
        )
        connection.commit()
    with pytest.raises(BackupFailed, match="a row of starts"):
        examined(path)


async def test_a_day_has_one_copy_whoever_asks_and_the_oldest_go(tmp_path):
    path, folder = await made(tmp_path / "bot.db"), tmp_path / "copies"
    hours = [0, 1, 23, 24, 25, 47, 48, 72]
    done = [back_up_if_due(path, folder, 3, NOW + timedelta(hours=hour)) for hour in hours]
    assert [hour for hour, copy in zip(hours, done, strict=True) if copy] == [0, 24, 48, 72]
    assert [stamp_of(copy) for copy in list_backups(folder, "bot")] == [
        NOW + timedelta(days=day) for day in (1, 2, 3)
    ]


async def test_a_clock_that_was_set_back_does_not_end_the_copies(tmp_path):
    path, folder = await made(tmp_path / "bot.db"), tmp_path / "copies"
    back_up_if_due(path, folder, 3, NOW + timedelta(days=365))
    assert back_up_if_due(path, folder, 3, NOW) is not None


async def test_a_migration_waits_for_its_copy_and_fails_without(tmp_path):
    path = await made(tmp_path / "bot.db", migrations=MIGRATIONS[:1])
    (tmp_path / "no-folder").touch()
    async with open_database(path) as db:
        with pytest.raises(BackupFailed, match=r"not migrated.*--no-backup"):
            await upgrade(db, MIGRATIONS, NOW, tmp_path / "no-folder")
        assert (await upgrade(db, MIGRATIONS, NOW, tmp_path / "copies")).version == 1
        assert (await upgrade(db, MIGRATIONS, NOW, tmp_path / "copies")).pending == ()
    assert len(list((tmp_path / "copies").iterdir())) == 1


async def test_a_new_database_is_not_copied_before_its_first_migration(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await upgrade(db, MIGRATIONS, NOW, tmp_path / "copies")
    assert not (tmp_path / "copies").exists()
