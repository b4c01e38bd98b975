"""``/speedrun-admin log``: moderators see what they did, page by page, after a restart too."""

from __future__ import annotations

import re

from bot.rendering.audit import LOG_PAGE

from .conftest import answer, buttons


async def test_the_log_tells_who_did_what_and_goes_back_page_by_page(server):
    assert "Nothing has been changed" in answer(await log(server))
    await server.set_up()
    for _ in range(6):
        await server.mo.slash(server.channel, "speedrun-admin pause")
        await server.mo.slash(server.channel, "speedrun-admin resume")
    first = await log(server)
    told = answer(first)
    assert told.count(f"<@{server.mo.id}>") == LOG_PAGE
    assert "**resumed**" in told
    assert "set up" not in told
    await server.restart()
    older = await server.mo.click(first.response, custom_id=buttons(first.response)["Older"])
    assert "**set up**" in answer(older)
    assert "Europe/Berlin" in answer(older)
    assert "Older" not in buttons(older.response)


async def test_the_log_tells_what_a_withdrawn_round_was(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    asked = await server.mo.slash(server.channel, "speedrun-admin void")
    await server.mo.click(asked.response, custom_id=buttons(asked.response)["Withdraw it"])
    told = answer(await log(server))
    assert re.search(r"\*\*withdrew the round of\*\* [-\d]+: PEP \d+, open, 0 guesses", told)


async def test_members_without_manage_server_do_not_see_it(server):
    assert "speedrun-admin log" not in server.ada.available_commands(server.channel)


async def log(server):
    return await server.mo.slash(server.channel, "speedrun-admin log")
