"""What is told of the bot's health, and on which facts; over real HTTP."""

from __future__ import annotations

import asyncio
import json
import math
import re
import socket
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.config import bundled
from bot.core.errors import ConfigError, StorageUnavailable
from bot.core.health import Backlog, GatewayState
from bot.core.sandbox_health import MemberCode, PythonHealth, SandboxHealth
from bot.core.schedule import ALL_WEEKDAYS
from bot.core.shards import Shards
from bot.health import facts as facts_module
from bot.health.facts import Facts, Health
from bot.health.metrics import Metrics
from bot.health.server import serving
from bot.hosting import health_served
from bot.services.schedules import set_up_guild
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import PY313, FixedClock, at

NOW = at("2026-03-02 09:00")
PYTHON = PythonHealth(PY313, "3.13.1", True, True, "fork", None, 22, (), {}, None)
SANDBOX = SandboxHealth(MemberCode.ON, None, (PYTHON,), slots=2, running=1, waiting=4)
WELL = Facts(
    at=NOW,
    gateway=GatewayState(True, 3, 0.05, NOW - timedelta(seconds=4)),
    sandbox=SANDBOX,
    backlog=Backlog(4, 1, 2),
    database_s=0.001,
)


class SilentDatabase:
    """Is locked, or never answers."""

    def __init__(self, failure: Exception | None) -> None:
        self._failure = failure

    async def read(self, _):
        if self._failure is not None:
            raise self._failure
        await asyncio.Event().wait()


def test_a_bot_that_serves_members_has_no_problem_late_or_not():
    assert WELL.problems == ()
    assert WELL.as_json()["status"] == "ok"
    assert WELL.as_json()["rounds"] == {"due": 4, "late": 1, "failing": 2}
    assert WELL.as_json()["sandbox"]["member_pythons"] == ["3.13"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"gateway": GatewayState()}, "not connected to Discord"),
        ({"database_s": None, "backlog": None}, "database"),
        ({"at": NOW + timedelta(minutes=3)}, "ticker hangs"),
    ],
)
def test_each_trouble_is_told_in_words(change, says):
    told = replace(WELL, **change).as_json()
    assert told["status"] == "trouble"
    [problem] = told["problems"]
    assert says in problem


def test_before_the_first_tick_and_beat_nothing_is_made_up():
    told = replace(WELL, gateway=GatewayState(True)).as_json()
    assert told["ticker"] == {"seconds_ago": None}
    assert told["gateway"]["latency_ms"] is None


@pytest.mark.parametrize("failure", [StorageUnavailable("locked"), None])
async def test_a_database_that_is_silent_is_a_fact_and_no_error(failure, monkeypatch):
    monkeypatch.setattr(facts_module, "DATABASE_PATIENCE", 0.01)
    health = Health(
        SilentDatabase(failure), FixedClock(NOW), lambda: WELL.gateway, lambda: WELL.sandbox
    )
    looked = await health.look()
    assert (looked.backlog, looked.database_s) == (None, None)


@asynccontextmanager
async def served(tmp_path, gateway):
    metrics = Metrics()
    async with open_database(tmp_path / "bot.db") as db:
        await migrate(db, load_migrations(bundled("migrations")), NOW)
        health = Health(db, FixedClock(NOW), gateway, lambda: WELL.sandbox)
        async with (
            serving(health, metrics, "127.0.0.1", 0) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
        ):
            yield http, metrics


async def test_healthz_answers_200_or_503_with_the_facts(tmp_path):
    state = [GatewayState()]
    async with served(tmp_path, lambda: state[0]) as (http, _):
        async with http.get("/healthz") as answer:
            assert answer.status == 503
            assert (await answer.json())["problems"] == ["not connected to Discord"]
        async with http.get("/livez") as answer:
            assert answer.status == 200
        state[0] = WELL.gateway
        async with http.get("/healthz") as answer:
            told = await answer.json()
            assert (answer.status, told["status"]) == (200, "ok")
        assert told["gateway"] == {"connected": True, "guilds": 3, "latency_ms": 50.0}
        assert told["database"]["latency_ms"] > 0


async def test_only_reading_is_served_and_only_these(tmp_path):
    async with served(tmp_path, GatewayState) as (http, _):
        for method, path, status in [
            ("POST", "/healthz", 405),
            ("DELETE", "/metrics", 405),
            ("GET", "/", 404),
            ("GET", "/../bot.db", 404),
        ]:
            async with http.request(method, path) as answer:
                assert answer.status == status


