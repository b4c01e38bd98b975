"""Our requests keep below fifty in any second, and one alone waits for nothing."""

from __future__ import annotations

import asyncio

from bot.discord_app.pace import AT_ONCE, REQUESTS_A_SECOND, Pace


async def waits_of(count, **options):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    pace = Pace(sleep=sleep, **options)
    await asyncio.gather(*(pace.turn() for _ in range(count)))
    return waits


async def test_a_few_requests_after_a_pause_wait_for_nothing():
    assert await waits_of(AT_ONCE) == []


async def test_requests_at_once_are_spaced_by_the_rate():
    waits = await waits_of(31, a_second=10.0, at_once=1)
    # Nobody slept in truth, so the debt grows by a tenth of a second a turn.
    assert len(waits) == 30
    assert waits == sorted(waits)
    assert 2.0 < waits[-1] <= 3.0


async def test_no_second_holds_more_than_discord_allows():
    assert REQUESTS_A_SECOND + AT_ONCE <= 45
