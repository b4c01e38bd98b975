"""The queue's fairness, without any process."""

import asyncio

import pytest

from bot.sandbox.queue import Busy, FairQueue


class Runs:
    """Runs that end when they are told to."""

    def __init__(self, queue):
        self.queue, self.started, self.ends = queue, [], {}

    def begin(self, name, member=None):
        self.ends[name] = asyncio.Event()
        place = self.queue.authored() if member is None else self.queue.member(member)
        return asyncio.create_task(self._run(name, place))

    async def _run(self, name, place):
        async with place:
            self.started.append(name)
            await self.ends[name].wait()

    async def end(self, name):
        self.ends[name].set()
        for _ in range(5):
            await asyncio.sleep(0)


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_members_take_turns_in_the_order_they_came():
    runs = Runs(FairQueue(1))
    tasks = [runs.begin(name, member) for name, member in (("a", 1), ("b", 2), ("c", 3))]
    await settle()
    assert runs.started == ["a"]
    await runs.end("a")
    assert runs.started == ["a", "b"]
    await runs.end("b")
    await runs.end("c")
    assert runs.started == ["a", "b", "c"]
    await asyncio.gather(*tasks)


async def test_authored_code_goes_before_every_waiting_member():
    runs = Runs(FairQueue(1))
    tasks = [runs.begin("a", 1), runs.begin("b", 2)]
    await settle()
    tasks.append(runs.begin("puzzle"))
    await settle()
    await runs.end("a")
    assert runs.started == ["a", "puzzle"]
    for name in ("puzzle", "b"):
        await runs.end(name)
    await asyncio.gather(*tasks)


async def test_a_member_has_one_running_and_one_waiting_and_no_third():
    queue = FairQueue(1)
    runs = Runs(queue)
    tasks = [runs.begin("a", 1), runs.begin("b", 1)]
    await settle()
    with pytest.raises(Busy) as refused:
        async with queue.member(1):
            pytest.fail("a third place")
    assert refused.value.own
    assert refused.value.wait_ms >= 100
    for name in ("a", "b"):
        await runs.end(name)
    await asyncio.gather(*tasks)
    async with queue.member(1):
        pass


async def test_a_members_second_run_waits_for_the_first_even_where_a_slot_is_free():
    runs = Runs(FairQueue(3))
    tasks = [runs.begin("a", 1), runs.begin("b", 1), runs.begin("c", 2)]
    await settle()
    assert runs.started == ["a", "c"]
    await runs.end("a")
    assert runs.started == ["a", "c", "b"]
    for name in ("b", "c"):
        await runs.end(name)
    await asyncio.gather(*tasks)
    assert not runs.queue._running


async def test_a_full_line_refuses_at_once_and_with_an_estimate():
    queue = FairQueue(1, waiting=2)
    runs = Runs(queue)
    tasks = [runs.begin(str(member), member) for member in range(3)]
    await settle()
    with pytest.raises(Busy) as refused:
        async with queue.member(99):
            pytest.fail("a place in a full line")
    assert not refused.value.own
    assert refused.value.wait_ms == queue.estimate_ms()
    for member in range(3):
        await runs.end(str(member))
    await asyncio.gather(*tasks)


async def test_a_cancelled_wait_gives_its_place_to_the_next():
    runs = Runs(FairQueue(1))
    tasks = [runs.begin(name, member) for name, member in (("a", 1), ("b", 2), ("c", 3))]
    await settle()
    tasks[1].cancel()
    await settle()
    await runs.end("a")
    assert runs.started == ["a", "c"]
    await runs.end("c")
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_slot_that_comes_together_with_a_cancellation_is_handed_on():
    runs = Runs(FairQueue(1))
    tasks = [runs.begin(name, member) for name, member in (("a", 1), ("b", 2), ("c", 3))]
    await settle()
    runs.ends["a"].set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks[1].cancel()
    await settle()
    runs.ends["b"].set()
    await settle()
    assert "c" in runs.started
    await runs.end("c")
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(("slots", "waiting"), [(0, 1), (1, -1)])
def test_a_queue_needs_a_slot(slots, waiting):
    with pytest.raises(ValueError, match="slot"):
        FairQueue(slots, waiting=waiting)


async def test_a_place_in_line_can_be_read_and_moves_up():
    queue = FairQueue(1)
    runs = Runs(queue)
    task = runs.begin("a", 1)
    await settle()
    second, third = queue.join(2), queue.join(3)
    assert (queue.position(second), queue.position(third)) == (1, 2)
    puzzle = runs.begin("puzzle")
    await settle()
    assert (queue.position(second), queue.position(third)) == (2, 3)
    assert queue.estimate_ms(3) >= queue.estimate_ms(2)
    queue.leave(second)
    assert queue.position(third) == 2
    for name in ("a", "puzzle"):
        await runs.end(name)
    assert queue.position(third) == 0
    queue.leave(third)
    queue.leave(third)
    assert (queue.running, queue.waiting) == (0, 0)
    await asyncio.gather(task, puzzle)
