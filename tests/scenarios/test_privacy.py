"""``/speedrun privacy``: see, export, delete and keep, through discord.py's real machinery."""

from __future__ import annotations

import json

from .conftest import answer, buttons
from .test_first_day import guess, press_start


async def press(member, message, label):
    return await member.click(message, custom_id=buttons(message)[label])


async def test_a_member_exports_deletes_and_is_forgotten_after_a_week(server):
    await server.set_up()
    await server.at(8.2)
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await guess(server, server.grace, await press_start(server, server.grace), right=True)
    page = await server.ada.slash(server.channel, "speedrun privacy")
    assert "**1 guess**" in answer(page)

    exported = await server.ada.click(
        page.response, custom_id=buttons(page.response)["Export as a file"]
    )
    [file] = (
        exported.followups[-1].attachments if exported.followups else exported.response.attachments
    )
    document = json.loads(await file.read())
    assert document["user_id"] == str(server.ada.id)
    assert len(document["stored"]["guesses.player_id"]) == 1

    asked = await server.ada.click(
        page.response, custom_id=buttons(page.response)["Delete my data…"]
    )
    assert "Delete your data?" in answer(asked)
    await server.restart()
    told = await press(server.ada, asked.response, "Delete in seven days")
    assert "Your data will be deleted" in answer(told)
    await server.at(24 * 8)
    assert await server.query("SELECT player_id FROM guesses") == [(server.grace.id,)]
    again = await server.ada.slash(server.channel, "speedrun privacy")
    assert "**0 guesses**" in answer(again)


async def test_a_wish_is_taken_back_by_one_press(server):
    page = await server.ada.slash(server.channel, "speedrun privacy")
    asked = await server.ada.click(
        page.response, custom_id=buttons(page.response)["Delete my data…"]
    )
    told = await press(server.ada, asked.response, "Delete in seven days")
    kept = await press(server.ada, told.response, "Keep my data")
    assert "will be deleted" not in answer(kept)
    assert await server.query("SELECT count(*) FROM deletion_requests") == [(0,)]


async def test_a_member_hides_from_boards_and_shows_again(server):
    await server.set_up()
    await server.at(8.2)
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    page = await server.ada.slash(server.channel, "speedrun privacy")
    hidden = await press(server.ada, page.response, "Hide me from leaderboards")
    assert "You are hidden" in answer(hidden)
    board = answer(await server.grace.slash(server.channel, "speedrun leaderboard"))
    assert f"<@{server.ada.id}>" not in board
    own = answer(await server.ada.slash(server.channel, "speedrun leaderboard"))
    assert f"<@{server.ada.id}>" in own
    await server.restart()
    await press(server.ada, hidden.response, "Show me on leaderboards")
    board = answer(await server.grace.slash(server.channel, "speedrun leaderboard"))
    assert f"<@{server.ada.id}>" in board
