"""What is kept beside the guesses, counted anew from them: totals and streaks.

Whatever changes the past (a voided round, an excused one, a member who is forgotten) counts the
members anew whom it may concern, in its own transaction. `rebuild` does so for everybody, and
`bot.services.checking` tells whether it would change anything.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.core.counting import dates_of, totals_of
from bot.core.streaks import streak_of
from bot.storage.plays import list_counted
from bot.storage.rounds import list_counted_guilds, list_round_dates
from bot.storage.state import load_state, save_state
from bot.storage.streaks import delete_streaks, list_players_since, list_streaks, save_streak
from bot.storage.totals import list_totals, replace_totals

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from bot.core.counting import CountedGuess
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

_RULES = "2"
"""Which rules the kept numbers were counted by; another number has the next start count anew."""
_KEY = "counted by"


def recount_players(tx: Transaction, guild_id: int, player_ids: Collection[int]) -> None:
    """Count these players' totals and streaks in the guild anew, from their guesses."""
    guesses = [guess for player_id in player_ids for guess in list_counted(tx, guild_id, player_id)]
    _keep(tx, guild_id, player_ids, guesses)


def recount_round(
    tx: Transaction, guild_id: int, puzzle_date: date, player_ids: Collection[int] = ()
) -> None:
    """Count whoever a change of one of the date's rounds may concern.

    Those are ``player_ids``, who guessed in it, and all who played a later date: for them it may
    have been a missed one.
    """
    concerned = {*player_ids, *list_players_since(tx, guild_id, puzzle_date)}
    recount_players(tx, guild_id, sorted(concerned))


async def rebuild(db: Database) -> int:
    """Count everything anew, guild by guild; the number of guilds.

    Each guild is one transaction: a bot that runs meanwhile waits for one at a time.
    """
    guild_ids = await db.read(list_counted_guilds)
    for guild_id in guild_ids:
        await db.write(partial(_rebuild_guild, guild_id=guild_id))
    await db.write(lambda tx: save_state(tx, _KEY, _RULES))
    log.info("counted totals and streaks of %s guilds anew", len(guild_ids))
    return len(guild_ids)


async def rebuild_if_outdated(db: Database) -> None:
    """Count everything anew where a release with other rules counted it: once, at the start."""
    if await db.read(lambda tx: load_state(tx, _KEY)) != _RULES:
        await rebuild(db)


def _rebuild_guild(tx: Transaction, *, guild_id: int) -> None:
    guesses = list_counted(tx, guild_id, None)
    players = {guess.player_id for guess in guesses} | set(list_streaks(tx, guild_id))
    players |= {player_id for player_id, _, _ in list_totals(tx, guild_id)}
    _keep(tx, guild_id, players, guesses)


def _keep(
    tx: Transaction, guild_id: int, player_ids: Collection[int], guesses: Collection[CountedGuess]
) -> None:
    replace_totals(tx, guild_id, player_ids, totals_of(guesses))
    delete_streaks(tx, guild_id, player_ids)
    dates = list_round_dates(tx, guild_id)
    for player_id, played in dates_of(guesses).items():
        save_streak(tx, guild_id, player_id, streak_of(dates, played))
