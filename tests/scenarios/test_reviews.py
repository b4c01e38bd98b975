"""What was missed comes back: in the server, in a direct message, and as a file."""

from __future__ import annotations

import csv
import io

import pytest

from bot.core.rounds import option_order, practice_seed

from .conftest import answer, buttons, shown
from .test_first_day import guess, press_start


@pytest.fixture
async def missed(server):
    """Ada missed the first round; two days have passed."""
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    await guess(server, server.ada, await press_start(server, server.ada), right=False)
    await server.at(49)
    return server


async def press(server, message, *, right):
    """Press the button of a right, or of a wrong, answer to a review."""
    custom_id = buttons(message)["A"]
    pep, puzzle_id = int(custom_id.split(":")[2]), custom_id.split(":")[3]
    puzzle = server.app.library.get(pep).puzzle(puzzle_id)
    python = max(v for v in server.app.sandbox.interpreters() if v in puzzle.python)
    from bot.sandbox.limits import AUTHORED

    needs = frozenset(puzzle.needs)
    run = await server.app.sandbox.run(
        puzzle.code, AUTHORED, python, stdin=puzzle.stdin, needs=needs
    )
    truth = puzzle.true_option(run)
    order = option_order(practice_seed(puzzle_id), server.ada.id, len(puzzle.options))
    position = next(p for p, index in enumerate(order) if (index == truth) is right)
    return await server.ada.user.click(message, custom_id=buttons(message)["ABCD"[position]])


async def test_in_a_direct_message_a_missed_pep_comes_back_is_answered_and_comes_later(missed):
    review = await missed.ada.user.slash("speedrun review")
    told = answer(review)
    assert "Review: predict the output" in told
    assert "1 of 3 today." in told
    [(pep,)] = await missed.query("SELECT pep FROM rounds ORDER BY id LIMIT 1")
    assert f"PEP {pep} ·" in told
    await missed.restart()
    again = await missed.ada.user.slash("speedrun review")
    assert buttons(again.response) == buttons(review.response)
    result = await press(missed, review.response, right=True)
    assert result.acknowledged
    assert "Right at once: it comes back <t:" in shown(review.response)
    twice = await press(missed, again.response, right=False)
    assert twice.acknowledged
    assert "answered before, so nothing was changed" in shown(again.response)
    nothing = await missed.ada.user.click(
        review.response, custom_id=buttons(review.response)["Next review"]
    )
    assert "The next PEP comes back <t:" in answer(nothing)
    assert await missed.query("SELECT count(*) FROM guesses") == [(1,)]


async def test_in_the_server_too_and_the_hint_makes_it_hard(missed):
    review = await missed.ada.slash(missed.channel, "speedrun review")
    message = review.response
    await missed.ada.click(message, custom_id=buttons(message)["Hint"])
    assert "**Hint:**" in shown(message)
    await missed.restart()
    custom_id = next(v for k, v in buttons(message).items() if k == "A")
    assert custom_id.startswith("speedrun:review:")
    assert await missed.query("SELECT has_hint FROM reviews") == [(1,)]


async def test_what_others_missed_is_nobody_else_s_review(missed):
    await missed.ada.slash(missed.channel, "speedrun review")
    told = answer(await missed.grace.slash(missed.channel, "speedrun review"))
    assert "You have missed nothing yet" in told
    assert await missed.query("SELECT DISTINCT player_id FROM reviews") == [(missed.ada.id,)]


@pytest.mark.parametrize("form", ["anki", "csv"])
async def test_what_was_missed_is_exported_as_a_private_file(missed, form):
    result = await missed.ada.user.slash("speedrun export", format=form)
    assert "The puzzle that you missed, as a file." in answer(result)
    data = (await result.response.attachments[0].read()).decode("utf-8-sig")
    [(pep, puzzle_id)] = await missed.query("SELECT pep, puzzle_id FROM rounds WHERE id = 1")
    if form == "anki":
        [note] = [line for line in data.splitlines() if not line.startswith("#")]
        assert note.split("\t")[0] == puzzle_id
    else:
        [row] = csv.DictReader(io.StringIO(data))
        assert row["pep"] == str(pep)


async def test_who_missed_nothing_gets_no_file(missed):
    told = answer(await missed.grace.slash(missed.channel, "speedrun export", format="csv"))
    assert "nothing to export" in told
