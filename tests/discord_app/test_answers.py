"""Answers under way: a stop waits for them and for what begins as they end, and no longer."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.discord_app.answers import Answers


class Notes:
    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, float]] = []

    def note(self, event: str, kind: str, outcome: str, seconds: float) -> None:
        self.taken.append((event, kind, outcome, seconds))


def press(**extras: Any) -> Any:
    return SimpleNamespace(extras=extras)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def answers(notes: Notes) -> Answers:
    return Answers(notes)


async def test_an_answer_is_measured_from_when_its_press_came(
    answers: Answers, notes: Notes
) -> None:
    async def answer() -> None:
        answers.note(press(outcome="late"), "guess", 100.0)

    await asyncio.create_task(answer())
    await asyncio.sleep(0)
    [(event, kind, outcome, seconds)] = notes.taken
    assert (event, kind, outcome) == ("answer", "guess", "late")
    assert 100.0 <= seconds < 160.0


async def test_what_follows_an_answer_is_waited_for_and_not_measured(
    answers: Answers, notes: Notes
) -> None:
    gate = asyncio.Event()

    async def follow() -> None:
        answers.note_more()
        await gate.wait()

    task = asyncio.create_task(follow())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(gate.set)
    await answers.drain(set, 60.0)
    assert task.done()
    assert notes.taken == []


async def test_a_stop_waits_for_what_begins_as_another_ends(
    answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    left = ["third", "second", "first"]
    under_way: set[asyncio.Task[Any]] = set()
    ended = []

    async def answer(name: str) -> None:
        answers.note(press(), "guess")
        await asyncio.sleep(0)
        ended.append(name)

    def begin(task: asyncio.Task[Any] | None = None) -> None:
        under_way.discard(task)  # type: ignore[arg-type]
        if left:
            begun = asyncio.create_task(answer(left.pop()))
            under_way.add(begun)
            begun.add_done_callback(begin)

    begin()
    await answers.drain(lambda: under_way, 60.0)
    assert ended == ["first", "second", "third"]
    assert "finished 3, left 0" in caplog.text


async def test_a_stop_does_not_wait_for_ever(
    answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def hang() -> None:
        answers.note_more()
        await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await asyncio.sleep(0)
    await answers.drain(set, 0.01)
    assert "finished 0, left 1" in caplog.text
    task.cancel()


async def test_the_end_ends_what_a_stop_does_not_wait_for(answers: Answers) -> None:
    async def greet() -> None:
        answers.note_beside()
        await asyncio.Event().wait()

    async def hang() -> None:
        answers.note_more()
        await asyncio.Event().wait()

    greeting = asyncio.create_task(greet())
    await asyncio.sleep(0)
    await answers.drain(set, 60.0)
    hanging = asyncio.create_task(hang())
    await asyncio.sleep(0)
    assert not greeting.done()
    await answers.end()
    assert greeting.cancelled()
    assert hanging.cancelled()
