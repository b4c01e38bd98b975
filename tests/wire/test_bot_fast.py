"""The short way of hot presses on the wire: what it spares, and what happens when sending fails."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.discord_app import fast, rush
from bot.discord_app.fast import QuickPress
from bot.discord_app.poster import Answer, Poster
from bot.discord_app.presses.dispatch import Presses
from bot.rendering.actions import Action, Verb

from .certificates import Certificate, make_certificate
from .process import PATIENCE

if TYPE_CHECKING:
    from .rig import Rig

CALLBACK = "POST /interactions/*/*/callback"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the presses for which discord.py had to read everything."""
    seen: list[int] = []
    fill = QuickPress._from_data

    def watched(self: QuickPress, data: Any) -> None:
        seen.append(self.id)
        fill(self, data)

    monkeypatch.setattr(QuickPress, "_from_data", watched)
    return seen


async def test_start_hint_and_guess_need_no_message_member_or_channel(
    rig: Rig, start: Any, filled: list[int]
) -> None:
    await rig.connect(start)
    post = await rig.posted()
    puzzle = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert puzzle.is_ephemeral
    assert puzzle.message is not None
    hint = await rig.press(rig.ada, puzzle.message, "hint").first(deadline=PATIENCE)
    assert (hint.type, "Hint:" in hint.text) == (7, True)
    assert hint.message is not None
    guess = await rig.press(rig.ada, hint.message, "guess").first(deadline=PATIENCE)
    assert (guess.type, "point" in guess.text) == (7, True)
    again = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert "first guess stands" in again.text
    assert await rig.rows("SELECT count(*) FROM guesses") == [(1,)]
    assert filled == []
    # None asked Discord for the message that it made of the answer.
    assert all(call.query == {} for call in rig.server.calls(CALLBACK))


async def test_a_press_that_is_refused_in_words_needs_none_either(
    rig: Rig, start: Any, filled: list[int]
) -> None:
    await rig.connect(start)
    post = await rig.posted()
    await rig.time_is_up()
    told = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert (told.is_ephemeral, "is over" in told.text) == (True, True)
    assert filled == []


FAILURES: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "429": {"status": 429},
    "reset before Discord had it": {"reset": True},
    "reset after Discord had it": {"reset": True, "applied": True},
    "500 after Discord had it": {"status": 500, "applied": True},
}


