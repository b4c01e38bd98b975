"""What stands out is shown to moderators alone, in words that accuse nobody."""

from __future__ import annotations

import pytest

from .conftest import answer
from .test_first_day import guess, press_start


@pytest.fixture
async def played(server):
    """Five rounds: Ada is right at once each time, Grace takes a minute."""
    await server.set_up(open_hours=12)
    await server.at(8.5)
    for _ in range(5):
        await guess(server, server.ada, await press_start(server, server.ada), right=True)
        puzzle = await press_start(server, server.grace)
        await server.env.advance_time(60)
        await guess(server, server.grace, puzzle, right=True)
        await server.at(24)
    return server


async def test_moderators_see_what_stands_out_and_members_do_not(played):
    told = answer(await played.mo.slash(played.channel, "speedrun-admin fairplay"))
    assert "proves nothing" in told
    assert f"<@{played.ada.id}> · 5 of 5 such answers right, where chance gives 1." in told
    assert f"<@{played.grace.id}>" not in told
    assert "cheat" not in told.lower()
    await played.restart()
    assert answer(await played.mo.slash(played.channel, "speedrun-admin fairplay")) == told
    assert "speedrun-admin fairplay" not in played.ada.available_commands(played.channel)


async def test_where_nothing_stands_out_it_says_so(server):
    await server.set_up()
    told = answer(await server.mo.slash(server.channel, "speedrun-admin fairplay"))
    assert "Nothing stands out." in told
    assert "the last 0 rounds that are over, 0 guesses" in told
