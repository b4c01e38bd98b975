"""An opt-in, private reminder: asked for in a server, sent as a direct message, off by a press."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def opened(server):
    """A round has been open since midnight UTC, until 08:00 UTC the next day."""
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    return server


async def remind(server, **options):
    return await server.ada.slash(server.channel, "speedrun remind", **options)


def letters(server):
    """The direct messages that Ada got, oldest first."""
    return server.ada.user.dm_channel.history()


async def test_it_comes_privately_links_the_round_and_one_press_ends_it(opened):
    told = answer(await remind(opened, time="19:30", timezone="America/New_York"))
    assert "Each day at 19:30, America/New_York" in told
    assert "Next time: <t:1767227400:F>" in told  # 2026-01-01 00:30 UTC
    await opened.at(0.4)
    assert not letters(opened)
    await opened.at(1)
    [letter] = letters(opened)
    assert "Today's speedrun in Speedrunners waits for you." in shown(letter)
    post = opened.posts("90 seconds")[-1]
    url = f"https://discord.com/channels/{opened.guild.id}/{opened.channel.id}/{post.id}"
    assert buttons(letter)["Go to the speedrun"] == url
    await opened.restart()
    off = await opened.ada.user.click(letter, custom_id=buttons(letter)["Switch this reminder off"])
    assert off.acknowledged
    assert "The reminder is off." in shown(letters(opened)[0])
    assert await opened.query("SELECT count(*) FROM reminders") == [(0,)]
    await opened.at(48)
    assert len(letters(opened)) == 1


async def test_who_has_played_is_not_reminded(opened):
    await remind(opened, before_close=240)
    await guess(opened, opened.ada, await press_start(opened, opened.ada), right=False)
    await opened.at(31)
    assert not letters(opened)


async def test_before_the_round_closes_it_comes_once_whatever_restarts(opened):
    assert "4 h before a round closes" in answer(await remind(opened, before_close=240))
    await opened.at(29)
    assert len(letters(opened)) == 1
    await opened.restart()
    await opened.at(2)
    assert len(letters(opened)) == 1


async def test_a_closed_inbox_switches_it_off_and_the_next_answer_says_so_once(opened):
    await remind(opened, before_close=240)
    opened.env.inject_error(
        "POST", f"/channels/{opened.ada.user.dm_channel.id}/messages", status=403, code=50007
    )
    await opened.at(29)
    assert not letters(opened)
    await opened.restart()
    pressed = await press_start(opened, opened.ada)
    [told] = pressed.followups
    assert "Discord takes no direct message from me for you" in shown(told)
    assert not (await opened.ada.slash(opened.channel, "speedrun help")).followups
    assert await opened.query("SELECT count(*) FROM reminders") == [(0,)]


async def test_after_a_command_it_is_said_too(opened):
    await remind(opened, before_close=240)
    opened.env.inject_error(
        "POST", f"/channels/{opened.ada.user.dm_channel.id}/messages", status=403, code=50007
    )
    await opened.at(29)
    [told] = (await opened.ada.slash(opened.channel, "speedrun help")).followups
    assert "It is off now." in shown(told)


async def test_what_is_on_is_shown_anywhere_and_can_be_switched_off_there(opened):
    assert "No reminder is on." in answer(await opened.ada.user.slash("speedrun remind"))
    await remind(opened, time="07:15")
    listed = await opened.ada.user.slash("speedrun remind")
    assert "1. **Speedrunners** · Each day at 07:15, Europe/Berlin" in answer(listed)
    custom_id = buttons(listed.response)["Switch 1 off"]
    await opened.ada.user.click(listed.response, custom_id=custom_id)
    assert "The reminder is off." in shown(listed.response)
    assert "No reminder was on." in answer(await remind(opened, off=True))


async def test_another_s_reminder_stays_when_someone_presses_its_number(opened):
    await remind(opened, time="07:15")
    listed = await opened.grace.slash(opened.channel, "speedrun remind")
    assert "No reminder is on." in answer(listed)
    assert "No reminder was on." in answer(
        await opened.grace.slash(opened.channel, "speedrun remind", off=True)
    )
    assert await opened.query("SELECT player_id FROM reminders") == [(opened.ada.id,)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"time": "25:00"}, "is not a time of day"),
        ({"time": "\N{BELL}" * 50}, "is not a time of day"),
        ({"time": "19:00", "timezone": "../etc/passwd"}, "is not a time zone"),
        ({"timezone": "Europe/Berlin"}, "says nothing without a time"),
        ({"time": "19:00", "before_close": 60}, "leave one of them out"),
    ],
)
async def test_what_makes_no_sense_is_named_and_nothing_is_kept(opened, options, expected):
    assert expected in answer(await remind(opened, **options)).replace("\\", "")
    assert await opened.query("SELECT count(*) FROM reminders") == [(0,)]


async def test_where_nothing_is_set_up_or_there_is_no_server_it_says_so(server):
    assert "`/speedrun-admin setup`" in answer(await remind(server, before_close=60))
    told = answer(await server.ada.user.slash("speedrun remind", before_close=60))
    assert "That belongs to a server" in told
