"""A player's three presses: start the clock, take the hint, submit the guess."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.errors import AlreadyGuessed, ClockNotStarted, UnknownRound
from bot.core.results import GuessReceipt, StartReceipt
from bot.core.rounds import ensure_open, judge
from bot.core.streaks import Step, extended
from bot.services.lessons import lesson_of
from bot.services.recounting import recount_streak
from bot.storage.places import load_place
from bot.storage.plays import (
    insert_guess,
    insert_start,
    load_guess,
    load_press,
    mark_hint,
    mark_restarted,
    mark_shown,
)
from bot.storage.rounds import load_round
from bot.storage.streaks import list_dates_between, load_streak, save_streak
from bot.storage.suggestions import is_author
from bot.storage.totals import add_guess, add_guess_globally

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.lessons import Library
    from bot.core.rounds import Guess, Round, Start
    from bot.core.streaks import Streak
    from bot.storage.database import Database, Transaction
    from bot.storage.plays import Press

log = logging.getLogger(__name__)


async def start_clock(
    db: Database, library: Library, *, guild_id: int, round_id: int, player_id: int, at: datetime
) -> StartReceipt:
    """Begin the player's clock and hand out the puzzle; a running clock is left alone.

    ``at`` is the press by Discord's own clock.

    Raises:
        UnknownRound, RoundNotOpen, RoundClosed: The press does not count.
        AlreadyGuessed: This player has answered.
    """

    def work(tx: Transaction) -> tuple[Round, Start, bool]:
        press = _pressed(tx, guild_id, round_id, player_id)
        ensure_open(press.round, at)
        start = _started(tx, press, player_id, at)
        return press.round, start, is_author(tx, guild_id, press.round.puzzle_id, player_id)

    round_, start, is_own = await db.write(work)
    lesson, puzzle = await lesson_of(db, library, round_)
    return StartReceipt(round_, lesson, puzzle, start, is_own)


async def note_unseen(db: Database, *, round_id: int, player_id: int) -> None:
    """Discord took no answer to a press of Start: what it held was not seen.

    If nothing else showed the puzzle, the clock begins at the next press.
    """
    await db.write(lambda tx: mark_shown(tx, round_id, player_id, -1))


async def take_hint(
    db: Database, library: Library, *, guild_id: int, round_id: int, player_id: int, at: datetime
) -> StartReceipt:
    """Note that the player saw the hint, which costs points once.

    Raises:
        UnknownRound, RoundNotOpen, RoundClosed: The press does not count.
        ClockNotStarted: There is no clock to take a hint on.
        AlreadyGuessed: This player has answered.
    """

    def work(tx: Transaction) -> tuple[Round, Start, bool]:
        press = _pressed(tx, guild_id, round_id, player_id)
        ensure_open(press.round, at)
        if press.start is None:
            raise ClockNotStarted(round_id)
        mark_hint(tx, round_id, player_id)
        start = replace(press.start, has_hint=True)
        return press.round, start, is_author(tx, guild_id, press.round.puzzle_id, player_id)

    round_, start, is_own = await db.write(work)
    lesson, puzzle = await lesson_of(db, library, round_)
    return StartReceipt(round_, lesson, puzzle, start, is_own)


async def submit_guess(
    db: Database,
    library: Library,
    *,
    guild_id: int,
    round_id: int,
    player_id: int,
    position: int,
    at: datetime,
) -> GuessReceipt:
    """Store the player's one, final guess with its points, sums and streak, in one transaction.

    Who suggested the puzzle knows its answer: their guess keeps their streak, and earns no points.

    ``position`` counts in the order that this player saw; ``at`` is the press by Discord's clock.

    Raises:
        UnknownRound, RoundNotOpen, RoundClosed, ClockNotStarted, UnknownOption: It does not count.
        AlreadyGuessed: A guess is stored; it stands.
    """

    def work(tx: Transaction) -> tuple[Round, Guess, int, int, Step, bool]:
        press = _pressed(tx, guild_id, round_id, player_id)
        puzzle_date = press.round.puzzle_date
        is_own = is_author(tx, guild_id, press.round.puzzle_id, player_id)
        guess = judge(press.round, press.start, position, at, is_author=is_own)
        insert_guess(tx, guess)
        add_guess(tx, guild_id, puzzle_date, guess)
        is_global = press.has_global_board and add_guess_globally(tx, puzzle_date, guess)
        step = _extend_streak(tx, guild_id, player_id, press.streak, puzzle_date)
        return press.round, guess, *load_place(tx, round_id, guess.points), step, is_global

    round_, guess, rank, players, step, is_global = await db.write(work)
    log.debug(
        "guess round=%s guild=%s player=%s right=%s elapsed_ms=%s",
        round_id,
        guild_id,
        player_id,
        guess.is_right,
        guess.elapsed_ms,
    )
    lesson, puzzle = await lesson_of(db, library, round_)
    return GuessReceipt(
        round_,
        lesson,
        puzzle,
        guess,
        rank,
        players,
        step.streak,
        covered=step.covered,
        is_first_of_date=step.is_longer,
        is_global=is_global,
    )


async def recall_guess(
    db: Database, library: Library, *, guild_id: int, round_id: int, player_id: int
) -> GuessReceipt | None:
    """What the player was told after guessing, with today's rank and streak; None without a guess.

    Raises:
        UnknownRound: This guild has no such round.
    """

    def work(tx: Transaction) -> tuple[Round, Guess, int, int, Streak] | None:
        round_ = load_round(tx, round_id)
        # A custom_id is text from outside: one that names another guild's round is refused.
        if round_ is None or round_.guild_id != guild_id:
            raise UnknownRound(round_id)
        guess = load_guess(tx, round_id, player_id)
        if guess is None:
            return None
        streak = load_streak(tx, guild_id, player_id)
        return round_, guess, *load_place(tx, round_id, guess.points), streak

    found = await db.read(work)
    if found is None:
        return None
    round_, guess, rank, players, streak = found
    lesson, puzzle = await lesson_of(db, library, round_)
    return GuessReceipt(round_, lesson, puzzle, guess, rank, players, streak)


def _started(tx: Transaction, press: Press, player_id: int, at: datetime) -> Start:
    round_id = press.round.id
    if press.start is None:
        return insert_start(tx, round_id, player_id, at)
    if not press.is_shown and at > press.start.started_at:
        mark_restarted(tx, round_id, player_id, at)
        return replace(press.start, started_at=at, is_new=True)
    mark_shown(tx, round_id, player_id, 1)
    return press.start


def _pressed(tx: Transaction, guild_id: int, round_id: int, player_id: int) -> Press:
    press = load_press(tx, round_id, player_id)
    if press is None or press.round.guild_id != guild_id:
        raise UnknownRound(round_id)
    if press.has_guessed:
        # No transaction can come between this look and the insert; the primary key would refuse
        # a second guess all the same.
        guess = load_guess(tx, round_id, player_id)
        if guess is not None:
            raise AlreadyGuessed(guess)
    return press


def _extend_streak(
    tx: Transaction, guild_id: int, player_id: int, streak: Streak, puzzle_date: date
) -> Step:
    missed = (
        list_dates_between(tx, guild_id, streak.last_date, puzzle_date) if streak.last_date else ()
    )
    step = extended(streak, puzzle_date, missed)
    if step is None or step.streak.first_date is None:
        # A date before the last; or an older release's row that the start has not come to yet.
        return Step(recount_streak(tx, guild_id, player_id))
    save_streak(tx, guild_id, player_id, step.streak)
    return step
