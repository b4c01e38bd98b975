"""A result goes to the channel once, without a word on the answer."""

from __future__ import annotations

import discord
import pytest

from bot.services.options import set_option

from .conftest import answer, buttons, pictures, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def played(server):
    """Ada has guessed right on the first round, after 25 seconds; her result is in `puzzle`."""
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    server.puzzle = (puzzle := await press_start(server, server.ada)).response
    await server.env.advance_time(25)
    await guess(server, server.ada, puzzle, right=True)
    return server


async def press_share(server):
    return await server.ada.click(server.puzzle, custom_id=buttons(server.puzzle)["Share"])


def shares(server):
    return server.posts("shared a speedrun")


async def test_a_result_is_shared_as_a_picture_whose_alt_text_says_it_all(played):
    result = await press_share(played)
    assert result.acknowledged
    [post] = shares(played)
    assert f"<@{played.ada.id}> shared a speedrun" in shown(post)
    [picture] = pictures(post)
    [(pep,)] = await played.query("SELECT pep FROM rounds")
    line = f"PEP Speedrun #1 · PEP {pep} · Right, 20\N{EN DASH}30 s · 1 day in a row"
    assert picture["description"].startswith(line)
    [(stdout,)] = await played.query("SELECT stdout FROM rounds")
    assert not stdout or stdout not in picture["description"]


async def test_a_second_press_posts_nothing_even_after_a_restart(played):
    await press_share(played)
    await played.restart()
    told = answer(await press_share(played))
    assert "You have shared this round already" in told
    assert "PEP Speedrun #1 · PEP" in told
    assert len(shares(played)) == 1


async def test_where_the_server_shows_text_the_line_is_posted(played):
    await played.mo.slash(
        played.channel, "speedrun-admin setup", timezone="Europe/Berlin", code="text"
    )
    await press_share(played)
    [post] = played.posts("Right, 20\N{EN DASH}30 s")
    assert f"<@{played.ada.id}> · PEP Speedrun #1" in shown(post)
    assert not pictures(post)


async def test_where_the_bot_may_not_speak_the_member_gets_the_line(played):
    silent = played.guild.create_text_channel(
        "silent",
        overwrites={played.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    result = await played.ada.slash(silent, "speedrun play")
    message = result.response
    told = answer(await played.ada.click(message, custom_id=buttons(message)["Share"]))
    assert "I may not post in this channel" in told
    assert "Right, 20\N{EN DASH}30 s" in told
    assert not shares(played)


async def test_where_sharing_is_off_the_member_gets_the_line(played):
    await set_option(played.app.db, played.guild.id, "has_sharing", "off", played.env.now())
    assert "Sharing is switched off in this server" in answer(await press_share(played))
    assert not shares(played)


async def test_a_share_that_discord_refused_can_be_tried_again(played):
    played.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=500)
    await press_share(played)
    assert await played.query("SELECT count(*) FROM shares") == [(0,)]
    await press_share(played)
    assert len(shares(played)) == 1


async def test_who_has_not_guessed_has_nothing_to_share(played):
    puzzle = await press_start(played, played.grace)
    assert "Share" not in buttons(puzzle.response)


async def test_discuss_opens_the_round_s_post(played):
    post = played.posts("90 seconds")[-1]
    url = f"https://discord.com/channels/{played.guild.id}/{played.channel.id}/{post.id}"
    assert buttons(played.puzzle)["Discuss"] == url


async def test_a_share_whose_picture_can_t_be_drawn_can_be_tried_again(played, monkeypatch):
    def undrawn(*_):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(type(played.app.album), "share", undrawn)
        await press_share(played)
    assert await played.query("SELECT count(*) FROM shares") == [(0,)]
    await press_share(played)
    assert len(shares(played)) == 1
