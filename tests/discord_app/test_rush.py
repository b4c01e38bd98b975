"""More presses than can be answered: the newest is next, the stale are kept without an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_app import rush as module
from bot.discord_app.rush import ANSWERABLE_S, Rush

if TYPE_CHECKING:
    from collections.abc import Callable


class Bench:
    """A rush whose work ends when the test says so, on a clock that stands still."""

    def __init__(self, at_once: int) -> None:
        self.seconds = 0.0
        self.begun: list[tuple[str, str, float]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.rush = Rush(
            self._work("answered"), self._work("kept"), at_once=at_once, now=lambda: self.seconds
        )

    def _work(self, how: str) -> Callable[[str, float], Any]:
        async def work(press: str, waited: float) -> None:
            self.begun.append((how, press, waited))
            await self.gates.setdefault(press, asyncio.Event()).wait()

        return work

    async def take(self, *presses: str) -> None:
        for press in presses:
            self.rush.take(press)
        await self.turn()

    async def end(self, *presses: str) -> None:
        for press in presses:
            self.gates.setdefault(press, asyncio.Event()).set()
        await self.turn()

    async def turn(self) -> None:
        """Let what is ready run: a task ends, its callback begins the next one, that one begins."""
        for _ in range(4):
            await asyncio.sleep(0)

    async def end_all(self) -> list[tuple[str, str, float]]:
        while self.rush.under_way:
            await self.end(*(press for _, press, _ in self.begun))
        return self.begun


async def test_while_the_bot_keeps_up_each_is_begun_as_it_comes() -> None:
    bench = Bench(at_once=3)
    await bench.take("a", "b", "c")
    assert bench.begun == [("answered", press, 0.0) for press in "abc"]
    await bench.end("b")
    await bench.take("d")
    assert bench.begun[3:] == [("answered", "d", 0.0)]
    await bench.end_all()


async def test_of_those_that_wait_the_newest_is_next() -> None:
    bench = Bench(at_once=1)
    await bench.take("a", "b", "c")
    bench.seconds = 1.0
    await bench.take("d")
    await bench.end("a")
    assert bench.begun[1:] == [("answered", "d", 0.0)]
    assert await bench.end_all() == [
        ("answered", "a", 0.0), ("answered", "d", 0.0), ("answered", "c", 1.0),
        ("answered", "b", 1.0),
    ]  # fmt: skip


async def test_what_waited_too_long_is_kept_once_nothing_fresh_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(at_once=1)
    await bench.take("a", "old", "older")
    bench.seconds = ANSWERABLE_S
    await bench.take("fresh")
    await bench.end("a")
    assert bench.begun[1:] == [("answered", "fresh", 0.0)]
    begun = await bench.end_all()
    assert begun[2:] == [("kept", "older", ANSWERABLE_S), ("kept", "old", ANSWERABLE_S)]
    assert "2 had no answer" in caplog.text
    caplog.clear()
    await bench.take("next")
    await bench.end_all()
    assert caplog.text == "", "told once a rush"


async def test_what_is_beyond_all_patience_is_dropped_from_its_oldest_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    bench = Bench(at_once=1)
    await bench.take("a", "b", "c", "d")
    assert [press for _, press, _ in await bench.end_all()] == ["a", "d", "c"]
    assert "1 had no answer" in caplog.text


async def test_a_bot_that_ends_begins_none_of_those_that_wait() -> None:
    bench = Bench(at_once=1)
    await bench.take("a", "b")
    bench.rush.forget()
    assert [press for _, press, _ in await bench.end_all()] == ["a"]


@pytest.mark.parametrize("at_once", [1, 2, 7])
async def test_something_is_under_way_as_long_as_anything_waits(at_once: int) -> None:
    bench = Bench(at_once)
    presses = [str(n) for n in range(20)]
    await bench.take(*presses)
    ended: list[str] = []
    while bench.rush.under_way:
        assert len(bench.rush.under_way) <= at_once
        under_way = [press for _, press, _ in bench.begun if press not in ended]
        await bench.end(under_way[0])
        ended.append(under_way[0])
    assert sorted(ended, key=int) == presses
