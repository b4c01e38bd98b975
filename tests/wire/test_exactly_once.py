"""Exactly once: a real bot process, killed at random, and what came of it on Discord's side.

Each kill is a SIGKILL, at a random moment or as a random request arrives or is answered, while
several guilds post, play and reveal at once. The next process goes on from the database and the
channels; in half of the lives Discord has forgotten every nonce meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from .compare import compare
from .crowd import Crowd

if TYPE_CHECKING:
    from pathlib import Path


async def _crowds(folder: Path, *, crowds: int, lives: int, seed: int) -> Counter[str]:
    made = []
    for number in range(crowds):
        (folder / str(number)).mkdir()
        made.append(Crowd(folder / str(number), seed=seed + number))
    async with asyncio.TaskGroup() as group:
        for crowd in made:
            group.create_task(crowd.live(lives))
    total: Counter[str] = Counter()
    for crowd in made:
        total += compare(crowd)
    return total


async def test_one_post_one_reveal_and_every_acknowledged_guess_after_nine_kills(
    tmp_path: Path,
) -> None:
    done = await _crowds(tmp_path, crowds=3, lives=3, seed=2026)
    assert done["kills"] == 9
    assert done["posts"] == done["reveals"] >= 15


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 1000])
async def test_one_post_one_reveal_and_every_acknowledged_guess_after_104_kills(
    tmp_path: Path, seed: int, record_property: Any
) -> None:
    done = await _crowds(tmp_path, crowds=4, lives=26, seed=seed)
    for name, count in done.items():
        record_property(name, count)
    assert done["kills"] == 104
    assert done["posts"] == done["reveals"] >= 104
    assert done["acknowledged guesses"] >= 104
