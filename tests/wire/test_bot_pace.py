"""A thousand guilds due in one minute: each has its post, and Discord had nothing to refuse."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from .due import make_due
from .process import PATIENCE

if TYPE_CHECKING:
    from .rig import Rig


async def _all_posted(rig: Rig, start: Any, count: int) -> None:
    server = rig.server
    guilds = [server.add_guild(f"Guild {n}") for n in range(count)]
    await make_due(rig.app.settings.database_path, guilds)
    await rig.connect(start)
    # The tick at the start has them all under way; members' presses wait for none of it.
    post = None
    async with asyncio.timeout(PATIENCE):
        while post is None:
            await asyncio.wait(
                list(rig.client.ticker._running.values()) or [asyncio.create_task(rig.round())],
                return_when=asyncio.FIRST_COMPLETED,
            )
            post = next(iter(rig.found("start")), None)
    told = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert "Predict the output" in told.text
    async with asyncio.timeout(4 * PATIENCE):
        while tasks := list(rig.client.ticker._running.values()):
            await asyncio.wait(tasks)
    assert [len(c.messages) for g in guilds for c in g.channels.values()] == [1] * count
    assert server.buckets.too_many == 0
    states = await rig.rows("SELECT state, count(*) FROM rounds GROUP BY state")
    assert states == [("open", count + 1)]


async def test_a_hundred_guilds_due_at_once_are_posted_without_a_refusal(
    rig: Rig, start: Any
) -> None:
    await _all_posted(rig, start, 100)


@pytest.mark.slow
async def test_a_thousand_guilds_due_at_once_are_posted_without_a_refusal(
    rig: Rig, start: Any
) -> None:
    await _all_posted(rig, start, 1_000)
