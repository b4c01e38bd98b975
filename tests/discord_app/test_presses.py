"""Presses with hostile custom_ids: always answered, never a row, never an unhandled error."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import bundled
from bot.core.errors import InvalidSetting
from bot.core.lessons import Library
from bot.core.pace import RunPace
from bot.core.runs import Limits
from bot.discord_app.desk import Desk
from bot.discord_app.presses import setup
from bot.discord_app.presses.answering import filled_in
from bot.discord_app.presses.dispatch import HANDLERS, Presses
from bot.rendering.actions import Verb, parse
from bot.services.context import Context
from bot.services.running import Runs
from bot.storage.database import open_database
from bot.storage.migrate import load_migrations, migrate
from tests.doubles import FakeMembers, RecordingMeter

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Response:
    """Records how an interaction was answered."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def is_done(self) -> bool:
        return bool(self.calls)

    async def send_modal(self, _: Any) -> None:
        self.calls.append("form")

    async def send_message(self, **message: Any) -> None:
        assert message["ephemeral"]
        self.calls.append("send")

    async def edit_message(self, **_: Any) -> None:
        self.calls.append("edit")

    async def defer(self, **_: Any) -> None:
        self.calls.append("defer")


class Interaction:
    """As much of discord.Interaction as presses use."""

    def __init__(self, guild_id: int | None, values: list[str]) -> None:
        self.guild_id = guild_id
        self.user = SimpleNamespace(id=7)
        self.permissions = discord.Permissions.none()
        self.locale = discord.Locale.british_english
        self.created_at = NOW
        self.data = {"values": values}
        self.extras: dict[str, Any] = {}
        self.response = Response()
        self.followup = SimpleNamespace(send=self._follow)

    async def _follow(self, **message: Any) -> None:
        assert message["ephemeral"]
        self.response.calls.append("follow")

    async def edit_original_response(self, **_: Any) -> None:
        self.response.calls.append("original")


class NoSandbox:
    def interpreters(self) -> list[Any]:
        return []


class Clock:
    def now(self) -> datetime:
        return NOW


def ours(caplog):
    """What the bot logged; asyncio's own remarks on a busy machine are none of it."""
    return [record for record in caplog.records if record.name.startswith("bot.")]


@pytest.fixture
async def presses(tmp_path):
    async with open_database(tmp_path / "bot.db") as db:
        await migrate(db, load_migrations(bundled("migrations")), NOW)
        ctx = Context(db, Library(), NoSandbox(), None, Limits())
        runs = Runs(FakeMembers(), RunPace(1_000, 1_000))
        yield Presses(Desk(ctx, Clock(), None, RecordingMeter(), runs, None))


