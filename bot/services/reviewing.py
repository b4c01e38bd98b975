"""Reviews: hand out a missed PEP, take the hint, rate the answer. Unscored, at most three a day."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from bot.core.errors import NothingToPost, UnknownLesson
from bot.core.reading import reading_ms
from bot.core.reviews import (
    REVIEWS_A_DAY,
    NothingToReview,
    Offer,
    ReviewCard,
    ReviewPuzzle,
    ReviewResult,
    grade_of,
)
from bot.core.rounds import option_at, practice_seed
from bot.services.own_lessons import guild_library
from bot.services.practising import practice_puzzle
from bot.services.spacing import missed, reviewed
from bot.storage.reviews import (
    count_offered,
    drop_offer,
    list_due,
    list_new_misses,
    load_card,
    load_next_due,
    load_offered,
    mark_offered,
    mark_review_hint,
    save_card,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.results import PracticePuzzle
    from bot.services.context import Context
    from bot.storage.database import Transaction

log = logging.getLogger(__name__)


async def next_review(
    ctx: Context, guild_id: int | None, player_id: int, at: datetime
) -> ReviewPuzzle | NothingToReview:
    """Hand out the card that waits longest, on another puzzle of its PEP where there is one.

    What was handed out today and not answered comes again, with its clock still running. ``at`` is
    the press by Discord's clock.

    Raises:
        SandboxUnavailable: A puzzle could not be run.
    """
    today = at.astimezone(UTC).date()

    def gather(tx: Transaction) -> tuple[ReviewCard | None, int, list[ReviewCard]]:
        _collect(tx, player_id)
        count = count_offered(tx, player_id, today)
        return load_offered(tx, player_id, today), count, list_due(tx, player_id, at, today)

    current, count, due = await ctx.db.write(gather)
    library = await guild_library(ctx, guild_id)
    known = [card for card in due if library.get(card.pep) is not None]
    if current is not None:
        practice = await _practice_of(ctx, guild_id, current)
        if practice is not None and current.offer is not None:
            return ReviewPuzzle(practice, current.offer, count, len(known))
        # Its lesson has gone, or is in play by now: it is due, and another may take its place.
        await ctx.db.write(lambda tx: drop_offer(tx, player_id, current.pep))
    for card in known if count < REVIEWS_A_DAY else []:
        practice = await _practice_of(ctx, guild_id, card)
        if practice is None:
            continue
        number = await ctx.db.write(partial(_hand_out, card, practice.puzzle.id, at, today))
        if number is None:
            return await next_review(ctx, guild_id, player_id, at)
        offer = Offer(practice.puzzle.id, at, has_hint=False)
        return ReviewPuzzle(practice, offer, number, len(known) - 1)
    next_due = await ctx.db.read(lambda tx: load_next_due(tx, player_id, at))
    return NothingToReview(count, len(known), next_due)


async def take_review_hint(
    ctx: Context, guild_id: int | None, player_id: int, *, pep: int, puzzle_id: str
) -> ReviewPuzzle | None:
    """Note that the player saw the hint; None where the puzzle is not theirs to review any more.

    Raises:
        UnknownLesson, NothingToPost, SandboxUnavailable: As for `practice_puzzle`.
    """

    def work(tx: Transaction) -> ReviewCard | None:
        mark_review_hint(tx, player_id, pep, puzzle_id)
        return load_card(tx, player_id, pep)

    practice = await practice_puzzle(ctx, guild_id, player_id, pep=pep, puzzle_id=puzzle_id)
    card = await ctx.db.write(work)
    if card is None or card.offer is None or card.offer.puzzle_id != puzzle_id:
        return None
    return ReviewPuzzle(practice, card.offer, number=0, waiting=0)


async def answer_review(
    ctx: Context,
    guild_id: int | None,
    player_id: int,
    *,
    pep: int,
    puzzle_id: str,
    position: int,
    at: datetime,
) -> ReviewResult:
    """Rate the card by an answer to what was handed out; a second answer rates nothing.

    Raises:
        UnknownOption: No such button.
        UnknownLesson, NothingToPost, SandboxUnavailable: As for `practice_puzzle`.
    """
    practice = await practice_puzzle(ctx, guild_id, player_id, pep=pep, puzzle_id=puzzle_id)
    count = len(practice.puzzle.options)
    option = option_at(practice_seed(puzzle_id), player_id, count, position)

    def work(tx: Transaction) -> ReviewResult:
        card = load_card(tx, player_id, pep)
        if card is None or card.offer is None or card.offer.puzzle_id != puzzle_id:
            due_at = None if card is None else card.memory.due_at
            return ReviewResult(practice, option, None, due_at)
        elapsed_ms = round((at - card.offer.offered_at).total_seconds() * 1000)
        grade = grade_of(
            is_right=option == practice.truth.option,
            has_hint=card.offer.has_hint,
            elapsed_ms=elapsed_ms,
            reading_ms=reading_ms(practice.puzzle),
        )
        memory = reviewed(card.memory, grade, at)
        save_card(tx, replace(card, memory=memory, seen_at=at, puzzle_id=puzzle_id))
        return ReviewResult(practice, option, grade, memory.due_at)

    result = await ctx.db.write(work)
    log.info("review player=%s pep=%s grade=%s", player_id, pep, result.grade)
    return result


def _collect(tx: Transaction, player_id: int) -> None:
    """Make cards of the wrong guesses since, or let the cards that there are lapse."""
    for miss in list_new_misses(tx, player_id):
        card = load_card(tx, player_id, miss.pep)
        memory = missed(miss.pep, miss.guessed_at, None if card is None else card.memory)
        save_card(tx, ReviewCard(player_id, miss.pep, memory, miss.guessed_at, miss.puzzle_id))


async def _practice_of(
    ctx: Context, guild_id: int | None, card: ReviewCard
) -> PracticePuzzle | None:
    """The puzzle of a card; None where it has none that can be played right now."""
    puzzle_id = None if card.offer is None else card.offer.puzzle_id
    last = card.puzzle_id
    try:
        return await practice_puzzle(
            ctx, guild_id, card.player_id, pep=card.pep, puzzle_id=puzzle_id, comes_last=last
        )
    except (NothingToPost, UnknownLesson) as passed_over:
        log.info("review player=%s pep=%s waits: %s", card.player_id, card.pep, passed_over)
        return None


def _hand_out(
    card: ReviewCard, puzzle_id: str, at: datetime, today: date, tx: Transaction
) -> int | None:
    """Hand out that puzzle, and count; None where another press came before with one."""
    count = count_offered(tx, card.player_id, today)
    if count >= REVIEWS_A_DAY or load_offered(tx, card.player_id, today) is not None:
        return None
    mark_offered(tx, card.player_id, card.pep, puzzle_id, at, today)
    return count + 1
