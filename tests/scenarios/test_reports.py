"""A member reports a puzzle, a moderator answers, the member hears of it; across a restart too."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def result(server):
    """Ada's result of the first round."""
    await server.set_up()
    await server.at(8.2)
    return await guess(server, server.ada, await press_start(server, server.ada), right=False)


async def send_report(server, result, **fields):
    form = await server.ada.click(
        result.response, custom_id=buttons(result.response)["Report this puzzle"]
    )
    given = {"complaint": ["unclear"], "note": "B holds too, @everyone"} | fields
    return await server.ada.submit_modal(form, given)


async def test_a_report_is_answered_and_its_reporter_hears_of_it(server, result):
    assert "Thank you" in answer(await send_report(server, result))
    await server.restart()
    page = await server.mo.slash(server.channel, "speedrun-admin reports")
    told = answer(page)
    assert "More than one answer can be defended" in told
    assert "@everyone" not in told.replace("\\@everyone", "")
    assert "The sandbox ran it on Python" in told
    assert "✔" in told
    done = await server.mo.click(
        page.response, custom_id=buttons(page.response)["Set aside in this server"]
    )
    assert "aside for this server" in answer(done)
    [(puzzle_id,)] = await server.query("SELECT puzzle_id FROM guild_set_aside")
    [letter] = server.ada.user.dm_channel.history()
    assert "took the puzzle out of play" in shown(letter)
    # Told once: nothing follows the next command.
    assert not (await server.ada.slash(server.channel, "speedrun help")).followups
    again = await server.mo.slash(server.channel, "speedrun-admin reports")
    assert "No report waits" in answer(again)
    assert puzzle_id in answer(again)
    back = await server.mo.slash(server.channel, "speedrun-admin put-back", puzzle=puzzle_id)
    assert "back in play" in answer(back)


async def test_a_closed_inbox_is_told_after_the_next_command(server, result, monkeypatch):
    from bot.discord_app.presses import reporting

    async def closed(*_):
        return False

    monkeypatch.setattr(reporting, "send_direct", closed)
    await send_report(server, result)
    page = await server.mo.slash(server.channel, "speedrun-admin reports")
    await server.mo.click(page.response, custom_id=buttons(page.response)["The puzzle is fine"])
    told = await server.ada.slash(server.channel, "speedrun help")
    [notice] = told.followups
    assert "the puzzle stays in play" in shown(notice)
    assert not (await server.ada.slash(server.channel, "speedrun help")).followups


async def test_a_bot_that_stops_begins_no_notice_and_the_next_one_tells(
    server, result, monkeypatch
):
    from bot.discord_app.presses import reporting

    async def closed(*_):
        return False

    monkeypatch.setattr(reporting, "send_direct", closed)
    await send_report(server, result)
    page = await server.mo.slash(server.channel, "speedrun-admin reports")
    await server.mo.click(page.response, custom_id=buttons(page.response)["The puzzle is fine"])
    await server.env.bot.drain(5)
    assert not (await server.ada.slash(server.channel, "speedrun help")).followups
    await server.restart()
    assert len((await server.ada.slash(server.channel, "speedrun help")).followups) == 1


async def test_a_report_goes_to_the_channel_that_the_server_chose_and_to_no_other_server_s(
    server, result
):
    from bot.services.options import set_option

    mods = server.guild.create_text_channel("mods")
    away = server.env.create_guild("Elsewhere").create_text_channel("general")
    now = server.env.now()
    await set_option(server.app.db, server.guild.id, "report_channel", f"<#{away.id}>", now)
    await send_report(server, result)
    assert away.last_message is None
    await server.app.db.write(lambda tx: tx.execute("DELETE FROM reports"))
    await set_option(server.app.db, server.guild.id, "report_channel", f"<#{mods.id}>", now)
    await send_report(server, result)
    assert "A puzzle was reported" in shown(mods.last_message)


async def test_a_second_report_is_refused_in_words(server, result):
    await send_report(server, result)
    assert "You have reported this puzzle already" in answer(await send_report(server, result))
    assert await server.query("SELECT count(*) FROM reports") == [(1,)]


async def test_members_can_not_answer_reports(server, result):
    await send_report(server, result)
    visible = server.ada.available_commands(server.channel)
    assert "speedrun-admin reports" not in visible
    assert "speedrun-admin put-back" not in visible


async def test_a_report_in_a_channel_speaks_the_server_s_language(server, result):
    from bot.services.options import set_option

    mods = server.guild.create_text_channel("mods")
    db, guild_id, now = server.app.db, server.guild.id, server.env.now()
    await set_option(db, guild_id, "report_channel", f"<#{mods.id}>", now)
    await set_option(db, guild_id, "language", "de", now)
    await send_report(server, result)
    assert "A puzzle was reported" not in shown(mods.last_message)
    await server.mo.click(mods.last_message, custom_id=[*buttons(mods.last_message).values()][1])
    [letter] = server.ada.user.dm_channel.history()
    assert "The moderators" not in shown(letter)
