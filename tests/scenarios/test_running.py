"""Edit & run, /run, the message menu and Compare versions, in the real sandbox of this host."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.config import read_settings
from bot.services.options import set_option

from .conftest import answer, buttons, open_server, shown
from .test_first_day import guess, press_start


async def held(server):
    """The sandbox's self-test on the newest Python, which is what members then may choose."""
    newest = server.app.runner.interpreters()[-1]
    async with asyncio.timeout(60):
        [report] = await server.app.runner.self_test(newest)
    if report.way is None:
        pytest.skip(f"members' code is off on this host: {report.reason}")
    return str(newest)


@pytest.fixture
async def played(server):
    """Ada has guessed on the first round; her result is in `puzzle`."""
    server.python = await held(server)
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    server.puzzle = (puzzle := await press_start(server, server.ada)).response
    await guess(server, server.ada, puzzle, right=True)
    return server


async def press(server, label, member=None):
    member = member or server.ada
    return await member.click(server.puzzle, custom_id=buttons(server.puzzle)[label])


def fields(form, code=None, **changes):
    """The form as its member sends it back."""
    boxes = {box["custom_id"]: box for box in (row["component"] for row in form["components"])}
    chosen = next(each["value"] for each in boxes["python"]["options"] if each.get("default"))
    return {"code": code or boxes["code"].get("value", ""), "python": [chosen], **changes}


async def edit_and_run(server, member, opened, code=None, **changes):
    filled = fields(opened.modal, code, **changes)
    return await member.submit_modal(opened, filled)


async def test_after_the_guess_the_snippet_is_edited_and_run_privately(played):
    opened = await press(played, "Edit & run")
    [(stdout, exception)] = await played.query("SELECT stdout, exception FROM rounds")
    result = await edit_and_run(played, played.ada, opened)
    told = answer(result)
    assert f"Your run · Python {played.python}" in told
    assert stdout.splitlines()[0] in told if stdout else exception in told

    again = await played.ada.click(
        result.response, custom_id=buttons(result.response)["Edit again"]
    )
    failed = await edit_and_run(
        played, played.ada, again, "def f(n):\n    return 1 / n\n\nprint('before')\nf(0)\n"
    )
    told = answer(failed)
    assert "❌ Ended with ZeroDivisionError." in told
    assert "It printed:\n```\nbefore\n```" in told
    assert 'File "main.py", line 2, in f' in told
    assert "sandbox" not in told
    # The next form goes on from there; nobody else in the channel saw any of it.
    third = await press(played, "Edit & run")
    assert "f(0)" in fields(third.modal)["code"]
    assert not played.posts("Your run")


async def test_input_is_read_and_what_is_printed_can_not_break_out(played):
    opened = await played.grace.slash(played.channel, "run")
    code = "print(input()[::-1], '``` @everyone <@1> \\u202e')"
    told = answer(await edit_and_run(played, played.grace, opened, code, input="olleh"))
    assert "hello" in told
    assert "@everyone" not in told
    assert "<@1>" not in told
    assert told.count("```") == 2


async def test_a_run_that_never_ends_is_stopped_and_said_so(settings):
    # The kernel counts this second; the simulated Discord's clock, and timers on it, stand still.
    quick = replace(settings.sandbox.member, cpu_ms=1_000)
    given = replace(settings, sandbox=replace(settings.sandbox, member=quick))
    async with open_server(given) as server:
        await held(server)
        await server.set_up()
        opened = await server.ada.slash(server.channel, "run")
        code = "print('on', flush=True)\nwhile True: pass"
        told = answer(await edit_and_run(server, server.ada, opened, code))
        assert "⏹ Stopped: it computed for more than 1.0 s." in told
        assert "```\non\n```" in told


async def test_before_the_guess_nothing_runs_by_any_door(played):
    puzzle = await press_start(played, played.grace)
    assert not {"Edit & run", "Compare versions"} & set(buttons(puzzle.response))
    opened = await played.grace.slash(played.channel, "run")
    [code] = [block for block in shown(puzzle.response).split("```") if block.startswith("py\n")]
    told = answer(await edit_and_run(played, played.grace, opened, code.removeprefix("py\n")))
    assert "Guess on that puzzle first" in told


async def test_the_buttons_work_after_a_restart(played):
    await played.restart()
    result = await edit_and_run(played, played.ada, await press(played, "Edit & run"), "print(6*7)")
    assert "```\n42\n```" in answer(result)
    assert "**Python" in answer(await press(played, "Compare versions"))


async def test_versions_are_compared_on_every_python_of_the_host(played):
    told = answer(await press(played, "Compare versions"))
    pythons = [str(each) for each in played.app.sandbox.interpreters()]
    assert pythons[0] in told
    assert pythons[-1] in told


async def test_where_the_self_test_has_not_held_there_is_no_button_and_a_reason(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    puzzle = await press_start(server, server.ada)
    await guess(server, server.ada, puzzle, right=True)
    assert "Edit & run" not in buttons(puzzle.response)
    told = answer(await server.ada.slash(server.channel, "run"))
    assert "test my sandbox before anybody's code runs in it" in told


async def test_a_server_may_switch_it_off(played):
    await set_option(played.app.db, played.guild.id, "has_running", "off", played.env.now())
    for label in ("Edit & run", "Compare versions"):
        assert "switched off in this server" in answer(await press(played, label))
    told = answer(await played.grace.slash(played.channel, "run"))
    assert "switched off in this server" in told


async def test_the_operator_may_switch_it_off_for_the_whole_bot(tmp_path):
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "MEMBER_CODE": "off"}
    async with open_server(read_settings(environ, needs_token=False)) as server:
        await server.app.runner.self_test(server.app.runner.interpreters()[-1])
        told = answer(await server.ada.slash(server.channel, "run"))
        assert "switched off on this bot" in told


async def test_a_message_s_code_block_is_run_where_the_server_switched_that_on(played):
    message = await played.linus.send(played.channel, "try ```py\nprint('from', 'afar')\n``` this")
    menu = (played.channel, "Run this Python", message)
    assert "`has_run_menu`" in answer(await played.grace.context_menu(*menu))
    await set_option(played.app.db, played.guild.id, "has_run_menu", "on", played.env.now())
    assert "```\nfrom afar\n```" in answer(await played.grace.context_menu(*menu))
    plain = await played.linus.send(played.channel, "no code")
    told = answer(await played.grace.context_menu(played.channel, "Run this Python", plain))
    assert "no Python to run" in told


async def test_a_member_who_runs_too_often_is_told_when_to_come_back(played):
    most = played.app.settings.sandbox.runs_a_minute[0]
    for number in range(most):
        opened = await played.grace.slash(played.channel, "run")
        told = answer(await edit_and_run(played, played.grace, opened, f"print({number})"))
        assert "It ran to its end" in told
    opened = await played.grace.slash(played.channel, "run")
    told = answer(await edit_and_run(played, played.grace, opened, "print('more')"))
    assert f"You have used your {most} runs of this minute. Try again in 60 s." in told
    await played.env.advance_time(61)
    opened = await played.grace.slash(played.channel, "run")
    assert "more" in answer(await edit_and_run(played, played.grace, opened, "print('more')"))
