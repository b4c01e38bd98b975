"""What moderators type, and what Discord refuses."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


async def test_members_do_not_see_the_moderators_commands(server):
    assert "speedrun-admin setup" in server.mo.available_commands(server.channel)
    visible = server.ada.available_commands(server.channel)
    assert "speedrun play" in visible
    assert not [name for name in visible if name.startswith("speedrun-admin")]


async def test_nobody_steers_a_bot_that_only_a_member_brought_along(server):
    [group] = [c for c in server.env.bot.tree.get_commands() if c.name == "speedrun-admin"]
    payload = group.to_dict(server.env.bot.tree)
    assert payload["integration_types"] == [0]
    assert payload["dm_permission"] is False


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"time": "25:00"}, "**time**: '25:00' is not a time of day. Please write it as 09:00"),
        ({"timezone": "Mars/Base"}, "**timezone**: 'Mars/Base' is not a time zone"),
        ({"timezone": "../../etc/passwd"}, "is not a time zone"),
        ({"weekdays": "someday"}, "**weekdays**: 'someday' names no day"),
    ],
)
async def test_a_wrong_setting_is_named_with_a_way_out_and_nothing_is_saved(
    server, options, expected
):
    told = answer(await server.set_up(**options))
    assert expected in told.replace("\\", "")
    assert await server.query("SELECT count(*) FROM schedules") == [(0,)]


async def test_set_up_again_keeps_what_is_left_out(server):
    other = server.guild.create_text_channel("elsewhere")
    await server.set_up(channel=other, weekdays="mon, fri", open_hours=5)
    told = answer(await server.mo.slash(server.channel, "speedrun-admin setup", timezone="UTC"))
    assert f"<#{other.id}>" in told
    assert "09:00, UTC, Mon, Fri" in told
    assert "for 5 h" in told


async def test_time_zones_complete_by_city(server):
    choices = await server.mo.autocomplete(
        server.channel, "speedrun-admin setup", "timezone", "new yo"
    )
    assert choices[0]["value"] == "America/New_York"
    assert "now 19:00" in choices[0]["name"]


async def test_weekdays_and_open_hours_are_kept(server):
    # 2026-01-01 is a Thursday.
    await server.set_up(weekdays="mon", open_hours=2)
    await server.at(4 * 24 + 8.2)
    [post] = server.posts("90 seconds")
    assert post.created_at.strftime("%A") == "Monday"
    await server.at(2)
    assert len(server.posts("The reveal")) == 1
    await server.at(24)
    assert len(server.posts("90 seconds")) == 1


async def test_pause_posts_nothing_and_resume_owes_nothing(server):
    await server.set_up()
    assert "Paused: nothing is posted" in answer(
        await server.mo.slash(server.channel, "speedrun-admin pause")
    )
    await server.at(9)
    assert server.channel.last_message is None
    told = answer(await server.mo.slash(server.channel, "speedrun-admin resume"))
    assert "Next speedrun: <t:1767340800:F>" in told
    await server.at(2)
    assert server.channel.last_message is None
    await server.at(22)
    assert len(server.posts("90 seconds")) == 1


async def test_post_now_takes_a_pep_and_a_second_one_is_refused(server):
    await server.set_up()
    told = answer(await server.mo.slash(server.channel, "speedrun-admin post", pep=572))
    assert "Posted PEP 572" in told
    assert "PEP 572 in 90 seconds" in shown(server.channel.last_message)
    again = answer(await server.mo.slash(server.channel, "speedrun-admin post"))
    assert "is posted already: https://discord.com/channels/" in again
    await server.at(9)
    assert len(server.posts("90 seconds")) == 1


async def test_post_of_a_pep_without_a_lesson_says_so(server):
    await server.set_up()
    told = answer(await server.mo.slash(server.channel, "speedrun-admin post", pep=9999))
    assert "I have no lesson on that PEP" in told
    assert await server.query("SELECT count(*) FROM rounds") == [(0,)]


async def test_preview_shows_the_next_post_and_its_puzzle_to_the_moderator_alone(server):
    await server.set_up()
    result = await server.mo.slash(server.channel, "speedrun-admin preview")
    post, puzzle = (
        result.followups[-2:]
        if len(result.followups) > 1
        else (
            result.response,
            result.followups[0],
        )
    )
    assert post.ephemeral
    assert puzzle.ephemeral
    title = next(line for line in shown(post).splitlines() if line.startswith("# PEP"))
    assert "Practice: predict the output" in shown(puzzle)
    assert server.channel.history() == []
    await server.mo.slash(server.channel, "speedrun-admin post")
    assert title in shown(server.channel.last_message)


async def test_reveal_now_ends_the_round_and_shows_it(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    puzzle = await press_start(server, server.ada)
    assert "Revealed in" in answer(await server.mo.slash(server.channel, "speedrun-admin reveal"))
    assert len(server.posts("The reveal")) == 1
    assert "is over" in answer(await guess_any(server, puzzle))
    told = answer(await server.mo.slash(server.channel, "speedrun-admin reveal"))
    assert "No speedrun is open here right now" in told


async def guess_any(server, puzzle):
    return await server.ada.click(puzzle.response, custom_id=buttons(puzzle.response)["A"])


async def test_check_names_the_permission_that_is_missing_and_where_to_find_it(server):
    await server.set_up()
    assert "Nothing is missing" in answer(
        await server.mo.slash(server.channel, "speedrun-admin check")
    )
    import discord

    closed = server.guild.create_text_channel(
        "closed",
        overwrites={server.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    told = answer(await server.set_up(channel=closed))
    assert f"I lack **Send Messages** in <#{closed.id}>" in told
    await server.at(9)
    told = answer(await server.mo.slash(server.channel, "speedrun-admin check"))
    assert "I lack **Send Messages**" in told
    assert "waits after 2 failed tries" in told


async def test_a_refused_post_comes_by_itself_once_the_cause_is_gone(server):
    await server.set_up()
    server.env.inject_error(
        *("POST", "/channels/*/messages"),
        status=403,
        code=50013,
        message="Missing Permissions",
        times=2,  # with its picture, and without
    )
    await server.at(8.2)
    assert server.posts("90 seconds") == []
    await server.at(2)
    assert len(server.posts("90 seconds")) == 1


async def test_a_crash_between_the_post_and_its_record_makes_no_second_post(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    # As if the process had died before it could record the post.
    await server.app.db.write(
        lambda tx: tx.execute(
            "UPDATE rounds SET state = 'reserved', message_id = NULL, opened_at = NULL"
        )
    )
    await server.restart()
    await server.at(1.1)
    assert len(server.posts("90 seconds")) == 1
    assert await server.query("SELECT state FROM rounds") == [("open",)]
    puzzle = await press_start(server, server.ada)
    assert "Right" in answer(await guess(server, server.ada, puzzle, right=True))


async def test_a_crash_between_the_reveal_and_its_record_makes_no_second_reveal(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    await server.app.db.write(
        lambda tx: tx.execute("UPDATE rounds SET state = 'scored', reveal_message_id = NULL")
    )
    await server.restart()
    await server.at(1.1)
    assert len(server.posts("The reveal")) == 1
    assert await server.query("SELECT state FROM rounds") == [("revealed",)]
    assert await server.query("SELECT DISTINCT points FROM totals") == [(200,)]


async def test_a_restart_does_not_sync_unchanged_commands(server):
    await server.restart()
    puts = [r for r in server.env.http_requests if r.method == "PUT" and "commands" in r.path]
    assert len(puts) == 1


async def test_check_names_the_puzzles_that_were_set_aside(server):
    await server.set_up()
    lesson = next(iter(server.app.library))
    puzzle = lesson.puzzles[0]
    await server.app.db.write(
        lambda tx: tx.execute(
            "INSERT INTO puzzles_set_aside VALUES (?1, ?2, 'printed 4', 0)",
            puzzle.id,
            lesson.digest,
        )
    )
    told = answer(await server.mo.slash(server.channel, "speedrun-admin check"))
    assert f"none of the options: {puzzle.id}." in told


async def test_check_answers_before_it_asks_discord(server, monkeypatch):
    from bot.discord_app.commands import admin

    answered = []

    async def look(interaction, *_, **__):
        answered.append(interaction.response.is_done())
        return []

    monkeypatch.setattr(admin, "channel_problems", look)
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin check")
    assert answered == [True]
