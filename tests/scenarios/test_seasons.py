"""A month's podium in Discord: posted by itself, its button after a restart, the past seasons."""

from __future__ import annotations

import pytest

from bot.services.options import set_option

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def over(server):
    """A round was played and revealed, and the month ends with the next tick."""
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    await server.app.db.write(lambda tx: tx.execute("UPDATE seasons SET due_at = 0"))
    return server


async def test_the_podium_is_posted_once_and_leads_to_the_final_ranks(over):
    await over.at(1.1)
    await over.restart()
    await over.at(3.1)
    [post] = over.posts("The season of January 2026")
    assert f"🥇 **1.** <@{over.ada.id}> · **200**" in shown(post)
    final = await over.ada.click(post, custom_id=buttons(post)["Final ranks"])
    told = answer(final)
    assert "Final ranks of January 2026" in told
    assert f"<@{over.ada.id}> · **200** · 1/1 · 0.0 s (you)" in told
    assert "(you)" not in answer(
        await over.grace.click(post, custom_id=buttons(post)["Final ranks"])
    )


async def test_past_seasons_are_a_choice_and_a_press_away(over):
    told = answer(await over.grace.slash(over.channel, "speedrun leaderboard", kind="seasons"))
    assert "No season is over yet." in told
    await over.at(1.1)
    board = await over.grace.slash(over.channel, "speedrun leaderboard")
    await over.restart()
    pressed = await over.grace.click(
        board.response, custom_id=buttons(board.response)["Past seasons"]
    )
    assert f"**January 2026** · 🥇 <@{over.ada.id}> · **200 points** · 1 player" in answer(pressed)


async def test_a_server_that_wants_none_gets_none(over):
    await set_option(over.app.db, over.guild.id, "has_season_post", "off", over.env.now())
    await over.at(2.1)
    assert over.posts("The season of") == []
    assert await over.query("SELECT state, players FROM seasons") == [("silent", 1)]


async def test_a_podium_that_was_refused_comes_by_itself_once_the_cause_is_gone(over):
    over.env.inject_error(
        *("POST", "/channels/*/messages"),
        status=403,
        code=50013,
        message="Missing Permissions",
        times=1,
    )
    await over.at(1.1)
    assert over.posts("The season of") == []
    assert await over.query("SELECT state, attempts FROM seasons") == [("reserved", 1)]
    await over.at(2.1)
    assert len(over.posts("The season of")) == 1


async def test_withdrawing_a_round_of_a_past_season_says_that_its_ranks_were_counted_anew(over):
    await over.at(1.1)
    [post] = over.posts("The season of January 2026")
    question = await over.mo.slash(over.channel, "speedrun-admin void", round=1)
    done = await over.mo.click(
        question.response, custom_id=buttons(question.response)["Withdraw it"]
    )
    assert "The final ranks of January 2026 were counted anew." in shown(done.response)
    final = await over.ada.click(post, custom_id=buttons(post)["Final ranks"])
    assert f"<@{over.ada.id}>" not in answer(final)
