"""The composition root: what it builds, and what it says of the sandbox."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import pytest

from bot.app import open_app
from bot.config import read_settings
from bot.core.sandbox_health import MemberCode, SandboxHealth
from bot.hosting import GC_THRESHOLDS, backed_up, examined, settle
from bot.sandbox.runner import SandboxRunner
from bot.sandbox.selftest import Report, Row
from bot.storage.measured import MeasuredDatabase
from tests.doubles import PY313


async def test_members_code_is_off_until_the_self_test_has_held(caplog, monkeypatch):
    async with SandboxRunner() as runner:
        newest = runner.interpreters()[-1:]
        whole = runner.self_test

        async def newest_alone(*_):
            return await whole(*newest)

        monkeypatch.setattr(runner, "self_test", newest_alone)
        assert runner.member_pythons() == ()
        with caplog.at_level(logging.INFO, "bot.hosting"):
            async with examined(runner, 0) as testing, asyncio.timeout(60):
                await testing
        held = runner.member_pythons()
        told = caplog.records[-1].message
        assert told == f"sandbox: {runner.health().summary}"
        assert (", ".join(map(str, held)) in told) if held else ("off" in told)


class BusyOnce:
    """A sandbox whose host is too busy at the first self-test."""

    def __init__(self, *rows):
        self.rows, self.tested = rows, []

    async def self_test(self, *versions):
        self.tested.append(versions)
        first = len(self.tested) == 1
        return (Report(PY313, None if first else "fork", self.rows if first else (), {}, None),)

    def health(self):
        return SandboxHealth(MemberCode.ON, None, (), 2, 0, 0)


async def test_a_self_test_that_only_ran_out_of_time_is_tried_again():
    busy = BusyOnce(Row("prints", held=True, seen="hi"), Row("slow", False, "late", by_time=True))
    async with examined(busy, 0, 0) as testing, asyncio.timeout(10):
        await testing
    assert busy.tested == [(), (PY313,)]


async def test_a_self_test_that_something_got_through_is_the_last_word():
    leaky = BusyOnce(Row("slow", False, "late", by_time=True), Row("forks", False, "ESCAPED"))
    async with examined(leaky, 0, 0) as testing, asyncio.timeout(10):
        await testing
    assert leaky.tested == [()]


async def test_an_end_before_the_self_test_waits_for_nothing():
    async with SandboxRunner() as runner:
        async with examined(runner, 3_600):
            pass
        assert runner.reports() == ()


@pytest.mark.parametrize("times", [1, 2])
async def test_the_app_opens_on_a_new_file_and_on_its_own(tmp_path, times):
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/deep/er/bot.db"}
    for _ in range(times):
        async with open_app(read_settings(environ, needs_token=False)) as app:
            assert len(app.library) > 0
            tables = await app.db.read(lambda tx: tx.scalar("SELECT count(*) FROM rounds"))
            assert tables == 0


async def test_a_copy_a_day_is_made_where_a_folder_is_given_and_its_trouble_is_told(
    tmp_path, caplog
):
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db",
        "BACKUP_DIR": f"{tmp_path}/copies",
        "BACKUP_KEEP": "2",
    }
    looks: asyncio.Queue[float] = asyncio.Queue()
    go_on = asyncio.Semaphore(0)

    async def sleep(seconds):
        looks.put_nowait(seconds)
        await go_on.acquire()

    async with (
        open_app(read_settings(environ, needs_token=False)) as app,
        asyncio.timeout(60),
        backed_up(app, sleep),
    ):
        await looks.get()
        [copy] = (tmp_path / "copies").iterdir()
        copy.unlink()
        (tmp_path / "copies").rmdir()
        (tmp_path / "copies").touch()
        go_on.release()
        await looks.get()
        assert "no backup was made" in caplog.text
        (tmp_path / "copies").unlink()
        go_on.release()
        await looks.get()
        assert len(list((tmp_path / "copies").iterdir())) == 1


async def test_no_copy_is_made_where_no_folder_is_given(tmp_path):
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    async with (
        open_app(read_settings(environ, needs_token=False)) as app,
        backed_up(app, asyncio.sleep),
    ):
        await asyncio.sleep(0)
    assert not list(tmp_path.glob("**/bot-*.db"))


def test_what_was_frozen_at_an_earlier_ready_may_go_at_the_next(monkeypatch):
    calls = []
    frozen = [0, 9]
    monkeypatch.setattr(
        "bot.hosting.gc",
        SimpleNamespace(
            get_freeze_count=lambda: frozen.pop(0),
            unfreeze=lambda: calls.append("unfreeze"),
            collect=lambda: calls.append("collect"),
            freeze=lambda: calls.append("freeze"),
            set_threshold=lambda *numbers: calls.append(numbers),
        ),
    )
    settle()
    settle()
    assert calls == ["freeze", GC_THRESHOLDS, "unfreeze", "collect", "freeze", GC_THRESHOLDS]


@pytest.mark.parametrize("port", ["", "0"])
async def test_figures_are_kept_only_where_they_can_be_asked_for(tmp_path, port):
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "HEALTH_PORT": port}
    async with open_app(read_settings(environ, needs_token=False)) as app:
        await app.db.read(lambda tx: tx.scalar("SELECT count(*) FROM rounds"))
        assert (app.metrics is None) is (not port)
        assert isinstance(app.db, MeasuredDatabase) is bool(port)
