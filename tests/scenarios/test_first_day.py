"""A server's first day, from set-up to the next morning, through discord.py's real machinery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .conftest import answer, buttons, pictures, shown

if TYPE_CHECKING:
    import simcord

    from .conftest import Server


async def press_start(server: Server, member: simcord.MemberActor) -> simcord.InteractionResult:
    post = server.posts("90 seconds")[-1]
    return await member.click(post, custom_id=buttons(post)["▶ Start the clock"])


async def guess(
    server: Server, member: simcord.MemberActor, puzzle: simcord.InteractionResult, *, right: bool
) -> simcord.InteractionResult:
    """Press the button of a right, or of a wrong, answer."""
    position = await position_of(server, member, right=right)
    message = puzzle.response
    assert message is not None
    return await member.click(message, custom_id=buttons(message)["ABCD"[position]])


async def position_of(server: Server, member: simcord.MemberActor, *, right: bool) -> int:
    from bot.core.rounds import option_order, round_seed

    [(round_id, truth, count)] = await server.query(
        "SELECT id, true_option, option_count FROM rounds WHERE state = 'open' "
        "ORDER BY id DESC LIMIT 1"
    )
    order = option_order(round_seed(round_id), member.id, count)
    return next(p for p, index in enumerate(order) if (index == truth) is right)


async def test_a_whole_day_from_set_up_to_the_next_morning(server: Server) -> None:
    said = answer(await server.set_up())
    assert "09:00, Europe/Berlin, every day" in said
    assert "Not ready" not in said
    assert server.channel.last_message is None

    # 00:00 UTC is 01:00 in Berlin; the post is due at 08:00 UTC.
    await server.at(7.9)
    assert server.channel.last_message is None
    await server.at(0.2)
    [post] = server.posts("90 seconds")
    [picture] = pictures(post)
    assert "the code before and after" in picture["description"]
    assert "Closes <t:1767340800:R>" in shown(post)  # 2026-01-02 08:00 UTC
    assert {"▶ Start the clock", "Code as text"} <= set(buttons(post))

    puzzle = await press_start(server, server.ada)
    assert "Predict the output" in answer(puzzle)
    await server.env.advance_time(30)
    result = answer(await guess(server, server.ada, puzzle, right=True))
    assert "✅ Right" in result
    assert "in 30" in result
    assert "rank **1** of 1" in result
    assert "streak **1 day**" in result

    puzzle = await press_start(server, server.grace)
    result = answer(await guess(server, server.grace, puzzle, right=False))
    assert "❌ Not this time" in result
    assert "**0 points**" in result
    assert "Why not" in result

    await server.restart()
    late = await press_start(server, server.linus)  # starts in time, guesses too late

    board = answer(await server.ada.slash(server.channel, "speedrun leaderboard"))
    assert f"**1.** <@{server.ada.id}> · **166**" in board
    assert f"**2.** <@{server.grace.id}> · **0**" in board

    await server.at(24)
    [reveal] = server.posts("The reveal")
    assert "2 members guessed, 1 right" in shown(reveal)
    assert f"🥇 1. <@{server.ada.id}>" in shown(reveal)
    [chart] = pictures(reveal)
    assert ": 1 guess, 50%." in chart["description"]
    posts = server.posts("90 seconds")
    assert len(posts) == 2
    assert "Practise" in buttons(posts[0])
    assert "▶ Start the clock" in buttons(posts[1])
    order = [message.id for message in server.channel.history()]
    assert order.index(reveal.id) in (1, len(order) - 2)  # before the new post

    too_late = await server.linus.click(late.response, custom_id=buttons(late.response)["A"])
    assert "is over, so this press does not count" in answer(too_late)
    assert await server.query("SELECT count(*) FROM guesses") == [(2,)]
    assert await server.query("SELECT state FROM rounds ORDER BY id") == [("revealed",), ("open",)]

    puzzle = await press_start(server, server.ada)
    result = answer(await guess(server, server.ada, puzzle, right=True))
    assert "streak **2 days**" in result
    me = answer(await server.ada.slash(server.channel, "speedrun me"))
    assert "**366 points** from 2 guesses, 2 right (100%)" in me


async def test_the_old_button_of_yesterday_says_so_and_counts_nothing(server: Server) -> None:
    await server.set_up()
    await server.at(8.2)
    post = server.posts("90 seconds")[0]
    start: Any = buttons(post)["▶ Start the clock"]
    puzzle = await press_start(server, server.ada)
    await server.at(24)
    result = await guess_old(server, puzzle)
    assert "is over" in answer(result)
    # The post itself has turned into practice.
    practice = buttons(server.posts("90 seconds")[0])
    assert start not in practice.values()
    tried = await server.ada.click(server.posts("90 seconds")[0], custom_id=practice["Practise"])
    assert "Practice: predict the output" in answer(tried)
    assert await server.query("SELECT count(*) FROM guesses") == [(0,)]


async def guess_old(server: Server, puzzle: simcord.InteractionResult) -> simcord.InteractionResult:
    return await server.ada.click(puzzle.response, custom_id=buttons(puzzle.response)["A"])
