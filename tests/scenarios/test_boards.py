"""The boards in Discord: every kind, every page, a server that joins, buttons after a restart."""

from __future__ import annotations

import discord
import pytest

from bot.core.windows import Window
from bot.services.hiding import hide_from_boards
from bot.services.options import set_option

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def played(server):
    """Today's round, guessed by Ada, in a server that is on the global board."""
    await server.set_up()
    await set_option(server.app.db, server.guild.id, "has_global_board", "on", server.env.now())
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    return server


async def leaderboard(server, member, **options):
    return await member.slash(server.channel, "speedrun leaderboard", **options)


async def many(server, count):
    """So many others on the all-time board."""

    def work(tx):
        for player_id in range(1, count + 1):
            tx.execute(
                "INSERT INTO totals VALUES (?1, 'all', 'all', ?2, ?3, 1, 0, 0)",
                server.guild.id,
                player_id,
                player_id,
            )

    await server.app.db.write(work)


async def test_every_kind_of_board_is_a_choice_of_the_command(played):
    row = f"**1.** <@{played.ada.id}>"
    assert row in answer(await leaderboard(played, played.ada))
    for options, title in (
        ({"window": "week"}, "Leaderboard · This week"),
        ({"scope": "global"}, "All servers · Today"),
        ({"kind": "streaks"}, "Current streaks"),
        ({"kind": "newcomers"}, "Leaderboard · New this month"),
    ):
        told = answer(await leaderboard(played, played.ada, **options))
        assert title in told
        assert row in told
    [(pep,)] = await played.query("SELECT pep FROM rounds")
    assert "right at the first try yet" in answer(await leaderboard(played, played.ada, pep=pep))
    await played.mo.slash(played.channel, "speedrun-admin reveal")
    assert row in answer(await leaderboard(played, played.grace, pep=pep))
    choices = await played.ada.autocomplete(played.channel, "speedrun leaderboard", "pep", "49")
    assert choices[0]["value"] == 492


async def test_the_name_for_other_servers_is_kept_with_the_guess(played):
    assert await played.query("SELECT player_id, name FROM board_names") == [(played.ada.id, "ada")]
    told = answer(await leaderboard(played, played.grace, scope="global"))
    assert "**1.** ada · **200**" in told


async def test_a_server_that_takes_no_part_is_told_so_and_keeps_no_name(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    told = answer(await leaderboard(server, server.ada, scope="global"))
    assert "This server takes no part in the board of all servers." in told
    assert await server.query("SELECT * FROM board_names") == []
    board = await leaderboard(server, server.ada)
    assert "All servers" not in buttons(board.response)


async def test_pages_turn_in_place_and_after_a_restart(played):
    await many(played, 24)
    board = await leaderboard(played, played.grace, window="all")
    assert "page 1 of 3" in shown(board.response)
    assert "◀ Better ranks" not in buttons(board.response)
    await played.restart()
    for number in (2, 3):
        turn = buttons(board.response)["Further ranks ▶"]
        assert (await played.grace.click(board.response, custom_id=turn)).acknowledged
        assert f"page {number} of 3" in shown(board.response)
    assert "**25.** <@1> · **1**" in shown(board.response)
    assert "Further ranks ▶" not in buttons(board.response)
    back = buttons(board.response)["◀ Better ranks"]
    await played.grace.click(board.response, custom_id=back)
    assert "page 2 of 3" in shown(board.response)


async def test_every_other_board_is_one_press_away_after_a_restart_too(played):
    board = await leaderboard(played, played.ada)
    await played.restart()
    for label, title in (
        ("All servers", "All servers · Today"),
        ("This week", "All servers · This week"),
        ("This server", "Leaderboard · This week"),
        ("Streaks", "Current streaks"),
        ("New this month", "New this month"),
    ):
        pressed = await played.ada.click(board.response, custom_id=buttons(board.response)[label])
        assert pressed.acknowledged
        assert title in shown(board.response)
        assert f"<@{played.ada.id}>" in shown(board.response)


async def test_who_hides_sees_their_row_and_nobody_else_does(played):
    await hide_from_boards(played.app.db, played.ada.id, played.env.now())
    for options in ({}, {"kind": "streaks"}, {"scope": "global"}):
        own = answer(await leaderboard(played, played.ada, **options))
        assert f"<@{played.ada.id}>" in own
        assert "You are hidden from leaderboards" in own
        assert str(played.ada.id) not in answer(await leaderboard(played, played.grace, **options))


async def test_boards_are_private_and_need_no_permission_to_write(played):
    quiet = played.guild.create_text_channel(
        "quiet",
        overwrites={played.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    for window in Window:
        result = await played.linus.slash(quiet, "speedrun leaderboard", window=str(window))
        assert f"<@{played.ada.id}>" in answer(result)
    assert quiet.history() == []
