"""No second of Discord's holds more than the limit, wherever the stalls lie."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.pace import IN_ANY_SECOND, SECOND, Pace


class FastLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer: hours pass in no time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0].when())
        super()._run_once()


def run(work):
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(work)


async def served(count, way_there, way_back, stall=lambda: 0.0):
    """When Discord saw each of ``count`` requests, each with its own ways and our loop's stalls."""
    loop = asyncio.get_running_loop()
    pace, seen = Pace(), []

    async def request():
        async with pace.turn():
            await asyncio.sleep(way_there())
            seen.append(loop.time())
            await asyncio.sleep(way_back())
        loop.now += stall()  # nothing of ours runs meanwhile; Discord's time goes on

    await asyncio.gather(*(request() for _ in range(count)))
    return sorted(seen)


def most_in_a_second(seen):
    ends = zip(seen, seen[IN_ANY_SECOND:], strict=False)
    return IN_ANY_SECOND + any(late - early < 1.0 for early, late in ends)


def test_one_alone_waits_for_nothing():
    assert run(served(1, lambda: 0.0, lambda: 0.0)) == [0.0]


def test_a_thousand_take_little_longer_than_discord_s_own_bound():
    seen = run(served(1_000, lambda: 0.01, lambda: 0.01))
    assert most_in_a_second(seen) <= 50
    assert seen[-1] < 1_000 / 50 * 1.1


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.0, 0.5), st.floats(0.0, 0.5), st.floats(0.0, 0.2))
def test_no_second_of_discord_s_holds_more_however_slow_and_uneven_the_ways(
    seed, there, back, stalls
):
    rng = random.Random(seed)
    ways = (lambda: rng.uniform(0, there), lambda: rng.uniform(0, back))
    seen = run(served(200, *ways, stall=lambda: rng.choice([0.0, 0.0, stalls])))
    assert most_in_a_second(seen) <= 50


async def test_one_that_gives_up_in_the_line_or_fails_holds_nobody_up():
    sleeping = asyncio.Event()

    async def sleep(_):
        sleeping.set()
        await asyncio.Event().wait()

    pace = Pace(in_any_second=2, sleep=sleep)
    with contextlib.suppress(ValueError):
        async with pace.turn():
            raise ValueError
    waiting = asyncio.create_task(pace.turn().__aenter__())
    await sleeping.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert pace._places._value == 1, "the first is counted for a second, the second was never sent"
    assert not pace._line.locked()


def test_what_can_wait_lets_every_post_pass_and_holds_none_up():
    async def work():
        loop = asyncio.get_running_loop()
        pace, posts, spare = Pace(), [], []

        async def post():
            async with pace.turn():
                posts.append(loop.time())

        async def wait():
            async with pace.spare_turn():
                spare.append(loop.time())

        waiting = [asyncio.create_task(wait()) for _ in range(200)]
        await asyncio.sleep(3)
        assert spare, "nothing else is in the line"
        began, before = loop.time(), len(spare)
        await asyncio.gather(*(post() for _ in range(100)))
        took, between = loop.time() - began, len(spare) - before
        assert took < 100 / 48 * 1.3
        assert between <= 1 + IN_ANY_SECOND // 2
        await asyncio.gather(*waiting)
        return sorted(posts + spare)

    assert most_in_a_second(run(work())) <= 50


@pytest.mark.parametrize("processes", [1, 2, 3, 7, 48, 100])
def test_the_processes_of_a_bot_have_its_pace_together(processes):
    paces = [Pace.of_share(1 / processes) for _ in range(processes)]
    together = sum(pace._places._value / pace._second * SECOND for pace in paces)
    assert 0.8 * IN_ANY_SECOND <= together <= IN_ANY_SECOND + 1e-6
