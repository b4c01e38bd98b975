"""A server adds the bot: one word of welcome, a set-up step by step, the first post as chosen."""

from __future__ import annotations

import discord
import pytest

from .conftest import answer, buttons, shown, walk


def menus(message):
    """Custom_ids of a message's menus by their step."""
    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    ids = [item["custom_id"] for item in walk(raw) if item.get("type") in (3, 6, 8)]
    return {custom_id.split(":")[2]: custom_id for custom_id in ids}


async def begin(server, who=None):
    return await (who or server.mo).slash(server.channel, "speedrun-admin setup")


async def press(server, result, label, who=None):
    message = result.response
    return await (who or server.mo).click(message, custom_id=buttons(message)[label])


async def pick(server, result, step, *values):
    message = result.response
    return await server.mo.select(message, custom_id=menus(message)[step], values=list(values))


async def clock(server, result, time="18:30", city="Berlin", hours="0"):
    form = await press(server, result, "Time and time zone…")
    return await server.mo.submit_modal(form, {"time": time, "city": city, "open_hours": hours})


async def to_page(server, result, number):
    for _ in range(number):
        result = await press(server, result, "Next")
    return result


async def test_a_set_up_goes_step_by_step_and_survives_restarts(server):
    role = server.guild.create_role("Runners")
    other = server.guild.create_text_channel("pep-talk")
    page = await begin(server)
    assert "1 of 4" in answer(page)
    page = await pick(server, page, "channel", other)
    await server.restart()
    page = await press(server, page, "Next")
    assert "At **09:00** in **UTC**" in shown(page.response)
    page = await clock(server, page)
    assert "At **18:30** in **Europe/Berlin**" in shown(page.response)
    page = await pick(server, page, "days", "0", "4")
    await server.restart()
    page = await press(server, page, "Next")
    page = await pick(server, page, "role", role)
    page = await press(server, page, "Code: as a picture")
    page = await press(server, page, "Thread: no")
    page = await pick(server, page, "language", "de")
    page = await press(server, page, "Next")
    told = shown(page.response)
    for fact in (f"<#{other.id}>", "18:30", "Europe/Berlin", "Mon, Fri", f"<@&{role.id}>"):
        assert fact in told
    assert await server.query("SELECT count(*) FROM schedules") == [(0,)]
    page = await press(server, page, "Switch on")
    assert "PEP Speedrun is set up" in shown(page.response)
    assert await server.query(
        "SELECT channel_id, post_time, weekdays, code_view, role_id, has_thread FROM schedules"
    ) == [(other.id, "18:30", "04", "text", role.id, 1)]
    assert await server.query("SELECT value FROM guild_options WHERE name = 'language'") == [
        ("de",)
    ]
    assert await server.query("SELECT count(*) FROM setup_drafts") == [(0,)]


async def test_a_city_with_several_zones_asks_which(server):
    page = await to_page(server, await begin(server), 1)
    page = await clock(server, page, city="indiana")
    assert "zone" in menus(page.response)
    page = await pick(server, page, "zone", "America/Indiana/Knox")
    assert "America/Indiana/Knox" in shown(page.response)
    assert "zone" not in menus(page.response)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"time": "25:00"}, "is not a time of day"),
        ({"city": "Atlantis"}, "is not a time zone"),
        ({"city": "../../etc/passwd"}, "is not a time zone"),
        ({"hours": "abc"}, "is no number"),
        ({"hours": "999"}, "out of bounds"),
    ],
)
async def test_what_is_typed_wrong_says_so_and_changes_nothing(server, typed, expected):
    page = await to_page(server, await begin(server), 1)
    told = answer(await clock(server, page, **typed))
    assert expected in told.replace("\\", "")
    assert await server.query("SELECT count(*) FROM schedules") == [(0,)]


