"""What was missed comes back, spaced, on another puzzle, at most three a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import UnknownOption
from bot.core.reading import reading_ms
from bot.core.reviews import Grade, NothingToReview, ReviewPuzzle
from bot.core.rounds import option_order, practice_seed
from bot.services.moderating import post_now, reveal_now
from bot.services.reviewing import answer_review, next_review, take_review_hint
from bot.storage.own_lessons import insert_own
from bot.storage.reviews import load_card, mark_offered, save_card
from tests.doubles import GUILD, RIGHT, a_lesson, at

PLAYER = 11
DAY = timedelta(days=1)


@pytest.fixture
async def missed(world):
    """The player missed PEPs 8, 20 and 484 on three days; it is the fourth."""
    await world.set_up()
    for day in (2, 3, 4):
        await world.tick(f"2026-03-{day:02} 09:00")
        await guess(world, day - 1, f"2026-03-{day:02} 10:00", right=False)
    await world.tick("2026-03-05 09:00")
    return world


async def guess(world, round_id, when, *, right):
    """A guess as it is stored; its rules are tested elsewhere."""

    def work(tx):
        tx.execute(
            "INSERT INTO guesses (round_id, player_id, option_index, is_right, elapsed_ms, points, "
            "has_hint, guessed_at) VALUES (?1, ?2, 0, ?3, 1000, 0, 0, ?4)",
            round_id,
            PLAYER,
            int(right),
            int(at(when).timestamp() * 1000),
        )

    await world.db.write(work)


async def review(world, when, guild_id=None):
    moment = at(when) if isinstance(when, str) else when
    return await next_review(world.ctx, guild_id, PLAYER, moment)


def position(puzzle, option):
    return option_order(practice_seed(puzzle.id), PLAYER, len(puzzle.options)).index(option)


async def answer(world, offered, when, *, option=RIGHT):
    puzzle = offered.practice.puzzle
    return await answer_review(
        world.ctx,
        None,
        PLAYER,
        pep=offered.practice.lesson.pep,
        puzzle_id=puzzle.id,
        position=position(puzzle, option),
        at=at(when) if isinstance(when, str) else when,
    )


async def cards(world):
    peps = (8, 20, 484)
    found = await world.db.read(lambda tx: [load_card(tx, PLAYER, pep) for pep in peps])
    return {card.pep: card for card in found if card is not None}


async def test_who_missed_nothing_has_nothing_to_review(world):
    assert await review(world, "2026-03-05 12:00") == NothingToReview(0, 0, None)


async def test_a_miss_comes_back_a_day_later_on_another_puzzle(missed):
    [(pep, puzzle_id)] = await missed.db.read(
        lambda tx: [tuple(r) for r in tx.all("SELECT pep, puzzle_id FROM rounds WHERE id = 1")]
    )
    early = await review(missed, "2026-03-03 09:59")
    assert early == NothingToReview(0, 0, at("2026-03-03 10:00"))
    offered = await review(missed, "2026-03-03 10:00")
    assert offered.practice.lesson.pep == pep
    assert offered.practice.puzzle.id != puzzle_id
    assert (offered.number, offered.waiting) == (1, 0)


async def test_the_same_puzzle_comes_where_the_pep_has_no_other(world):
    world.sees(a_lesson(8, ("one",)), a_lesson(20))
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    [(pep,)] = await world.db.read(
        lambda tx: [tuple(r) for r in tx.all("SELECT pep FROM rounds WHERE id = 1")]
    )
    await guess(world, 1, "2026-03-02 10:00", right=False)
    world.sees(a_lesson(pep, ("one",)))
    await world.tick("2026-03-03 09:00")
    await world.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'revealed'"))
    offered = await review(world, "2026-03-04 10:00")
    assert offered.practice.puzzle.id == f"{pep}-one"


async def test_a_right_guess_and_a_voided_round_make_no_card(world):
    await world.set_up()
    await world.tick("2026-03-02 09:00")
    await guess(world, 1, "2026-03-02 10:00", right=True)
    await world.tick("2026-03-03 09:00")
    await guess(world, 2, "2026-03-03 10:00", right=False)
    await world.db.write(lambda tx: tx.execute("UPDATE rounds SET state = 'void' WHERE id = 2"))
    assert await review(world, "2026-03-09 10:00") == NothingToReview(0, 0, None)


async def test_three_a_day_and_the_fourth_waits_for_the_next_date_in_utc(missed):
    await guess(missed, 4, "2026-03-05 10:00", right=False)
    # Four lessons would be needed; three rounds repeat none, and the fourth repeats the first.
    for number in (1, 2, 3):
        offered = await review(missed, "2026-03-09 23:50")
        assert offered.number == number
        await answer(missed, offered, "2026-03-09 23:55", option=0)
    assert await review(missed, "2026-03-09 23:59") == NothingToReview(3, 0, at("2026-03-10 23:55"))
    # Missed again, they are due a day later and not at midnight.
    assert isinstance(await review(missed, "2026-03-10 00:00"), NothingToReview)
    assert (await review(missed, "2026-03-10 23:55")).number == 1


async def test_the_daily_limit_holds_back_what_is_due(missed):
    missed.sees(*[a_lesson(pep) for pep in (8, 20, 484, 500)])
    await missed.db.write(
        lambda tx: tx.execute(
            "INSERT INTO reviews (player_id, pep, memory, due_at, seen_at, puzzle_id) "
            "SELECT 11, 500, '{}', 0, 0, '500-one'"
        )
    )
    for _ in range(3):
        offered = await review(missed, "2026-03-09 10:00")
        missed_again = offered.practice.lesson.pep
        await missed.db.write(
            lambda tx, pep=missed_again: tx.execute(
                "UPDATE reviews SET offer_puzzle_id = NULL WHERE pep = ?1", pep
            )
        )
    found = await review(missed, "2026-03-09 11:00")
    assert (found.done, found.waiting) == (3, 1)
    assert (await review(missed, "2026-03-10 00:00")).number == 1


async def test_what_waits_for_an_answer_comes_again_with_its_clock_running(missed):
    first = await review(missed, "2026-03-09 10:00")
    missed.restarted()
    again = await review(missed, "2026-03-09 10:05")
    assert again.practice.puzzle.id == first.practice.puzzle.id
    assert again.offer.offered_at == at("2026-03-09 10:00")
    assert again.number == 1


async def test_yesterday_s_offer_is_due_again(missed):
    first = await review(missed, "2026-03-09 10:00")
    again = await review(missed, "2026-03-10 10:00")
    assert again.practice.lesson.pep == first.practice.lesson.pep
    assert again.offer.offered_at == at("2026-03-10 10:00")


async def test_answers_grade_the_card_and_the_better_ones_stay_away_longer(missed):
    offered = await review(missed, "2026-03-09 10:00")
    begun, pep = at("2026-03-09 10:00"), offered.practice.lesson.pep
    fast = timedelta(milliseconds=reading_ms(offered.practice.puzzle))
    due = {}
    before = (await cards(missed))[pep]
    for name, grade, hint, option, when in (
        ("wrong", Grade.AGAIN, False, 0, begun),
        ("hint", Grade.HARD, True, RIGHT, begun),
        ("slow", Grade.GOOD, False, RIGHT, begun + fast + timedelta(milliseconds=1)),
        ("fast", Grade.EASY, False, RIGHT, begun + fast),
    ):

        def again(tx):
            save_card(tx, before)
            mark_offered(tx, PLAYER, pep, offered.practice.puzzle.id, begun, begun.date())

        await missed.db.write(again)
        if hint:
            hinted = await take_review_hint(
                missed.ctx, None, PLAYER, pep=pep, puzzle_id=offered.practice.puzzle.id
            )
            assert hinted.offer.has_hint
        result = await answer(missed, offered, when, option=option)
        assert result.grade is grade, name
        due[grade] = result.due_at
    assert due[Grade.AGAIN] < due[Grade.HARD] <= due[Grade.GOOD] < due[Grade.EASY]
    assert due[Grade.AGAIN] == begun + DAY


async def test_a_second_answer_rates_nothing(missed):
    offered = await review(missed, "2026-03-09 10:00")
    first = await answer(missed, offered, "2026-03-09 10:01", option=0)
    missed.restarted()
    second = await answer(missed, offered, "2026-03-09 10:02")
    assert (first.grade, second.grade) == (Grade.AGAIN, None)
    assert second.due_at == first.due_at


async def test_another_s_answer_rates_nothing_of_theirs(missed):
    offered = await review(missed, "2026-03-09 10:00")
    before = await cards(missed)
    result = await answer_review(
        missed.ctx,
        None,
        PLAYER + 1,
        pep=offered.practice.lesson.pep,
        puzzle_id=offered.practice.puzzle.id,
        position=0,
        at=at("2026-03-09 10:01"),
    )
    assert (result.grade, result.due_at) == (None, None)
    assert await cards(missed) == before


async def test_a_button_that_was_never_shown_is_refused(missed):
    offered = await review(missed, "2026-03-09 10:00")
    with pytest.raises(UnknownOption):
        await answer_review(
            missed.ctx,
            None,
            PLAYER,
            pep=offered.practice.lesson.pep,
            puzzle_id=offered.practice.puzzle.id,
            position=3,
            at=at("2026-03-09 10:01"),
        )


async def test_a_hint_for_what_is_not_theirs_to_review_is_none(missed):
    for pep in (8, 20):
        assert (
            await take_review_hint(missed.ctx, None, PLAYER, pep=pep, puzzle_id=f"{pep}-one")
            is None
        )


async def test_missed_again_in_a_round_the_card_lapses(missed):
    offered = await review(missed, "2026-03-09 10:00")
    pep = offered.practice.lesson.pep
    good = await answer(missed, offered, "2026-03-09 10:00")
    assert good.due_at > at("2026-03-11 10:00")
    await missed.db.write(lambda tx: tx.execute("UPDATE rounds SET pep = ?1 WHERE id = 4", pep))
    await guess(missed, 4, "2026-03-10 10:00", right=False)
    await review(missed, "2026-03-10 12:00")
    assert (await cards(missed))[pep].memory.due_at < good.due_at


async def test_collecting_twice_changes_nothing(missed):
    await review(missed, "2026-03-03 00:00")
    before = await cards(missed)
    await review(missed, "2026-03-03 00:00")
    assert await cards(missed) == before
    assert set(before) == {8, 20, 484}


async def test_a_pep_without_a_lesson_is_passed_over(missed):
    await review(missed, "2026-03-03 00:00")
    missed.sees(a_lesson(484))
    offered = await review(missed, "2026-03-09 10:00")
    assert isinstance(offered, ReviewPuzzle)
    assert offered.practice.lesson.pep == 484
    assert offered.waiting == 0


async def test_an_offer_whose_lesson_is_gone_makes_way_for_another(missed):
    first = await review(missed, "2026-03-09 10:00")
    missed.sees(*[a_lesson(p) for p in (8, 20, 484) if p != first.practice.lesson.pep])
    second = await review(missed, "2026-03-09 10:05")
    assert second.practice.lesson.pep != first.practice.lesson.pep
    assert second.number == 1


async def test_a_pep_of_the_server_s_own_comes_back_in_that_server(world):
    own = a_lesson(484)
    world.sees(a_lesson(8), a_lesson(20))
    await world.set_up()
    await world.db.write(lambda tx: insert_own(tx, GUILD, own, "", None, at("2026-03-01 08:00")))
    round_ = await post_now(world.ctx, GUILD, at("2026-03-02 09:00"), pep=484)
    await guess(world, round_.id, "2026-03-02 09:01", right=False)
    await reveal_now(world.ctx, GUILD, at("2026-03-02 10:00"))
    found = await review(world, "2026-03-05 09:00", guild_id=GUILD)
    assert found.practice.lesson == own
    elsewhere = await review(world, "2026-03-06 09:00")
    assert isinstance(elsewhere, NothingToReview)
