"""What is kept beside the guesses, counted anew from them: totals, streaks, records, boards.

Whatever changes the past (a voided round, an excused one) takes it out of what was counted, in its
own transaction. `rebuild` counts everybody anew from their guesses, and `bot.services.checking`
tells whether it would change anything.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.core.counting import dates_of, firsts_of_puzzles, totals_of
from bot.core.streaks import streak_of
from bot.services.global_board import (
    owe_global_share,
    recount_globally,
    settle_global_shares,
)
from bot.storage.firsts import rebuild_answers, replace_first_answers
from bot.storage.options import load_options
from bot.storage.places import rebuild_places
from bot.storage.plays import list_all_players, list_counted, list_counted_on_ours
from bot.storage.round_lists import list_counted_guilds, list_round_dates
from bot.storage.state import load_state, save_state
from bot.storage.streaks import (
    delete_streaks,
    list_played_since,
    list_players_since,
    list_streaks,
    save_streak,
)
from bot.storage.totals import list_totals, replace_totals
from bot.storage.withdrawn import take_first_answers, take_from_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from bot.core.counting import CountedGuess
    from bot.core.rounds import Round
    from bot.core.streaks import Streak
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

_RULES = "3"
"""Which rules the kept numbers were counted by; another number has the next start count anew."""
_KEY = "counted by"
_AT_ONCE = 50
"""Players a transaction."""


def recount_streak(tx: Transaction, guild_id: int, player_id: int) -> Streak:
    """Count a player's streak anew, from their dates, and keep it."""
    played = {guess.puzzle_date for guess in list_counted(tx, guild_id, player_id)}
    streak = streak_of(list_round_dates(tx, guild_id), played)
    save_streak(tx, guild_id, player_id, streak)
    return streak


def recount_streaks_since(tx: Transaction, guild_id: int, puzzle_date: date) -> None:
    """Count the streaks of all who played that date or later: it was a missed one, or is now."""
    dates = list_round_dates(tx, guild_id)
    played = list_played_since(tx, guild_id, puzzle_date)
    players = list_players_since(tx, guild_id, puzzle_date)
    delete_streaks(tx, guild_id, [player_id for player_id in players if player_id not in played])
    for player_id, days in played.items():
        save_streak(tx, guild_id, player_id, streak_of(dates, days))


def take_out_round(tx: Transaction, round_: Round) -> None:
    """Take a round that is void by now out of everything that was counted from its guesses.

    `settle_global_shares` is to follow: on the board of all servers another guess of the date may
    take its place.
    """
    take_from_totals(tx, round_.guild_id, round_.puzzle_date, round_.id)
    take_first_answers(tx, round_.id, round_.puzzle_id)
    recount_streaks_since(tx, round_.guild_id, round_.puzzle_date)
    if load_options(tx, round_.guild_id).has_global_board:
        owe_global_share(tx, round_.guild_id)


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