arguments = st.one_of(
    st.integers(-5, 10**19).map(str),
    st.text(max_size=12),
    st.sampled_from(
        ["today", "all", "484-noisy-hint", "", ":", "../x", "1;drop table rounds", "²"]
    ),
)
custom_ids = st.one_of(
    st.text(max_size=100),
    st.builds(
        lambda verb, rest: ":".join(["speedrun", verb, *rest]),
        st.sampled_from([*Verb, "unknown"]),
        st.lists(arguments, max_size=4),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    custom_id=custom_ids,
    guild_id=st.sampled_from([None, 1]),
    values=st.lists(st.text(max_size=20), max_size=2),
    may_manage=st.booleans(),
)
async def test_any_custom_id_is_answered_and_stores_nothing(
    presses, caplog, custom_id, guild_id, values, may_manage
):
    interaction = Interaction(guild_id, values)
    interaction.permissions = discord.Permissions(manage_guild=may_manage)
    with caplog.at_level(logging.ERROR):
        await presses.handle(interaction, parse(custom_id))
    assert interaction.response.calls
    assert interaction.response.calls != ["defer"]
    assert not ours(caplog)
    for table in ("starts", "guesses", "totals", "rounds"):
        count = await presses._desk.ctx.db.read(
            lambda tx, t=table: tx.scalar(f"SELECT count(*) FROM {t}")
        )
        assert count == 0


async def test_an_unexpected_error_gets_an_id(presses, caplog, monkeypatch):
    import bot.discord_app.presses.playing as module

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(module, "start_clock", broken)
    interaction = Interaction(1, [])
    sent = []

    async def send(**message: Any) -> None:
        sent.append(str(message["view"].to_components()))

    interaction.response.send_message = send
    await presses.handle(interaction, parse("speedrun:start:1"))
    [record] = ours(caplog)
    error_id = record.getMessage().partition("id=")[2].split()[0]
    assert f"`{error_id}`" in sent[0]
    assert "boom" not in sent[0]


def test_every_verb_has_a_handler():
    assert set(HANDLERS) == set(Verb)


def test_a_submitted_form_is_read_by_name_whatever_its_shape():
    label = {"type": 18, "component": {"type": 4, "custom_id": "code", "value": "print(1)"}}
    row = {"type": 1, "components": [{"type": 4, "custom_id": "why", "value": ""}]}
    menu = {"type": 18, "component": {"type": 3, "custom_id": "python", "values": ["3.13"]}}
    interaction = Interaction(1, [])
    interaction.data = {"custom_id": "speedrun:x", "components": [label, row, menu]}
    assert filled_in(interaction) == {"code": "print(1)", "why": "", "python": "3.13"}


junk = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["custom_id", "value", "values", "components", "component", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(components=junk)
def test_no_form_payload_is_too_strange_to_be_read(components):
    interaction = Interaction(1, [])
    interaction.data = {"components": components}
    assert all(isinstance(value, str) for value in filled_in(interaction).values())


MODERATORS_ONLY = {
    Verb.LOG: "1",
    Verb.DECIDE: "1:aside",
    Verb.JUDGE: "1:approved",
    Verb.VOID: "1",
    Verb.QUEUE: "0",
    Verb.SETUP: "open:1",
    Verb.QUEUE_DAY: "0",
    Verb.QUEUE_DO: "skip:1.2026-03-02.8",
}
"""Presses for who may manage the server, with arguments that would name something."""


@pytest.mark.parametrize(("verb", "arguments"), MODERATORS_ONLY.items())
async def test_a_forged_moderators_press_is_refused(presses, verb, arguments):
    interaction = Interaction(1, [])
    sent = []

    async def send(**message: Any) -> None:
        sent.append(str(message["view"].to_components()))

    interaction.response.send_message = send
    await presses.handle(interaction, parse(f"speedrun:{verb}:{arguments}"))
    assert "Only members who may manage this server" in sent[0]


fields = st.fixed_dictionaries(
    {},
    optional={
        "code": st.text(max_size=4_100) | st.none() | st.integers(),
        "python": st.text(max_size=30) | st.sampled_from(["3.13", "2.7"]) | st.lists(st.text()),
        "input": st.text(max_size=200),
        "stranger": st.text(max_size=5),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fields=fields, guild_id=st.sampled_from([None, 1]), round_id=arguments)
async def test_whatever_the_form_to_run_holds_is_answered_privately(
    presses, caplog, fields, guild_id, round_id
):
    interaction = Interaction(guild_id, [])
    interaction.data = {
        "components": [
            {"type": 18, "component": {"custom_id": name, "value": value}}
            for name, value in fields.items()
        ]
    }
    with caplog.at_level(logging.ERROR):
        await presses.handle(interaction, parse(f"speedrun:run:{round_id}"))
    assert interaction.response.calls
    assert interaction.response.calls[-1] in ("send", "follow", "original")
    assert not ours(caplog)
    for _, code, python, stdin, _ in presses._desk.runs.members.runs:
        assert isinstance(code, str)
        assert isinstance(stdin, str)
        assert str(python) == "3.13"


def test_a_set_up_takes_only_a_channel_that_discord_names():
    def chosen(value, **resolved):
        data = {"values": [value], "resolved": resolved}
        return setup._channel_of(SimpleNamespace(data=data), value)

    assert chosen("5", channels={"5": {}}) == 5
    for forged in ({}, {"channels": {"6": {}}}, {"channels": None}, {"roles": {"5": {}}}):
        with pytest.raises(InvalidSetting):
            chosen("5", **forged)
