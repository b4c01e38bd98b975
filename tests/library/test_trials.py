"""The surroundings of a trial really differ: a snippet is asked what it can see of them."""

from __future__ import annotations

import json

import pytest

from bot.core.runs import Outcome
from bot.library.trials import LIMITS, Condition, Trial

ASKS = """
import json, os
print(json.dumps([os.getcwd(), hash("tea"), *map(os.environ.get, ("TZ", "LANG"))]))
"""


async def seen(trials, condition):
    python = trials.interpreters()[-1]
    run = await trials.try_out(ASKS, LIMITS, Trial(python, condition), stdin="", needs=frozenset())
    assert run.outcome is Outcome.OK, run
    return json.loads(run.stdout)


@pytest.mark.asyncio(loop_scope="session")
async def test_elsewhere_is_another_folder_time_zone_and_locale(trials):
    home = await seen(trials, Condition(1))
    elsewhere = await seen(trials, Condition(1, elsewhere=True))
    assert home[1] == elsewhere[1]
    assert all(one != other for one, other in zip(home[2:], elsewhere[2:], strict=True))
    assert home[0] != elsewhere[0]


@pytest.mark.asyncio(loop_scope="session")
async def test_another_hash_seed_is_another_hash(trials):
    hashes = [(await seen(trials, Condition(seed)))[1] for seed in (0, 1, 4_294_967_295)]
    assert len(set(hashes)) == 3


@pytest.mark.asyncio(loop_scope="session")
async def test_an_interpreter_is_known_by_its_exact_version(trials):
    for python in trials.interpreters():
        assert trials.identity(python).startswith(f"{python}.")