@pytest.mark.parametrize("fault", FAILURES.values(), ids=FAILURES)
async def test_an_answer_that_fails_goes_the_stock_way_and_arrives_once(
    rig: Rig, start: Any, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    await rig.posted()
    rig.server.faults.add(CALLBACK, **fault)
    puzzle = await rig.puzzle(rig.ada)
    assert "Predict the output" in puzzle.text
    await rig.client.drain(PATIENCE)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert (await rig.guess(rig.ben)).type == 7


@pytest.mark.parametrize("applied", [False, True], ids=["not heard", "heard"])
async def test_an_answer_that_nobody_says_anything_to_goes_the_stock_way_in_time(
    rig: Rig, start: Any, applied: bool, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(fast, "Poster", partial(Poster, patience=0.05))
    await rig.connect(start)
    await rig.posted()
    fault = rig.server.faults.add(CALLBACK, hang=True, applied=applied)
    puzzle = await rig.puzzle(rig.ada)
    assert "Predict the output" in puzzle.text
    await rig.client.drain(PATIENCE)
    assert fault.hits == 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_server_whose_certificate_nobody_vouches_for_gets_no_answer(
    rig: Rig, start: Any, certificate: Certificate, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    secured = certificate.server()
    impostor = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=secured)
    base = f"https://localhost:{impostor.sockets[0].getsockname()[1]}/api/v10"
    monkeypatch.setattr(fast, "Poster", lambda _, agent: Poster(base, agent, patience=PATIENCE))
    caplog.set_level("INFO", "bot.discord_app.fast")
    async with impostor:
        await rig.connect(start)
        await rig.posted()
        puzzle = await rig.puzzle(rig.ada)
        await rig.client.drain(PATIENCE)
    assert "Predict the output" in puzzle.text
    assert "stock way: no connection: SSLCertVerificationError" in caplog.text
    assert heard == []


async def test_a_press_that_discord_no_longer_knows_is_late_no_bug_and_told_once(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    post = await rig.posted()
    fault = rig.server.faults.add(CALLBACK, status=404, code=10062, times=None)
    rig.press(rig.ada, post, "start")
    await fault.hit(deadline=PATIENCE)
    await rig.client.drain(PATIENCE)
    assert "too late to answer press" in caplog.text
    assert await rig.rows("SELECT count(*) FROM starts") == [(1,)]
    # The stock way would be told the same, at many times the cost, when there is least time for it.
    assert len(rig.server.calls(CALLBACK)) == fault.hits == 1


async def test_an_answer_that_discord_has_already_is_one_that_arrived(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    post = await rig.posted()
    fault = rig.server.faults.add(CALLBACK, status=400, code=40060)
    rig.press(rig.ada, post, "start")
    await fault.hit(deadline=PATIENCE)
    await rig.client.drain(PATIENCE)
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert [record for record in ours if record.levelno >= logging.WARNING] == []
    assert len(rig.server.calls(CALLBACK)) == 1


REFUSALS: dict[str, tuple[Answer, type[discord.HTTPException], int, str]] = {
    "unknown": (
        Answer(404, b'{"message": "Unknown interaction", "code": 10062}'),
        discord.NotFound, 10062, "404 Not Found (error code: 10062): Unknown interaction"),
    "forbidden": (
        Answer(403, b'{"message": "Missing Access", "code": 50001}'),
        discord.Forbidden, 50001, "403 Forbidden (error code: 50001): Missing Access"),
    "faulty": (
        Answer(400, b'{"message": "Invalid Form Body", "code": 50035, "errors":'
                    b' {"type": {"_errors": [{"code": "X", "message": "Bad."}]}}}'),
        discord.HTTPException, 50035,
        "400 Bad Request (error code: 50035): Invalid Form Body\nIn type: Bad."),
    "not by Discord": (
        Answer(403, b"<html>\xff</html>"),
        discord.Forbidden, 0, "403 Forbidden (error code: 0): <html>\ufffd</html>"),
    "not an object": (
        Answer(499, b"[]"), discord.HTTPException, 0, "499 None (error code: 0): []"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "kind", "code", "text"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_raised_as_discord_py_raises_it(
    said: Answer, kind: type[discord.HTTPException], code: int, text: str
) -> None:
    with pytest.raises(discord.HTTPException) as told:
        fast._raise_refusal(said)
    assert (type(told.value), told.value.code, str(told.value)) == (kind, code, text)


async def test_a_handler_that_wants_more_gets_it_and_a_second_answer_is_refused(
    rig: Rig, start: Any, filled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    answer = fast.answer

    async def curious(press: QuickPress, card: Any, **where: Any) -> bool:
        asked.append((press.user.display_name, press.channel_id, press.message.id))
        done = await answer(press, card, **where)
        asked.append(press.response.is_done())
        return done

    monkeypatch.setattr("bot.discord_app.presses.answering.answer", curious)
    await rig.connect(start)
    post = await rig.posted()
    await rig.puzzle(rig.ada)
    await rig.client.drain(PATIENCE)
    assert asked == [("Ada", rig.channel.id, post.id), True]
    assert len(filled) == 1


async def test_a_guess_that_came_too_late_for_an_answer_counts_and_the_next_press_shows_it(
    rig: Rig, start: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept: asyncio.Queue[Action | None] = asyncio.Queue()
    keep = Presses.keep

    async def watched(self: Presses, interaction: Any, action: Action | None) -> None:
        await keep(self, interaction, action)
        kept.put_nowait(action)

    monkeypatch.setattr(Presses, "keep", watched)
    await rig.connect(start)
    post = await rig.posted()
    puzzle = await rig.puzzle(rig.ada)
    answers = len(rig.server.calls(CALLBACK))
    monkeypatch.setattr(rush, "ANSWERABLE_S", 0.0)
    rig.press(rig.ada, puzzle, "guess")
    rig.press(rig.ben, post, "start")
    async with asyncio.timeout(PATIENCE):
        assert {await kept.get(), await kept.get()} > {Action(Verb.START, ("1",))}
    await rig.client.drain(PATIENCE)
    assert len(rig.server.calls(CALLBACK)) == answers
    assert await rig.rows("SELECT player_id FROM guesses") == [(rig.ada.id,)]
    assert await rig.rows("SELECT player_id FROM starts") == [(rig.ada.id,)], "nobody saw Ben's"
    assert "had no answer" in caplog.text
    monkeypatch.setattr(rush, "ANSWERABLE_S", 2.0)
    again = await rig.press(rig.ada, puzzle, "guess").first(deadline=PATIENCE)
    assert "first guess stands" in again.text
