"""What is kept beside the guesses, counted anew from them: totals, streaks, records, boards.

Whatever changes the past (a voided round, an excused one, a member who is forgotten) counts the
members anew whom it may concern, in its own transaction. `rebuild` does so for everybody, and
`bot.services.checking` tells whether it would change anything.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.core.counting import dates_of, firsts_of_puzzles, totals_of
from bot.core.streaks import streak_of
from bot.services.global_board import recount_globally, settle_global_shares
from bot.storage.firsts import rebuild_answers, replace_first_answers
from bot.storage.places import rebuild_places
from bot.storage.plays import list_all_players, list_counted, list_counted_on_ours
from bot.storage.round_lists import list_counted_guilds, list_round_dates
from bot.storage.state import load_state, save_state
from bot.storage.streaks import delete_streaks, list_players_since, list_streaks, save_streak
from bot.storage.totals import list_totals, replace_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from bot.core.counting import CountedGuess
    from bot.core.streaks import Streak
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

_RULES = "3"
"""Which rules the kept numbers were counted by; another number has the next start count anew."""
_KEY = "counted by"
_AT_ONCE = 50
"""Players a transaction."""


def recount_players(tx: Transaction, guild_id: int, player_ids: Collection[int]) -> None:
    """Count anew what these players have in the guild, on the global board, and as firsts."""
    guesses = [guess for player_id in player_ids for guess in list_counted(tx, guild_id, player_id)]
    _keep(tx, guild_id, player_ids, guesses)
    _recount_everywhere(tx, player_ids)


def recount_streak(tx: Transaction, guild_id: int, player_id: int) -> Streak:
    """Count a player's streak anew, from their dates, and keep it."""
    played = {guess.puzzle_date for guess in list_counted(tx, guild_id, player_id)}
    streak = streak_of(list_round_dates(tx, guild_id), played)
    save_streak(tx, guild_id, player_id, streak)
    return streak


def recount_round(
    tx: Transaction, guild_id: int, puzzle_date: date, player_ids: Collection[int] = ()
) -> None:
    """Count whoever a change of one of the date's rounds may concern.

    Those are ``player_ids``, who guessed in it, and all who played a later date: for them it may
    have been a missed one.
    """
    recount_players(tx, guild_id, player_ids)
    for player_id in list_players_since(tx, guild_id, puzzle_date):
        if player_id not in player_ids:
            recount_streak(tx, guild_id, player_id)


async def rebuild(db: Database) -> int:
    """Count everything anew, guild by guild, then player by player; the number of guilds.

    Each guild, and some players, are one transaction: a bot that runs meanwhile waits for one at a
    time.
    """
    guild_ids = await db.read(list_counted_guilds)
    for guild_id in guild_ids:
        await db.write(partial(_rebuild_guild, guild_id=guild_id))
    players = await db.read(list_all_players)
    await recount_everywhere(db, players)
    await db.write(_finish)
    log.info("counted %s guilds and %s players anew", len(guild_ids), len(players))
    return len(guild_ids)


async def rebuild_if_outdated(db: Database) -> None:
    """Count anew what a release with other rules counted: once, at the start.

    Servers whose place on the global board is owed since a crash are settled too.
    """
    if await db.read(lambda tx: load_state(tx, _KEY)) != _RULES:
        await rebuild(db)
    await settle_global_shares(db)


async def recount_everywhere(db: Database, player_ids: Sequence[int]) -> None:
    """Count what these players have beyond a single guild anew, some of them a transaction."""
    for begin in range(0, len(player_ids), _AT_ONCE):
        some = player_ids[begin : begin + _AT_ONCE]
        await db.write(partial(_recount_everywhere, player_ids=some))


def _finish(tx: Transaction) -> None:
    rebuild_answers(tx)
    save_state(tx, _KEY, _RULES)


def _recount_everywhere(tx: Transaction, player_ids: Collection[int]) -> None:
    recount_globally(tx, player_ids)
    for player_id in player_ids:
        firsts = firsts_of_puzzles(list_counted_on_ours(tx, player_id))
        replace_first_answers(tx, player_id, firsts)


def _rebuild_guild(tx: Transaction, *, guild_id: int) -> None:
    guesses = list_counted(tx, guild_id, None)
    players = {guess.player_id for guess in guesses} | set(list_streaks(tx, guild_id))
    players |= {player_id for player_id, _, _ in list_totals(tx, guild_id)}
    _keep(tx, guild_id, players, guesses)
    rebuild_places(tx, guild_id)


def _keep(
    tx: Transaction, guild_id: int, player_ids: Collection[int], guesses: Collection[CountedGuess]
) -> None:
    replace_totals(tx, guild_id, player_ids, totals_of(guesses))
    delete_streaks(tx, guild_id, player_ids)
    dates = list_round_dates(tx, guild_id)
    for player_id, played in dates_of(guesses).items():
        save_streak(tx, guild_id, player_id, streak_of(dates, played))
