"""``/speedrun-admin log``: moderators see what they did, page by page, after a restart too."""

from __future__ import annotations

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


async def test_members_without_manage_server_do_not_see_it(server):
    assert "speedrun-admin log" not in server.ada.available_commands(server.channel)


async def log(server):
    return await server.mo.slash(server.channel, "speedrun-admin log")
