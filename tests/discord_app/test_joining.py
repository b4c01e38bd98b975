"""The word of welcome: what keeps it from coming gives its claim back, and nothing is raised."""

from __future__ import annotations

import aiohttp
import pytest

from bot.discord_app import joining
from bot.discord_app.joining import Greeter
from tests.doubles import FixedClock, at


@pytest.mark.parametrize("failure", [aiohttp.ServerDisconnectedError(), OSError(), TimeoutError()])
async def test_a_welcome_that_did_not_get_through_may_be_said_again(monkeypatch, failure):
    claimed = set()

    async def unwelcomed(_db, guild_ids):
        return [guild_id for guild_id in guild_ids if guild_id not in claimed]

    async def claim(_db, guild_id, _now):
        claimed.add(guild_id)
        return True

    async def give_back(_db, guild_id):
        claimed.discard(guild_id)

    async def post(*_):
        raise failure

    monkeypatch.setattr(joining, "unwelcomed", unwelcomed)
    monkeypatch.setattr(joining, "claim_welcome", claim)
    monkeypatch.setattr(joining, "give_back_welcome", give_back)
    monkeypatch.setattr(Greeter, "_post", post)
    await Greeter(None, None, FixedClock(at("2026-03-02 08:00")), None).greet([1])
    assert not claimed