def samples(text: str) -> dict[tuple[str, ...], float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = [v for k, v in sorted(sample.labels.items()) if k != "le"]
            found[sample.name, *labels] = sample.value
    return found


async def test_metrics_show_what_was_noted_and_what_is(tmp_path):
    async with served(tmp_path, lambda: WELL.gateway) as (http, metrics):
        metrics.note("answer", "guess", "ok", 0.004)
        metrics.note("answer", "guess", "ok", 0.4)
        metrics.note("announcement", "post", "failed", 1)
        metrics.note("run", "authored", "timeout", 5)
        metrics.note("database", "write", "ok", 0.001)
        metrics.note("guess", "right", "ok", 12)
        async with http.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            seen = samples(await answer.text())
    assert seen["speedrun_answer_seconds_count", "guess", "ok"] == 2
    assert seen["speedrun_answer_seconds_sum", "guess", "ok"] == pytest.approx(0.404)
    assert seen["speedrun_announcement_seconds_count", "post", "failed"] == 1
    assert seen["speedrun_sandbox_run_seconds_count", "authored", "timeout"] == 1
    assert seen["speedrun_database_seconds_count", "write", "ok"] == 1
    assert seen["speedrun_guesses_total", "right"] == 1
    assert seen["speedrun_gateway_connected",] == 1
    assert seen["speedrun_guilds",] == 3
    assert seen["speedrun_rounds_due",] == 0
    assert seen["speedrun_sandbox_member_pythons",] == 1
    assert seen["speedrun_sandbox_waiting",] == 4
    assert seen["speedrun_healthy",] == 1
    assert seen["process_resident_memory_bytes",] > 0


def test_what_is_not_known_is_not_shown_as_nought():
    facts = replace(WELL, backlog=None, database_s=None)
    seen = samples(Metrics().exposition(facts).decode())
    assert math.isnan(seen["speedrun_rounds_late",])
    assert seen["speedrun_healthy",] == 0


async def test_two_bots_in_one_process_share_no_figure():
    one, other = Metrics(), Metrics()
    one.note("guess", "right", "ok", 1)
    assert b'speedrun_guesses_total{verdict="right"}' in one.exposition(WELL)
    assert b'speedrun_guesses_total{verdict="right"}' not in other.exposition(WELL)


async def test_a_port_that_is_taken_is_the_operator_s_to_mend():
    health = Health(SilentDatabase(None), FixedClock(NOW), GatewayState, lambda: WELL.sandbox)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"HEALTH_PORT {port} .* can't be had"):
            async with serving(health, Metrics(), "127.0.0.1", port):
                pass


def test_the_facts_are_plain_data():
    assert json.loads(json.dumps(WELL.as_json())) == WELL.as_json()


def test_the_page_on_hosting_names_figures_that_there_are():
    page = Path(__file__).parents[2] / "docs" / "hosting.md"
    told = set(re.findall(r"speedrun_[a-z_]+", page.read_text(encoding="utf-8")))
    metrics = Metrics()
    for event in ("answer", "announcement", "run", "database", "guess"):
        metrics.note(event, "kind", "ok", 1)
    there = {name for name, *_ in samples(metrics.exposition(WELL).decode())}
    families = {re.sub(r"_(bucket|sum|created)$", "", name) for name in there}
    families |= {name.removesuffix("_count") for name in there}
    assert told <= families
    assert {"speedrun_rounds_failing", "speedrun_answer_seconds"} <= told


async def test_a_process_tells_of_its_own_shards_rounds(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await migrate(db, load_migrations(bundled("migrations")), NOW)
        for number in range(1, 6):
            guild = {"guild_id": number << 22, "channel_id": 1, "open_for": None}
            daily = {"post_time": NOW.time(), "zone": ZoneInfo("UTC"), "weekdays": ALL_WEEKDAYS}
            await set_up_guild(db, **guild, **daily, now=NOW - timedelta(hours=1))
        settings = SimpleNamespace(health_port=0, health_host="127.0.0.1", shards=Shards(3, (1, 2)))
        members = SimpleNamespace(health=lambda: WELL.sandbox)
        app = SimpleNamespace(
            settings=settings, metrics=Metrics(), db=db, clock=FixedClock(NOW),
            runs=SimpleNamespace(members=members),
        )  # fmt: skip
        async with (
            health_served(app, lambda: WELL.gateway) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
        ):
            async with http.get("/healthz") as answer:
                assert (await answer.json())["rounds"]["due"] == 4, "3 << 22 is shard 0's"
            async with http.get("/metrics") as answer:
                assert "speedrun_rounds_due 4.0" in await answer.text()
