"""Closing a round and showing what it was. Scoring is a compare-and-swap; showing is retried."""

from __future__ import annotations

import logging
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from bot.core.difficulty import difficulty_of
from bot.core.errors import AnnounceFailed
from bot.core.results import PODIUM_SIZE, PodiumPlace, RevealFacts
from bot.core.rounds import RoundState
from bot.services.lessons import lesson_of
from bot.services.outages import excuse_if_missed
from bot.services.seasons import note_season
from bot.storage.firsts import add_first_answers, load_answers
from bot.storage.plays import list_guesses
from bot.storage.rounds import load_round, mark_revealed, mark_scored
from bot.storage.streaks import count_kept, list_last_closed, load_streak

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Guess, Round
    from bot.core.streaks import Streak
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

REVEAL_PATIENCE = timedelta(days=1)
"""How long after its end a round's reveal is tried; then it is marked revealed, unseen."""


async def score_round(db: Database, round_: Round) -> bool:
    """Close an open round: no guess is taken from here on. False where it was closed already."""

    def work(tx: Transaction) -> bool:
        if not mark_scored(tx, round_.id):
            return False
        note_season(tx, round_)
        add_first_answers(tx, round_.id, round_.puzzle_id)
        # As stored: a moderator may have ended it a moment ago.
        excuse_if_missed(tx, load_round(tx, round_.id) or round_)
        return True

    is_scored = await db.write(work)
    if is_scored:
        log.info("scored round=%s guild=%s", round_.id, round_.guild_id)
    return is_scored


async def reveal_round(ctx: Context, round_id: int, now: datetime, *, is_resumed: bool) -> None:
    """Show a scored round's reveal and mark it; nothing happens in any other state.

    ``is_resumed`` says that an earlier try may have got through. The caller holds the guild's lock.

    Raises:
        AnnounceFailed: It stays scored, and is tried again at a later tick.
    """
    round_ = await ctx.db.read(lambda tx: load_round(tx, round_id))
    if round_ is None or round_.state is not RoundState.SCORED:
        return
    facts = await reveal_facts(ctx, round_)
    try:
        posted = await ctx.announcer.find_reveal(round_) if is_resumed else None
        if posted is None:
            posted = await ctx.announcer.reveal(facts)
    except AnnounceFailed as failure:
        ended_at = round_.closes_at or round_.reserved_at
        if not failure.is_lasting or now - ended_at < REVEAL_PATIENCE:
            raise
        await ctx.db.write(lambda tx: mark_revealed(tx, round_id, None))
        log.warning(
            "gave up the reveal of round=%s guild=%s: %s", round_id, round_.guild_id, failure
        )
        return
    # The post is retired before the round is done with: a crash in between does it again, and
    # the same edit twice is one.
    try:
        await ctx.announcer.retire_post(round_, facts.lesson)
    except AnnounceFailed as failure:
        # The old button answers with a sentence all the same.
        log.warning("kept the button of round=%s guild=%s: %s", round_id, round_.guild_id, failure)
    await ctx.db.write(lambda tx: mark_revealed(tx, round_id, posted.message_id))
    log.info("revealed round=%s guild=%s", round_id, round_.guild_id)


async def reveal_facts(ctx: Context, round_: Round) -> RevealFacts:
    """Sum up a round's guesses for its reveal."""
    if round_.truth is None:
        raise ValueError(f"round {round_.id} was never run")

    def work(tx: Transaction) -> tuple[list[Guess], dict[int, Streak], int, tuple[int, int]]:
        guesses = list_guesses(tx, round_.id)
        streaks = {
            guess.player_id: load_streak(tx, round_.guild_id, guess.player_id) for guess in guesses
        }
        closed = list_last_closed(tx, round_.guild_id)
        # Where another round of the date is open still, nobody has missed it yet.
        is_over = closed[:1] == [round_.puzzle_date]
        kept = count_kept(tx, round_.guild_id, closed) if is_over else 0
        return guesses, streaks, kept, load_answers(tx, round_.puzzle_id)

    guesses, streaks, kept_streaks, answers = await ctx.db.read(work)
    lesson, puzzle = await lesson_of(ctx.db, ctx.library, round_)
    right = [guess for guess in guesses if guess.is_right]
    ranked = [guess for guess in right if not guess.is_author_s]
    return RevealFacts(
        round=round_,
        lesson=lesson,
        puzzle=puzzle,
        truth=round_.truth,
        counts=tuple(
            sum(guess.option == option for guess in guesses)
            for option in range(round_.truth.option_count)
        ),
        podium=tuple(
            PodiumPlace(rank, guess, streaks[guess.player_id].length)
            for rank, guess in podium(ranked)
        ),
        players=len(guesses),
        right=len(right),
        median_ms=round(median(guess.elapsed_ms for guess in ranked)) if ranked else None,
        longest_streak=max((streak.length for streak in streaks.values()), default=0),
        kept_streaks=kept_streaks,
        difficulty=difficulty_of(puzzle.difficulty, *answers, len(puzzle.options)),
    )


def podium(right: list[Guess]) -> list[tuple[int, Guess]]:
    """The first three of right guesses that come best first; equal points share a rank."""
    places: list[tuple[int, Guess]] = []
    for index, guess in enumerate(right[:PODIUM_SIZE]):
        is_tie = bool(places) and places[-1][1].points == guess.points
        places.append((places[-1][0] if is_tie else index + 1, guess))
    return places
