"""The bot in a direct message: what needs no server works, and the rest says where it does."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons


@pytest.fixture
async def solo(server):
    """Somebody who shares no server with the bot, and has it installed for themselves."""
    return server.env.create_user("solo")


async def test_a_pep_can_be_practised_alone_and_after_a_restart(server, solo):
    practice = await solo.slash("speedrun play", pep=492)
    assert "Practice: predict the output" in answer(practice)
    message = practice.response
    tried = await solo.click(message, custom_id=buttons(message)["A"])
    assert "Practice: nothing was counted." in answer(tried)
    await server.restart()
    again = await solo.click(message, custom_id=buttons(message)["B"])
    assert "Practice: nothing was counted." in answer(again)
    menu = next(c for c in ids(tried.response) if ":related:" in c)
    [value, *_] = choices(tried.response, menu)
    other = await solo.select(tried.response, custom_id=menu, values=[value])
    assert "Practice: predict the output" in answer(other)


async def test_peps_complete_there_and_help_is_told(solo):
    choices = await solo.autocomplete("speedrun play", "pep", "async")
    assert 492 in [choice["value"] for choice in choices]
    assert "One guess a round" in answer(await solo.slash("speedrun help"))


async def test_what_belongs_to_a_server_says_so(solo):
    for command in ("play", "leaderboard", "me"):
        assert "That belongs to a server" in answer(await solo.slash(f"speedrun {command}"))


async def test_moderators_commands_are_not_offered_there(server, solo):
    await server.set_up()
    assert not [name for name in solo.available_commands() if name.startswith("speedrun-admin")]


async def test_what_is_open_where_one_plays_is_not_told_in_private(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await server.at(32.5)
    # A second day: Ada started yesterday, and today's puzzle is new to her.
    [(pep, puzzle_id)] = await server.query("SELECT pep, puzzle_id FROM rounds WHERE id = 2")
    await server.app.db.write(
        lambda tx: tx.execute(
            "INSERT INTO starts (round_id, player_id, started_at) VALUES (1, ?1, 0)", server.ada.id
        )
    )
    prompt = server.app.library.get(pep).puzzle(puzzle_id).prompt
    told = answer(await server.ada.user.slash("speedrun play", pep=pep))
    assert prompt not in told


async def test_the_group_can_be_installed_by_a_user_and_the_moderators_cannot(server):
    groups = {c.name: c.to_dict(server.env.bot.tree) for c in server.env.bot.tree.get_commands()}
    assert groups["speedrun"]["integration_types"] == [0, 1]
    assert groups["speedrun"]["contexts"] == [0, 1, 2]
    assert groups["speedrun-admin"]["dm_permission"] is False


def ids(message):
    from .conftest import walk

    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    return [item["custom_id"] for item in walk(raw) if item.get("custom_id")]


def choices(message, custom_id):
    from .conftest import walk

    raw = [item if isinstance(item, dict) else item.to_dict() for item in message.components]
    [menu] = [item for item in walk(raw) if item.get("custom_id") == custom_id]
    return [option["value"] for option in menu["options"]]
