"""What members press and type, beyond the ordinary day."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.windows import Window

from .conftest import answer, buttons, shown
from .test_first_day import guess, position_of, press_start


@pytest.fixture
async def opened(server):
    """A server whose round has been posted by the moderator."""
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    return server


async def test_start_twice_shows_the_same_puzzle_with_the_clock_still_running(opened):
    first = await press_start(opened, opened.ada)
    await opened.env.advance_time(20)
    second = await press_start(opened, opened.ada)
    assert "Your clock was running already" in answer(second)
    assert buttons(first.response) == buttons(second.response)
    await opened.env.advance_time(10)
    assert "in 30" in answer(await guess(opened, opened.ada, second, right=True))


async def test_a_second_guess_counts_nothing_and_shows_the_first(opened):
    first = await press_start(opened, opened.ada)
    second = await press_start(opened, opened.ada)
    await guess(opened, opened.ada, first, right=True)
    told = answer(await guess(opened, opened.ada, second, right=False))
    assert "You have guessed in this round already; your first guess stands." in told
    assert "✅ Right" in told
    assert await opened.query("SELECT count(*), sum(is_right) FROM guesses") == [(1, 1)]


async def test_start_after_the_guess_shows_its_result(opened):
    await guess(opened, opened.ada, await press_start(opened, opened.ada), right=False)
    assert "your first guess stands" in answer(await press_start(opened, opened.ada))


async def test_two_presses_in_the_same_instant_are_one_guess(opened):
    from bot.core.errors import AlreadyGuessed
    from bot.services.playing import submit_guess

    await press_start(opened, opened.ada)
    position = await position_of(opened, opened.ada, right=True)
    [(round_id,)] = await opened.query("SELECT id FROM rounds")
    presses = [
        submit_guess(
            opened.app.db,
            opened.app.library,
            guild_id=opened.guild.id,
            round_id=round_id,
            player_id=opened.ada.id,
            position=position,
            at=opened.env.now(),
        )
        for _ in range(8)
    ]
    ended = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(result, AlreadyGuessed) for result in ended) == 7
    assert await opened.query("SELECT count(*), max(points) FROM guesses") == [(1, 200)]
    assert await opened.query("SELECT DISTINCT points, guesses FROM totals") == [(200, 1)]


async def test_members_see_the_options_in_their_own_order(opened):
    orders = set()
    for member in (opened.ada, opened.grace, opened.linus, opened.mo):
        orders.add(answer(await press_start(opened, member)).partition("**A**")[2])
    assert len(orders) > 1


async def test_the_hint_costs_points_and_shows_in_place(opened):
    puzzle = await press_start(opened, opened.ada)
    hint = buttons(puzzle.response)["Hint (costs 25 points)"]
    hinted = await opened.ada.click(puzzle.response, custom_id=hint)
    assert "**Hint:**" in shown(puzzle.response)
    assert hinted.acknowledged
    told = answer(await guess(opened, opened.ada, puzzle, right=True))
    assert "**175 points** in 0.0 s, hint taken" in told


async def test_code_as_text_shows_both_blocks_to_copy(opened):
    post = opened.posts("90 seconds")[0]
    told = answer(await opened.ada.click(post, custom_id=buttons(post)["Code as text"]))
    assert told.count("```py\n") == 2


async def test_another_pep_from_the_menu_is_unscored_practice(opened):
    post = opened.posts("90 seconds")[0]
    [(pep,)] = await opened.query("SELECT pep FROM rounds")
    lesson = opened.app.library.get(pep)
    choice = next(r.pep for r in lesson.related if opened.app.library.get(r.pep))
    [(round_id,)] = await opened.query("SELECT id FROM rounds")
    menu = f"speedrun:related:{round_id}"
    practice = await opened.ada.select(post, custom_id=menu, values=[str(choice)])
    assert "Practice: predict the output" in answer(practice)
    message = practice.response
    tried = await opened.ada.click(message, custom_id=buttons(message)["A"])
    assert "Practice: nothing was counted." in answer(tried)
    again = await opened.ada.click(message, custom_id=buttons(message)["B"])
    assert "Practice: nothing was counted." in answer(again)
    assert await opened.query("SELECT count(*) FROM guesses") == [(0,)]


async def test_practising_todays_pep_never_shows_the_puzzle_in_play(opened):
    [(pep, puzzle_id)] = await opened.query("SELECT pep, puzzle_id FROM rounds")
    told = answer(await opened.ada.slash(opened.channel, "speedrun play", pep=pep))
    prompt = opened.app.library.get(pep).puzzle(puzzle_id).prompt
    assert "Practice" in told
    assert prompt not in told


async def test_play_starts_todays_clock(opened):
    told = answer(await opened.ada.slash(opened.channel, "speedrun play"))
    assert "Your clock started" in told
    assert await opened.query("SELECT player_id FROM starts") == [(opened.ada.id,)]


async def test_play_completes_by_number_title_and_tag(opened):
    choices = await opened.ada.autocomplete(opened.channel, "speedrun play", "pep", "49")
    assert choices[0]["value"] == 492
    by_word = await opened.ada.autocomplete(opened.channel, "speedrun play", "pep", "async")
    assert 492 in [choice["value"] for choice in by_word]


async def test_every_window_of_the_leaderboard_is_one_press_away(opened):
    puzzle = await press_start(opened, opened.ada)
    result = await guess(opened, opened.ada, puzzle, right=True)
    board = await opened.ada.click(
        puzzle.response, custom_id=buttons(puzzle.response)["Today's leaderboard"]
    )
    assert result.acknowledged
    for window in Window:
        pressed = await opened.ada.click(board.response, custom_id=f"speedrun:window:{window}")
        assert pressed.acknowledged
        assert f"**1.** <@{opened.ada.id}> · **200**" in shown(board.response)


async def test_before_anyone_guessed_boards_and_records_say_so(opened):
    told = answer(await opened.ada.slash(opened.channel, "speedrun leaderboard"))
    assert "Nobody has guessed in this time yet" in told
    assert "You have not guessed here yet" in answer(
        await opened.ada.slash(opened.channel, "speedrun me")
    )


async def test_help_tells_the_rules(opened):
    told = answer(await opened.ada.slash(opened.channel, "speedrun help"))
    assert "One guess a round" in told


async def test_where_nothing_is_set_up_everything_says_what_to_do(server):
    for command in ("play", "leaderboard", "me"):
        told = answer(await server.ada.slash(server.channel, f"speedrun {command}"))
        assert "`/speedrun-admin setup`" in told


async def test_between_rounds_play_says_when_the_next_one_comes(server):
    await server.set_up()
    told = answer(await server.ada.slash(server.channel, "speedrun play"))
    assert "No speedrun is open here right now. The next one comes <t:" in told


async def test_an_edited_lesson_does_not_change_an_open_round(opened):
    from dataclasses import replace

    from bot.core.lessons import Library

    puzzle = await press_start(opened, opened.ada)
    [(pep,)] = await opened.query("SELECT pep FROM rounds")
    old = opened.app.library.get(pep)
    edited = replace(old, digest="another", puzzles=old.puzzles[:1], title="changed")
    library = Library({**opened.app.library.lessons, pep: edited})
    object.__setattr__(opened.app, "library", library)
    await opened.restart()
    assert "✅ Right" in answer(await guess(opened, opened.ada, puzzle, right=True))
