"""A member suggests a puzzle, a moderator approves it, it comes up; across a restart too."""

from __future__ import annotations

import pytest

from bot.services.own_lessons import add_own_lesson, guild_library, own_lesson

from .conftest import answer, buttons, shown
from .test_first_day import guess

FIELDS = {
    "pep": "572",
    "prompt": "The basket is weighed once. What is printed?",
    "code": (
        "basket = ['plum', 'pear', 'fig']\n"
        "if (weight := len(basket)) > 2:\n"
        "    print(weight * 2)\n"
        "print(weight)\n"
    ),
    "options": (
        "6\\n3 | The name is bound to 3, and lives on after the if.\n"
        "6\\nTrue | This takes the comparison for the value: the brackets end before it.\n"
        "raises: NameError | The name would have to end with the if; there is no such scope."
    ),
    "notes": "What do the brackets hold?\nThe walrus binds what stands right of it in there.",
}


@pytest.fixture
async def proven(server):
    """The sandbox has been shown to hold for the newest Python."""
    newest = server.app.runner.interpreters()[-1]
    [report] = await server.app.runner.self_test(newest)
    if report.way is None:
        pytest.skip("this host's sandbox does not hold for members' code")
    await server.set_up()
    return server


async def suggest(server, **fields):
    form = await server.ada.slash(server.channel, "speedrun suggest")
    return await server.ada.submit_modal(form, FIELDS | fields)


async def waiting(server):
    return await server.mo.slash(server.channel, "speedrun-admin suggestions")


async def press(server, page, name):
    return await server.mo.click(page.response, custom_id=buttons(page.response)[name])


async def test_an_approved_suggestion_is_in_play_and_exported_and_its_author_hears(proven):
    assert "the moderators have it" in answer(await suggest(proven))
    page = await waiting(proven)
    told = shown(page.response)
    assert "The sandbox ran it on Python" in told
    assert "✔ **A**" in told
    [words] = page.followups
    assert "What do the brackets hold?" in shown(words)
    await proven.restart()
    done = await press(proven, page, "Approve")
    assert "lesson on PEP 572 has it now" in answer(done)
    [letter] = proven.ada.user.dm_channel.history()
    assert "approved your puzzle" in shown(letter)
    assert not (await proven.ada.slash(proven.channel, "speedrun help")).followups
    assert "No suggestion waits" in answer(await waiting(proven))
    guild_id, client = proven.guild.id, proven.env.bot
    ours = proven.app.library.get(572)
    [made] = [
        puzzle
        for puzzle in (await guild_library(client.ctx, guild_id)).get(572).puzzles
        if ours.puzzle(puzzle.id) is None
    ]
    assert made.options[0].misconception is None
    assert all(option.misconception for option in made.options[1:])
    # The exported file is a lesson by all the rules, as one that was uploaded.
    own = await own_lesson(proven.app.db, guild_id, 572)
    again = await add_own_lesson(
        proven.app.db, proven.app.workbench, guild_id, own.source.encode(), proven.env.now()
    )
    assert again.lesson.puzzles == own.lesson.puzzles
    await proven.app.db.write(
        lambda tx: [
            tx.execute(
                "INSERT INTO guild_set_aside (guild_id, puzzle_id, set_aside_at) "
                "VALUES (?1, ?2, 0)",
                guild_id,
                puzzle.id,
            )
            for puzzle in ours.puzzles
        ]
    )
    await proven.mo.slash(proven.channel, "speedrun-admin post", pep=572)
    assert (made.id,) in await proven.query("SELECT puzzle_id FROM rounds WHERE pep = 572")
    puzzle = await proven.ada.slash(proven.channel, "speedrun play")
    assert "You suggested this puzzle: your guess earns no points" in answer(puzzle)
    assert "Right earns" in answer(await proven.grace.slash(proven.channel, "speedrun play"))
    told = answer(await guess(proven, proven.ada, puzzle, right=True))
    assert "**0 points**" in told
    assert "so it earns you no points" in told


async def test_a_closed_inbox_is_told_after_the_next_command(proven, monkeypatch):
    from bot.discord_app.presses import suggesting

    async def closed(*_):
        return False

    monkeypatch.setattr(suggesting, "send_direct", closed)
    await suggest(proven)
    assert "declined" in answer(await press(proven, await waiting(proven), "Decline"))
    [notice] = (await proven.ada.slash(proven.channel, "speedrun help")).followups
    assert "declined your puzzle" in shown(notice)
    assert not (await proven.ada.slash(proven.channel, "speedrun help")).followups


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"options": "7 | So.\n8 | So.\n9 | So."}, "one-true-option"),
        ({"options": "6\\n3 | So.\n7 | So."}, "list-length"),
        ({"code": "import os\nwhile True:\n    pass\n"}, "timeout"),
        ({"code": "x = 1\nprint(x\nprint(3)\n"}, "one-true-option"),
        ({"options": "7 | So"}, "list-length"),
        ({"prompt": "@everyone\x00 " + "x" * 280}, "Not yet"),
        ({"pep": "9999"}, "no lesson on that PEP"),
        ({"options": "7"}, "does not say why"),
    ],
)
async def test_what_is_wrong_is_told_at_once_and_nothing_kept(proven, fields, told):
    result = await suggest(proven, **fields)
    shown_ = " ".join([answer(result), *map(shown, result.followups)])
    assert told in shown_
    assert await proven.query("SELECT count(*) FROM suggestions") == [(0,)]


async def test_where_the_sandbox_was_not_shown_to_hold_nothing_is_run(server):
    await server.set_up()
    result = await suggest(server)
    told = " ".join([answer(result), *map(shown, result.followups)])
    assert "sandbox" in told
    assert await server.query("SELECT count(*) FROM suggestions") == [(0,)]


async def test_members_neither_see_nor_judge_suggestions(proven):
    names = proven.ada.available_commands(proven.channel)
    assert "speedrun-admin suggestions" not in names
    assert "speedrun suggest" in names