async def test_a_missing_permission_is_named_on_the_first_page_and_the_last(server):
    closed = server.guild.create_text_channel(
        "closed",
        overwrites={server.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    page = await pick(server, await begin(server), "channel", closed)
    assert f"I lack **Send Messages** in <#{closed.id}>" in shown(page.response)
    page = await to_page(server, page, 3)
    assert "I lack **Send Messages**" in shown(page.response)


async def test_the_preview_is_private_and_posts_nothing(server):
    page = await to_page(server, await begin(server), 3)
    looked = await press(server, page, "Preview")
    texts = [shown(message) for message in [looked.response, *looked.followups] if message]
    assert any("Preview: only you see this" in text for text in texts)
    assert server.channel.history() == []


async def test_two_moderators_at_once_have_a_draft_each(server):
    boss = server.guild.add_member(
        server.env.create_user("boss"),
        roles=[server.guild.create_role("B", permissions=discord.Permissions(manage_guild=True))],
    )
    mine = await to_page(server, await begin(server), 1)
    theirs = await press(server, await begin(server, boss), "Next", boss)
    await clock(server, mine, time="07:00")
    again = await press(server, theirs, "Back", boss)
    again = await press(server, again, "Next", boss)
    assert "At **09:00**" in shown(again.response)


async def test_a_saved_set_up_begins_with_today_s_values_and_keeps_the_wish(server):
    await server.set_up(time="10:00")
    await server.mo.slash(
        server.channel, "speedrun-admin queue choose", weekdays="mon", level="beginner"
    )
    page = await to_page(server, await begin(server), 3)
    assert "10:00, Europe/Berlin" in shown(page.response)
    await press(server, page, "Save")
    assert await server.query("SELECT level FROM weekday_wishes") == [("beginner",)]


async def test_a_second_schedule_and_its_removal(server):
    await server.set_up()
    other = server.guild.create_text_channel("evening")
    await server.mo.slash(
        server.channel, "speedrun-admin setup", schedule=2, channel=other, time="18:00"
    )
    assert await server.query("SELECT slot, time_zone FROM schedules ORDER BY slot") == [
        (1, "Europe/Berlin"),
        (2, "Europe/Berlin"),
    ]
    await server.at(9)
    await server.at(9)
    assert len(other.history()) == 1
    told = answer(await server.mo.slash(server.channel, "speedrun-admin remove", schedule=2))
    assert "Schedule 2 is removed." in told
    told = answer(await server.mo.slash(server.channel, "speedrun-admin remove", schedule=1))
    assert "it is the only one" in told


async def welcomed(server):
    """A server that adds the bot while it runs, with channels and people."""
    await server.restart()
    return server.posts("Hello, I am PEP Speedrun")


async def test_a_server_is_welcomed_once_where_the_bot_may_speak(server):
    [hello] = await welcomed(server)
    assert buttons(hello).keys() == {"Set up"}
    await server.restart()
    assert len(server.posts("Hello, I am PEP Speedrun")) == 1


async def test_the_welcome_opens_the_set_up_for_who_may_manage_the_server(server):
    [hello] = await welcomed(server)
    refused = await server.ada.click(hello, custom_id=buttons(hello)["Set up"])
    assert "Only members who may manage this server can do that." in answer(refused)
    page = await server.mo.click(hello, custom_id=buttons(hello)["Set up"])
    assert "1 of 4" in answer(page)


async def test_a_server_that_is_set_up_is_told_nothing(server):
    await server.set_up()
    assert await welcomed(server) == []


async def test_a_welcome_that_discord_refused_comes_at_the_next_start(server):
    server.env.inject_error(
        *("POST", "/channels/*/messages"), status=403, code=50013, message="Missing Permissions"
    )
    assert await welcomed(server) == []
    assert len(await welcomed(server)) == 1


async def test_a_role_that_the_bot_may_not_ping_is_named(server):
    role = server.guild.create_role("Quiet")
    place = server.guild.create_text_channel(
        "place",
        overwrites={server.guild.default_role: discord.PermissionOverwrite(mention_everyone=False)},
    )
    page = await server.mo.slash(place, "speedrun-admin setup")
    page = await to_page(server, page, 2)
    page = await pick(server, page, "role", role)
    assert f"I may not ping <@&{role.id}>" in shown(page.response)
    page = await pick(server, page, "role")
    assert "I may not ping" not in shown(page.response)
    told = answer(await pick(server, page, "role", server.guild.default_role))
    assert "everyone is no role to ping" in told


async def test_each_schedule_is_checked_posted_and_played_by_itself(server):
    await server.set_up()
    other = server.guild.create_text_channel("evening")
    await server.mo.slash(server.channel, "speedrun-admin setup", schedule=2, channel=other)
    told = answer(await server.mo.slash(server.channel, "speedrun-admin check"))
    assert "**Schedule 1**" in told
    assert "**Schedule 2**" in told
    await server.mo.slash(server.channel, "speedrun-admin post")
    await server.mo.slash(server.channel, "speedrun-admin post", schedule=2)
    assert len(other.history()) == 1
    rounds = dict(await server.query("SELECT slot, id FROM rounds"))
    puzzle = await server.ada.slash(server.channel, "speedrun play")
    assert f":{rounds[2]}:" in buttons(puzzle.response)["A"]
    await server.ada.click(puzzle.response, custom_id=buttons(puzzle.response)["A"])
    puzzle = await server.ada.slash(server.channel, "speedrun play")
    assert f":{rounds[1]}:" in buttons(puzzle.response)["A"]
    told = answer(await server.mo.slash(server.channel, "speedrun-admin reveal", schedule=1))
    assert f"<#{server.channel.id}>" in told
    states = await server.query("SELECT slot, state FROM rounds ORDER BY slot")
    assert states == [(1, "revealed"), (2, "open")]


async def test_a_pause_until_a_day_ends_by_itself(server):
    await server.set_up()
    told = answer(await server.mo.slash(server.channel, "speedrun-admin pause", until="2026-01-03"))
    assert "<t:1767427200:F>" in told
    for until, why in (("2025-01-01", "is not ahead"), ("soon", "is no date")):
        told = answer(await server.mo.slash(server.channel, "speedrun-admin pause", until=until))
        assert why in told
    await server.at(40)
    assert server.posts("90 seconds") == []
    await server.at(18)
    assert len(server.posts("90 seconds")) == 1
