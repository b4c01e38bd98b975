"""A moderator looks at what comes next, moves it, skips it, asks for something else."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons, shown


async def show(server):
    return await server.mo.slash(server.channel, "speedrun-admin queue show")


def menu_of(message):
    from .conftest import walk

    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    return next(item for item in walk(raw) if item.get("type") == 3)


def peps(text):
    import re

    return [int(number) for number in re.findall(r"PEP (\d+),", text)]


async def choose(server, result, index):
    menu = menu_of(result.response)
    return await server.mo.select(
        result.response, custom_id=menu["custom_id"], values=[menu["options"][index]["value"]]
    )


async def press(server, result, label):
    return await server.mo.click(result.response, custom_id=buttons(result.response)[label])


async def test_the_list_says_what_comes_and_it_comes(server):
    await server.set_up()
    told = answer(await show(server))
    assert told.count("difficulty") == 7
    assert "on Python 3." in told
    await server.at(9)
    assert f"PEP {peps(told)[0]} in 90 seconds" in shown(server.posts("90 seconds")[0])


async def test_pages_turn_after_a_restart_too(server):
    await server.set_up()
    first = await show(server)
    one = peps(answer(first))
    await server.restart()
    second = await press(server, first, "Later on")
    two = peps(answer(second))
    assert len(set(one + two)) == 14
    again = await press(server, second, "Sooner")
    assert peps(answer(again)) == one


async def test_a_day_is_moved_and_skipped(server):
    await server.set_up()
    listed = await show(server)
    first, second, third, *_ = peps(answer(listed))
    day = await choose(server, listed, 0)
    assert "A day earlier" not in buttons(day.response)
    await server.restart()
    moved = await press(server, day, "A day later")
    assert f"📌 PEP {first}," in answer(moved)
    assert answer(moved).count("difficulty") == 1
    assert "A day earlier" in buttons(moved.response)
    back = await press(server, moved, "Back to the list")
    assert peps(answer(back))[:3] == [second, first, third]
    await press(server, await choose(server, back, 0), "Skip it")
    now = peps(answer(await show(server)))
    assert now[1] == first
    assert second not in now


async def test_a_day_is_looked_at_privately(server):
    await server.set_up()
    day = await choose(server, await show(server), 1)
    looked = await press(server, day, "Look at it")
    texts = [shown(message) for message in [looked.response, *looked.followups] if message]
    assert any("Preview: only you see this" in text for text in texts)
    assert any("predict the output" in text for text in texts)
    assert server.channel.history() == []


async def test_a_stale_day_says_that_the_plan_changed(server):
    await server.set_up()
    day = await choose(server, await show(server), 0)
    await press(server, await choose(server, await show(server), 0), "Skip it")
    assert "has changed meanwhile" in answer(await press(server, day, "A day later"))


async def test_a_pep_is_planned_for_a_day_and_posted_then(server):
    await server.set_up()
    choices = await server.mo.autocomplete(
        server.channel, "speedrun-admin queue insert", "date", "2026-01-02"
    )
    assert [choice["value"] for choice in choices] == ["2026-01-02"]
    told = answer(
        await server.mo.slash(
            server.channel, "speedrun-admin queue insert", pep=572, date="2026-01-02"
        )
    )
    assert "📌 PEP 572" in told
    await server.at(9)
    await server.at(24)
    assert "PEP 572 in 90 seconds" in shown(server.posts("90 seconds")[-1])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"pep": 572, "date": "tomorrow"}, "is no date"),
        ({"pep": 572, "date": "2020-01-01"}, "nothing is posted then"),
        ({"pep": 9999}, "I have no lesson on that PEP"),
        ({"pep": 572, "schedule": 5}, "there is no schedule 5"),
    ],
)
async def test_what_can_t_be_planned_says_why(server, options, expected):
    await server.set_up()
    told = answer(await server.mo.slash(server.channel, "speedrun-admin queue insert", **options))
    assert expected in told.replace("\\", "")


async def test_beginners_on_mondays(server):
    await server.set_up()
    [topic, *_] = await server.mo.autocomplete(
        server.channel, "speedrun-admin queue choose", "topic", "typing"
    )
    await server.mo.slash(
        server.channel, "speedrun-admin queue choose", weekdays="daily", topic=topic["value"]
    )
    told = answer(
        await server.mo.slash(
            server.channel, "speedrun-admin queue choose", weekdays="mon", level="beginner"
        )
    )
    assert "Saved" in told
    lines = answer(await show(server)).splitlines()
    monday = next(i for i, line in enumerate(lines) if line.startswith("**Mon"))
    assert "beginner" in lines[monday + 1]
    told = answer(
        await server.mo.slash(
            server.channel, "speedrun-admin queue choose", weekdays="daily", topic="no such"
        )
    )
    assert "no lesson is on" in told


async def test_members_see_none_of_it(server):
    names = server.ada.available_commands(server.channel)
    assert not [name for name in names if "queue" in name]
