"""A moderator withdraws a round in Discord; roles are pinged and threads begun by the posts."""

from __future__ import annotations

import discord

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


async def asked(server, **options):
    return await server.mo.slash(server.channel, "speedrun-admin void", **options)


async def test_a_round_is_withdrawn_after_a_question_and_its_post_says_so(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    question = await asked(server)
    told = answer(question)
    assert "Withdraw this round?" in told
    assert "1 member loses the points of it, 200 in all" in told
    await server.restart()
    done = await server.mo.click(
        question.response, custom_id=buttons(question.response)["Withdraw it"]
    )
    assert "points, boards and streaks are as if it had not been" in shown(done.response)
    post = server.channel.history()[0]
    assert "A moderator withdrew this round." in shown(post)
    assert "Start the clock" not in "".join(buttons(post))
    assert await server.query("SELECT state FROM rounds") == [("void",)]
    assert await server.query("SELECT count(*) FROM totals") == [(0,)]
    assert await server.query("SELECT count(*) FROM streaks") == [(0,)]
    told = answer(await asked(server))
    assert "No speedrun is open" in told


async def test_the_reveal_of_a_withdrawn_round_says_so_too(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    question = await asked(server)
    await server.mo.click(question.response, custom_id=buttons(question.response)["Withdraw it"])
    assert not server.posts("The reveal of PEP")
    assert server.posts("The reveal of a round that a moderator withdrew")


async def test_a_round_is_kept_and_chosen_by_day(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    [choice] = await server.mo.autocomplete(
        server.channel, "speedrun-admin void", "round", "2026-01"
    )
    assert choice["name"].startswith("2026-01-01 · PEP")
    question = await asked(server, round=choice["value"])
    kept = await server.mo.click(question.response, custom_id=buttons(question.response)["Keep it"])
    assert "Nothing was changed." in shown(kept.response)
    assert await server.query("SELECT state, has_thread FROM rounds") == [("open", 0)]
    assert "do not have" in answer(await asked(server, round=404))


async def test_members_do_not_see_the_command(server):
    assert "speedrun-admin void" not in server.ada.available_commands(server.channel)


async def with_taste(server, **columns):
    await server.set_up()
    for name, value in columns.items():
        await server.app.db.write(
            lambda tx, name=name, value=value: tx.execute(
                f"UPDATE schedules SET {name} = ?1", value
            )
        )


async def test_a_post_pings_its_role_and_nothing_else(server):
    role = server.guild.create_role("Speedrunners")
    await with_taste(server, role_id=role.id)
    await server.mo.slash(server.channel, "speedrun-admin post")
    post = server.channel.history()[0]
    assert shown(post).startswith(f"<@&{role.id}>")
    [sent] = [
        request.json
        for request in server.env.http_requests
        if request.method == "POST" and request.path.endswith("/messages")
    ]
    assert sent["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    assert not sent.get("flags", 0) & discord.MessageFlags(suppress_notifications=True).value


async def test_a_post_begins_a_thread_named_after_its_pep(server):
    await with_taste(server, has_thread=1)
    await server.mo.slash(server.channel, "speedrun-admin post", pep=572)
    [thread] = server.channel.threads
    assert thread.name.startswith("PEP 572 · ")
    puzzle = await press_start(server, server.ada)
    await guess(server, server.ada, puzzle, right=True)
    url = f"https://discord.com/channels/{server.guild.id}/{thread.id}"
    assert buttons(puzzle.response)["Discuss"] == url


async def test_a_process_that_ended_before_the_thread_begins_it_when_it_finds_the_post(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post", pep=572)

    def forget(tx):
        tx.execute("UPDATE schedules SET has_thread = 1")
        tx.execute("UPDATE rounds SET state = 'reserved', message_id = NULL, opened_at = NULL")

    await server.app.db.write(forget)
    await server.restart()
    await server.at(0.1)
    [thread] = server.channel.threads
    assert thread.name.startswith("PEP 572 · ")
    assert len(server.posts("90 seconds")) == 1
    assert await server.query("SELECT state, has_thread FROM rounds") == [("open", 1)]


async def test_a_thread_that_an_unanswered_try_began_is_one(server):
    await with_taste(server, has_thread=1)
    server.env.inject_error(
        *("POST", "/channels/*/messages/*/threads"),
        status=400,
        code=160004,
        message="A thread has already been created for this message",
    )
    await server.mo.slash(server.channel, "speedrun-admin post")
    assert await server.query("SELECT state, has_thread FROM rounds") == [("open", 1)]


async def test_a_thread_that_discord_refuses_keeps_no_post_from_coming(server):
    await with_taste(server, has_thread=1)
    server.env.inject_error(
        *("POST", "/channels/*/messages/*/threads"),
        status=403,
        code=50013,
        message="Missing Permissions",
    )
    await server.mo.slash(server.channel, "speedrun-admin post")
    assert await server.query("SELECT state FROM rounds") == [("open",)]
