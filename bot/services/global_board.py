"""The global board: the servers that take part, and whose first guess of a date counts on it.

Its sums lie beside the servers' own, under a guild id that is nobody's. A server that joins or
leaves is counted, or counted out, member by member in transactions of a few: which servers are
still owed that is written down with the switch, so that a crash in between loses nothing.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.core.counting import firsts_of_dates, totals_of
from bot.storage.plays import list_counted_globally, list_guessers
from bot.storage.state import load_state, save_state
from bot.storage.totals import GLOBAL, list_players, replace_totals

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

GLOBAL_OPTION = "has_global_board"
_KEY = "owed global shares"
_AT_ONCE = 50
"""Players a transaction: a press waits for one of them at the most."""


def recount_globally(tx: Transaction, player_ids: Collection[int]) -> None:
    """Count these players' sums on the global board anew."""
    guesses = [guess for player in player_ids for guess in list_counted_globally(tx, player)]
    replace_totals(tx, GLOBAL, player_ids, totals_of(firsts_of_dates(guesses)))


def owe_global_share(tx: Transaction, guild_id: int) -> None:
    """Note that a guild's players are to be counted anew: it has joined or left."""
    owed = {*_owed(tx), guild_id}
    save_state(tx, _KEY, " ".join(str(guild_id) for guild_id in sorted(owed)))


async def settle_global_shares(db: Database) -> None:
    """Count the players of every guild that is owed it, and cross the guild out."""
    for guild_id in await db.read(_owed):
        players = await db.read(partial(_players_of, guild_id=guild_id))
        for begin in range(0, len(players), _AT_ONCE):
            some = players[begin : begin + _AT_ONCE]
            await db.write(partial(recount_globally, player_ids=some))
        await db.write(partial(_cross_out, guild_id=guild_id))
        log.info("counted %s players of guild=%s on the global board", len(players), guild_id)


def _players_of(tx: Transaction, guild_id: int) -> list[int]:
    """Who has something counted in the guild, and who had until a round was voided."""
    return sorted({*list_players(tx, guild_id), *list_guessers(tx, guild_id)})


def _owed(tx: Transaction) -> list[int]:
    return [int(word) for word in (load_state(tx, _KEY) or "").split()]


def _cross_out(tx: Transaction, *, guild_id: int) -> None:
    left = [str(owed) for owed in _owed(tx) if owed != guild_id]
    save_state(tx, _KEY, " ".join(left))
